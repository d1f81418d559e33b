#include "catalog/server/json_lines_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace lifeboat::catalog {
namespace {

constexpr uint64_t kFirstTailBytes = 64 * 1024;
constexpr std::string_view kLineBegins = "{\"position\":";  // as ChangeLogEntryToJson writes it

}  // namespace

JsonLinesSink::JsonLinesSink(std::string path, std::string position_path)
    : path_(std::move(path)), position_(std::move(position_path)) {}

Result<std::optional<uint64_t>> JsonLinesSink::Position() {
  // Whoever moved the files away counts on being asked anew.
  file_ = storage::FileDescriptor();
  written_ = 0;
  LIFEBOAT_RETURN_IF_ERROR(Open());
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<uint64_t> position, position_.Read());
  written_ = std::max(written_, position.value_or(0));
  if (written_ == 0 && !position) return position;
  return std::optional<uint64_t>(written_);
}

Status JsonLinesSink::Deliver(const std::vector<ChangeLogEntry>& entries) {
  LIFEBOAT_RETURN_IF_ERROR(Open());
  std::string lines;
  for (const ChangeLogEntry& entry : entries) {
    // They are in the file already when only writing down the position failed.
    if (entry.position <= written_) continue;
    lines += ChangeLogEntryToJson(entry);
    lines.push_back('\n');
  }
  if (!lines.empty()) LIFEBOAT_RETURN_IF_ERROR(Append(lines));
  written_ = std::max(written_, entries.back().position);
  return position_.Write(written_);
}

Status JsonLinesSink::Open() {
  struct stat named {};
  struct stat opened {};
  if (file_.valid() && ::stat(path_.c_str(), &named) == 0 && ::fstat(file_.get(), &opened) == 0 &&
      named.st_ino == opened.st_ino && named.st_dev == opened.st_dev) {
    return Status::Ok();
  }
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  file_ = storage::FileDescriptor(::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!file_.valid()) return storage::ErrnoStatus(errno, "append to", path_);
  Result<uint64_t> last_line = RepairEnd();
  Status status = last_line.status();
  if (status.ok()) status = storage::SyncFolder(folder, path_);
  if (!status.ok()) {
    file_ = storage::FileDescriptor();
    return status;
  }
  written_ = std::max(written_, *last_line);
  return Status::Ok();
}

Result<uint64_t> JsonLinesSink::RepairEnd() {
  const auto not_ours = [this] {
    return Status::FailedPrecondition("'{}' does not end with an entry of the change log; name another file",
                                      path_);
  };
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return storage::ErrnoStatus(errno, "read", path_);
  const auto size = static_cast<uint64_t>(info.st_size);
  for (uint64_t tail = kFirstTailBytes;; tail *= 4) {
    const uint64_t start = size > tail ? size - tail : 0;
    std::string bytes(size - start, '\0');
    const ssize_t count = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(start));
    if (count != static_cast<ssize_t>(bytes.size())) return storage::ErrnoStatus(errno, "read", path_);
    const size_t end = bytes.rfind('\n');
    const size_t before =
        end == std::string::npos || end == 0 ? std::string::npos : bytes.rfind('\n', end - 1);
    // The last whole line has to begin within what was read.
    if (start > 0 && (end == std::string::npos || before == std::string::npos)) continue;
    uint64_t position = 0;
    if (end != std::string::npos) {
      const size_t line = before == std::string::npos ? 0 : before + 1;
      const Result<ChangeLogEntry> entry =
          ChangeLogEntryFromJson(std::string_view(bytes).substr(line, end - line));
      if (!entry.ok()) return not_ours();
      position = entry->position;
    }
    const uint64_t whole = end == std::string::npos ? 0 : start + end + 1;
    if (whole == size) return position;
    // Only what was an entry of ours may be cut off.
    const std::string_view torn = std::string_view(bytes).substr(whole - start);
    if (!torn.starts_with(kLineBegins.substr(0, torn.size()))) return not_ours();
    if (::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0) {
      return storage::ErrnoStatus(errno, "repair", path_);
    }
    return position;
  }
}

Status JsonLinesSink::Append(const std::string& lines) {
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return storage::ErrnoStatus(errno, "append to", path_);
  Status status = storage::WriteFully(file_.get(), lines, path_);
  if (status.ok() && ::fdatasync(file_.get()) != 0) status = storage::ErrnoStatus(errno, "append to", path_);
  // Half a batch would be repeated behind itself; opening the file anew finds where it ends.
  if (!status.ok() && ::ftruncate(file_.get(), info.st_size) != 0) file_ = storage::FileDescriptor();
  return status;
}

}  // namespace lifeboat::catalog
