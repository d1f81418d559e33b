#include "catalog/store/sqlite_log_file.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

namespace lifeboat::catalog {
namespace {

constexpr const char* kName = "lifeboat-log";
// A transaction that writes more than memory should hold is written in steps of this size.
constexpr size_t kBytesHeldMax = size_t{4} << 20;
constexpr size_t kBytesPerCall = size_t{64} << 10;  // SQLite's own VFS takes less than 128 KiB at a time
constexpr size_t kBytesKept = size_t{1} << 20;      // of the buffer, from one commit to the next

struct Log {
  std::string held;  // to be written at `offset`
  sqlite3_int64 offset = 0;
  const std::function<bool()>* ready = nullptr;
};

// What SQLite allocates for an open file: ours, and behind it the one of the default VFS.
struct LogFile {
  sqlite3_file base;
  Log* log;
};
constexpr size_t kRealAt = (sizeof(LogFile) + 15) / 16 * 16;

Log& LogOf(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file)->log;
}
sqlite3_file* RealOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kRealAt);
}

int WriteHeld(sqlite3_file* file) {
  Log& log = LogOf(file);
  if (log.held.empty()) return SQLITE_OK;
  int code = SQLITE_IOERR_WRITE;
  if (log.ready == nullptr || (*log.ready)()) {
    sqlite3_file* real = RealOf(file);
    code = SQLITE_OK;
    for (size_t done = 0; done < log.held.size() && code == SQLITE_OK; done += kBytesPerCall) {
      const size_t size = std::min(log.held.size() - done, kBytesPerCall);
      code = real->pMethods->xWrite(real, log.held.data() + done, static_cast<int>(size),
                                    log.offset + static_cast<sqlite3_int64>(done));
    }
  }
  // What could not be written is not tried again: SQLite rolls the transaction back.
  log.held.clear();
  if (log.held.capacity() > kBytesKept) log.held.shrink_to_fit();
  return code;
}

int Close(sqlite3_file* file) {
  const int written = WriteHeld(file);
  sqlite3_file* real = RealOf(file);
  const int closed = real->pMethods->xClose(real);
  delete &LogOf(file);
  return written != SQLITE_OK ? written : closed;
}

int Read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  const int written = WriteHeld(file);
  if (written != SQLITE_OK) return written;
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xRead(real, bytes, size, offset);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  Log& log = LogOf(file);
  const bool continues = log.offset + static_cast<sqlite3_int64>(log.held.size()) == offset;
  if (!continues || log.held.size() + static_cast<size_t>(size) > kBytesHeldMax) {
    const int written = WriteHeld(file);
    if (written != SQLITE_OK) return written;
  }
  if (log.held.empty()) log.offset = offset;
  try {
    log.held.append(static_cast<const char*>(bytes), static_cast<size_t>(size));
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int written = WriteHeld(file);
  if (written != SQLITE_OK) return written;
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xTruncate(real, size);
}

int Sync(sqlite3_file* file, int flags) {
  const int written = WriteHeld(file);
  if (written != SQLITE_OK) return written;
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xSync(real, flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  const int written = WriteHeld(file);
  if (written != SQLITE_OK) return written;
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xFileSize(real, size);
}

int Lock(sqlite3_file* file, int level) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xLock(real, level);
}
int Unlock(sqlite3_file* file, int level) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xUnlock(real, level);
}
int CheckReservedLock(sqlite3_file* file, int* held) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xCheckReservedLock(real, held);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xFileControl(real, operation, argument);
}
int SectorSize(sqlite3_file* file) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xSectorSize(real);
}
int DeviceCharacteristics(sqlite3_file* file) {
  sqlite3_file* real = RealOf(file);
  return real->pMethods->xDeviceCharacteristics(real);
}

// Version 1: a log is neither mapped nor has shared memory of its own.
constexpr sqlite3_io_methods kMethods = {1,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr};

sqlite3_vfs* real_vfs = nullptr;

int Open(sqlite3_vfs* /*ours*/, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
  file->pMethods = nullptr;  // nothing to close when it fails
  Log* log = new (std::nothrow) Log;
  if (log == nullptr) return SQLITE_NOMEM;
  sqlite3_file* real = RealOf(file);
  const int code = real_vfs->xOpen(real_vfs, name, real, flags, out_flags);
  if (code != SQLITE_OK) {
    if (real->pMethods != nullptr) real->pMethods->xClose(real);
    delete log;
    return code;
  }
  reinterpret_cast<LogFile*>(file)->log = log;
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

const char* Register() {
  real_vfs = sqlite3_vfs_find(nullptr);
  if (real_vfs == nullptr) return nullptr;
  // A copy, so that the functions it takes over find what they expect in it.
  static sqlite3_vfs vfs = *real_vfs;
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.szOsFile = static_cast<int>(kRealAt) + real_vfs->szOsFile;
  vfs.xOpen = Open;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? kName : nullptr;
}

}  // namespace

const char* SqliteLogFileVfs() {
  static const char* const name = Register();
  return name;
}

SqliteLogGate::SqliteLogGate(sqlite3* connection, const std::function<bool()>& ready) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  if (code != SQLITE_OK || file == nullptr || file->pMethods != &kMethods) return;
  ready_ = &LogOf(file).ready;
  *ready_ = &ready;
}

SqliteLogGate::~SqliteLogGate() {
  if (ready_ != nullptr) *ready_ = nullptr;
}

}  // namespace lifeboat::catalog
