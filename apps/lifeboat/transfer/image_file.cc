#include "lifeboat/transfer/image_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/encoding.h"
#include "iceberg/model/json.h"
#include "lifeboat/transfer/image_line.h"
#include "storage/local_file.h"

namespace lifeboat::app {
namespace {

namespace json = boost::json;

constexpr const char* kFormat = "lifeboat-catalog-image";
constexpr int kFormatVersion = 1;
constexpr uint64_t kRowsPerProgress = 256;

Result<json::value> Parse(std::string_view line) {
  json::parse_options options;
  options.max_depth = 64;
  // A store keeps bytes as they are, so an image does, too.
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value value = json::parse(line, error, {}, options);
  if (error) return Status::Corruption("it is not a line of JSON");
  return value;
}

}  // namespace

void ImageCounts::Add(const catalog::ImageRow& row) {
  ++rows;
  if (const auto* table = std::get_if<catalog::ImageTable>(&row)) {
    ++(table->object == catalog::ObjectKind::kView ? views : tables);
  }
  namespaces += std::holds_alternative<catalog::NamespaceRecord>(row);
  records += std::holds_alternative<catalog::StoreRecord>(row);
  changes += std::holds_alternative<catalog::ChangeLogEntry>(row);
  idempotency_keys += std::holds_alternative<catalog::IdempotencyRecord>(row);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_, EVP_sha256(), nullptr);
}
Sha256::~Sha256() {
  EVP_MD_CTX_free(context_);
}
void Sha256::Update(std::string_view bytes) {
  EVP_DigestUpdate(context_, bytes.data(), bytes.size());
}
std::string Sha256::Hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(context_, digest, &length);
  return HexEncode(std::string_view(reinterpret_cast<const char*>(digest), length));
}

Result<std::unique_ptr<ImageFileWriter>> ImageFileWriter::Create(const std::string& path,
                                                                 ImageProgress progress) {
  // The finished image takes the place of what has its name: a device or a pipe would be gone.
  if (struct stat present; ::stat(path.c_str(), &present) == 0 && !S_ISREG(present.st_mode)) {
    return Status::FailedPrecondition("cannot write '{}': it is not a file; name another", path);
  }
  // What another run left, or another user put there, may be readable by others or lead elsewhere.
  const std::string part = path + ".part";
  ::unlink(part.c_str());
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return Status::FailedPrecondition("cannot write '{}': {}; name another file", part, std::strerror(errno));
  }
  std::unique_ptr<ImageFileWriter> writer(
      new ImageFileWriter(path, ::fdopen(file, "w"), std::move(progress)));
  LIFEBOAT_RETURN_IF_ERROR(writer->WriteLine(
      json::serialize(json::object{{"format", kFormat}, {"format-version", kFormatVersion}})));
  return writer;
}

ImageFileWriter::~ImageFileWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink((path_ + ".part").c_str());
}

Status ImageFileWriter::Take(catalog::ImageRow row) {
  LIFEBOAT_RETURN_IF_ERROR(WriteLine(ImageRowToLine(row)));
  counts_.Add(row);
  return counts_.rows % kRowsPerProgress == 0 ? progress_(counts_) : Status::Ok();
}

Result<ImageCounts> ImageFileWriter::Finish() {
  const std::string end =
      json::serialize(json::object{{"row", "end"}, {"rows", counts_.rows}, {"sha256", hash_.Hex()}});
  LIFEBOAT_RETURN_IF_ERROR(WriteLine(end));
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) return Error("write");
  if (std::fclose(std::exchange(file_, nullptr)) != 0) return Error("write");
  if (std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) return Error("rename");
  std::string folder = std::filesystem::path(path_).parent_path().string();
  if (folder.empty()) folder = ".";
  LIFEBOAT_RETURN_IF_ERROR(storage::SyncFolder(folder, path_));
  return counts_;
}

Status ImageFileWriter::WriteLine(std::string line) {
  line += '\n';
  hash_.Update(line);
  counts_.bytes += line.size();
  return std::fwrite(line.data(), 1, line.size(), file_) == line.size() ? Status::Ok() : Error("write");
}

Status ImageFileWriter::Error(std::string_view action) const {
  const StatusCode code = errno == ENOSPC ? StatusCode::kResourceExhausted : StatusCode::kFailedPrecondition;
  return Status::Make(code, "cannot {} '{}.part': {}", action, path_, std::strerror(errno));
}

Result<std::unique_ptr<ImageFileReader>> ImageFileReader::Open(const std::string& path,
                                                               ImageProgress progress) {
  FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return Status::NotFound("cannot read '{}': {}", path, std::strerror(errno));
  std::unique_ptr<ImageFileReader> reader(new ImageFileReader(path, file, std::move(progress)));
  LIFEBOAT_RETURN_IF_ERROR(reader->CheckWhole());
  std::rewind(file);
  reader->line_number_ = 0;
  reader->counts_ = {};
  std::string_view header;
  LIFEBOAT_RETURN_IF_ERROR(reader->ReadLine(&header).status());
  return reader;
}

ImageFileReader::~ImageFileReader() {
  std::fclose(file_);
  std::free(buffer_);
}

Status ImageFileReader::CheckWhole() {
  std::string_view line;
  LIFEBOAT_ASSIGN_OR_RETURN(bool found, ReadLine(&line));
  const Result<json::value> header = Parse(line);
  const json::object* object = found && header.ok() ? header->if_object() : nullptr;
  const json::value* format = object == nullptr ? nullptr : object->if_contains("format");
  if (format == nullptr || *format != kFormat) {
    return Status::Corruption("'{}' is not a catalog image; make one with lifeboat catalog export", path_);
  }
  const json::value* version = object->if_contains("format-version");
  if (version == nullptr || *version != kFormatVersion) {
    return Status::Unsupported(
        "'{}' has format version {}, this program reads {}; use the Lifeboat that wrote it", path_,
        version == nullptr ? "?" : json::serialize(*version), kFormatVersion);
  }
  Sha256 hash;
  std::string last;
  uint64_t lines = 0;
  for (;;) {
    if (lines > 0) hash.Update(last);
    last = std::string(line) + '\n';
    ++lines;
    LIFEBOAT_ASSIGN_OR_RETURN(found, ReadLine(&line));
    if (!found) break;
    if (lines % kRowsPerProgress == 0) LIFEBOAT_RETURN_IF_ERROR(progress_({}));
  }
  const Result<json::value> end = Parse(last);
  const iceberg::JsonPath root;
  if (!end.ok() || !end->is_object()) return Damaged("it ends before its last line");
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(*end, root));
  const Result<std::string> kind = reader.Get<std::string>("row");
  const Result<int64_t> rows = reader.Get<int64_t>("rows");
  const Result<std::string> sum = reader.Get<std::string>("sha256");
  if (!kind.ok() || *kind != "end" || !rows.ok() || !sum.ok()) return Damaged("it ends before its last line");
  if (*sum != hash.Hex()) return Damaged("its checksum is another");
  if (static_cast<uint64_t>(*rows) + 2 != lines) return Damaged("it has not as many lines as it says");
  rows_ = static_cast<uint64_t>(*rows);
  return Status::Ok();
}

Result<std::optional<catalog::ImageRow>> ImageFileReader::Next() {
  if (counts_.rows == rows_) return std::optional<catalog::ImageRow>();
  std::string_view line;
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, ReadLine(&line));
  if (!found) return Damaged("it became shorter");
  const Result<json::value> value = Parse(line);
  if (!value.ok()) return Damaged(value.status().message());
  Result<catalog::ImageRow> row = ImageRowFromLine(*value);
  if (!row.ok()) return Damaged(row.status().message());
  if ((counts_.rows == 0) != std::holds_alternative<catalog::StoreState>(*row)) {
    return Damaged("the state must be its first row and no other");
  }
  counts_.Add(*row);
  if (counts_.rows % kRowsPerProgress == 0) LIFEBOAT_RETURN_IF_ERROR(progress_(counts_));
  return std::optional<catalog::ImageRow>(std::move(row).value());
}

Result<bool> ImageFileReader::ReadLine(std::string_view* line) {
  errno = 0;
  const ssize_t length = ::getline(&buffer_, &capacity_, file_);
  if (length < 0 && std::ferror(file_) != 0) {
    return Status::FailedPrecondition("cannot read '{}': {}", path_, std::strerror(errno));
  }
  *line = length <= 0 ? std::string_view() : std::string_view(buffer_, static_cast<size_t>(length));
  if (length <= 0) return false;
  counts_.bytes += static_cast<uint64_t>(length);
  ++line_number_;
  if (line->ends_with('\n')) line->remove_suffix(1);
  return true;
}

Status ImageFileReader::Damaged(std::string_view problem) const {
  return Status::Corruption("catalog image '{}' is damaged at line {}: {}; export it again", path_,
                            line_number_, problem);
}

}  // namespace lifeboat::app
