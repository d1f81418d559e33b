#include "storage/local_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

namespace lifeboat::storage {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Status ErrnoStatus(int error, std::string_view action, std::string_view location) {
  switch (error) {
    case ENOENT:
      return Status::NotFound("object '{}' does not exist", location);
    case ENOSPC:
    case EDQUOT:
      return Status::ResourceExhausted(
          "cannot {} '{}': the disk is full; free space on its file system and repeat", action, location);
    case EFBIG:
      return Status::ResourceExhausted(
          "cannot {} '{}': it grows past the file size limit; raise the limit (ulimit -f) or use another "
          "file system",
          action, location);
    case EMFILE:
    case ENFILE:
      return Status::ResourceExhausted(
          "cannot {} '{}': too many open files; raise the limit (ulimit -n) and repeat", action, location);
    case EACCES:
    case EPERM:
      return Status::PermissionDenied("cannot {} '{}': permission denied; let the user of this process do so",
                                      action, location);
    case EROFS:
      return Status::FailedPrecondition("cannot {} '{}': the file system is read-only; mount it writable",
                                        action, location);
    case EISDIR:
    case ENOTEMPTY:
      return Status::FailedPrecondition(
          "cannot {} '{}': a folder of that name is in the way; choose another name", action, location);
    case ENOTDIR:
      return Status::FailedPrecondition(
          "cannot {} '{}': a file stands where one of its folders should be; choose another name", action,
          location);
    case ENAMETOOLONG:
      return Status::InvalidArgument("cannot {} '{}': the name is too long for the file system; shorten it",
                                     action, location);
    case EIO:
      return Status::Corruption(
          "cannot {} '{}': the disk reports an input/output error; restore it from another copy", action,
          location);
    default:
      return Status::Unavailable("cannot {} '{}': {}; repeat once that is resolved", action, location,
                                 strerrordesc_np(error));
  }
}

Result<OpenedFile> OpenForReading(const std::string& path, std::string_view location) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  OpenedFile file{FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), {}};
  // A file where a folder is expected means that nothing of that name exists.
  if (!file.fd.valid()) return ErrnoStatus(errno == ENOTDIR ? ENOENT : errno, "read", location);
  if (::fstat(file.fd.get(), &file.info) != 0) return ErrnoStatus(errno, "read", location);
  if (!S_ISREG(file.info.st_mode)) return ErrnoStatus(ENOENT, "read", location);
  return file;
}

Result<std::string> ReadFully(const OpenedFile& file, uint64_t offset, uint64_t length,
                              std::string_view location) {
  const auto ends_early = [&](uint64_t size_bytes) {
    return Status::Corruption(
        "object '{}' has {} bytes, but bytes {} to {} were asked for; it is truncated: "
        "restore it from another copy",
        location, size_bytes, offset, offset + length);
  };
  const auto size_bytes = static_cast<uint64_t>(file.info.st_size);
  if (offset > size_bytes || length > size_bytes - offset) return ends_early(size_bytes);
  std::string bytes(length, '\0');
  uint64_t done = 0;
  while (done < length) {
    const ssize_t count =
        ::pread(file.fd.get(), bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "read", location);
    if (count == 0) return ends_early(offset + done);
    done += static_cast<uint64_t>(count);
  }
  return bytes;
}

Status WriteFully(int fd, std::string_view bytes, std::string_view location) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), std::min<size_t>(bytes.size(), 1u << 30));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "write", location);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return Status::Ok();
}

Status SyncFolder(const std::string& folder, std::string_view location) {
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "write", location);
  if (::fsync(fd.get()) != 0) return ErrnoStatus(errno, "write", location);
  return Status::Ok();
}

}  // namespace lifeboat::storage
