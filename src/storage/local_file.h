// The POSIX calls below LocalStorage: an owned file descriptor, and errno as a Status that names the
// location.
#ifndef LIFEBOAT_STORAGE_LOCAL_FILE_H_
#define LIFEBOAT_STORAGE_LOCAL_FILE_H_

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace lifeboat::storage {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// What `error` (an errno) means for somebody who wanted to `action` ("read", "write", "list") `location`.
Status ErrnoStatus(int error, std::string_view action, std::string_view location);

// A regular file opened for reading, with its size; kNotFound for anything else.
struct OpenedFile {
  FileDescriptor fd;
  struct stat info;
};
Result<OpenedFile> OpenForReading(const std::string& path, std::string_view location);

// Fills `length` bytes from `offset`; kCorruption when the file ends before.
Result<std::string> ReadFully(const OpenedFile& file, uint64_t offset, uint64_t length,
                              std::string_view location);

Status WriteFully(int fd, std::string_view bytes, std::string_view location);

// Makes the names in `folder` survive a power cut.
Status SyncFolder(const std::string& folder, std::string_view location);

}  // namespace lifeboat::storage

#endif  // LIFEBOAT_STORAGE_LOCAL_FILE_H_
