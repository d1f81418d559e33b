#include "lifeboat/deployment/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>

namespace lifeboat::app {
namespace {

Status FileError(std::string_view action, const std::string& path, int error) {
  const std::string message = fmt::format("cannot {} '{}': {}", action, path, std::strerror(error));
  switch (error) {
    case ENOENT:
      return Status(StatusCode::kNotFound, message);
    case ENOSPC:
    case EDQUOT:
      return Status(StatusCode::kResourceExhausted, message + "; free some disk space");
    default:
      return Status(StatusCode::kFailedPrecondition, message);
  }
}

Status WriteAll(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", path, errno);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file) != 0) return FileError("write", path, errno);
  return Status::Ok();
}

void AppendPretty(std::string& out, const boost::json::value& value, size_t depth) {
  const std::string indent(2 * (depth + 1), ' ');
  const auto open = [&](char bracket, bool first) {
    out += first ? std::string(1, bracket) : ",";
    out += "\n" + indent;
  };
  bool first = true;
  if (const boost::json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    for (const auto& [key, member] : *object) {
      open('{', first);
      first = false;
      out += boost::json::serialize(key) + ": ";
      AppendPretty(out, member, depth + 1);
    }
    out += "\n" + std::string(2 * depth, ' ') + "}";
  } else if (const boost::json::array* array = value.if_array(); array != nullptr && !array->empty()) {
    for (const boost::json::value& item : *array) {
      open('[', first);
      first = false;
      AppendPretty(out, item, depth + 1);
    }
    out += "\n" + std::string(2 * depth, ' ') + "]";
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

Status WritePrivateFile(const std::string& path, std::string_view text) {
  const std::string aside = fmt::format("{}.{}.tmp", path, getpid());
  unlink(aside.c_str());
  const int file = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return FileError("write", path, errno);
  Status status = WriteAll(file, text, path);
  close(file);
  if (status.ok() && rename(aside.c_str(), path.c_str()) != 0) status = FileError("write", path, errno);
  if (!status.ok()) unlink(aside.c_str());
  return status;
}

Result<std::string> ReadWholeFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError("read", path, errno);
  std::string text;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t count = read(file, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const Status status = FileError("read", path, errno);
      close(file);
      return status;
    }
    if (count == 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  close(file);
  return text;
}

std::string PrettyJson(const boost::json::value& value) {
  std::string out;
  AppendPretty(out, value, 0);
  out.push_back('\n');
  return out;
}

Result<boost::json::value> ReadJsonFile(const std::string& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path));
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error) return Status::Corruption("'{}' is not JSON: {}", path, error.message());
  return value;
}

}  // namespace lifeboat::app
