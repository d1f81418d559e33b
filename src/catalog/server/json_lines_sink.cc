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

}  // namespace

JsonLinesSink::JsonLinesSink(std::string path, std::string position_path)
    : path_(std::move(path)), position_(std::move(position_path)) {}

Result<std::optional<uint64_t>> JsonLinesSink::Position() {
  LIFEBOAT_RETURN_IF_ERROR(Open());
  LIFEBOAT_ASSIGN_OR_RETURN(std::optional<uint64_t> position, position_.Read());
  LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t last_line, RepairEnd());
  if (last_line > 0) position = std::max(position.value_or(0), last_line);
  written_ = position.value_or(0);
  return position;
}

Status JsonLinesSink::Deliver(const std::vector<ChangeLogEntry>& entries) {
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
  return storage::SyncFolder(folder, path_);
}

Result<uint64_t> JsonLinesSink::RepairEnd() {
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
    const uint64_t whole = end == std::string::npos ? start : start + end + 1;
    if (whole < size && ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0) {
      return storage::ErrnoStatus(errno, "repair", path_);
    }
    if (end == std::string::npos) return uint64_t{0};
    const size_t line = before == std::string::npos ? 0 : before + 1;
    const Result<ChangeLogEntry> entry =
        ChangeLogEntryFromJson(std::string_view(bytes).substr(line, end - line));
    if (!entry.ok()) {
      return Status::FailedPrecondition(
          "'{}' does not end with an entry of the change log; name another file", path_);
    }
    return entry->position;
  }
}

Status JsonLinesSink::Append(const std::string& lines) {
  LIFEBOAT_RETURN_IF_ERROR(Open());
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return storage::ErrnoStatus(errno, "append to", path_);
  Status status = storage::WriteFully(file_.get(), lines, path_);
  if (status.ok() && ::fdatasync(file_.get()) != 0) status = storage::ErrnoStatus(errno, "append to", path_);
  // Half a batch would be repeated behind itself.
  if (!status.ok() && ::ftruncate(file_.get(), info.st_size) != 0) file_ = storage::FileDescriptor();
  return status;
}

}  // namespace lifeboat::catalog
