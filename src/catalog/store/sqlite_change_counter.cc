#include "catalog/store/sqlite_change_counter.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace lifeboat::catalog {

static_assert(std::atomic<uint64_t>::is_always_lock_free, "processes share it through mapped memory");

Result<std::unique_ptr<SqliteChangeCounter>> SqliteChangeCounter::Open(const std::string& store_path) {
  const std::string path = store_path + "-changes";
  const auto error = [&] {
    return Status::FailedPrecondition(
        "cannot open '{}' beside the catalog store: {}; check the folder's "
        "permissions and free space",
        path, std::strerror(errno));
  };
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return error();
  void* memory = MAP_FAILED;
  // posix_fallocate claims the disk block: a hole that cannot be filled later would kill the process.
  if ((errno = posix_fallocate(fd, 0, sizeof(uint64_t))) == 0) {
    memory = mmap(nullptr, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  const Status status = memory == MAP_FAILED ? error() : Status::Ok();
  close(fd);
  if (!status.ok()) return status;
  return std::unique_ptr<SqliteChangeCounter>(
      new SqliteChangeCounter(static_cast<std::atomic<uint64_t>*>(memory)));
}

SqliteChangeCounter::~SqliteChangeCounter() {
  munmap(value_, sizeof(uint64_t));
}

std::optional<uint64_t> SqliteChangeCounter::Value() const {
  const uint64_t value = value_->load();
  if (value % 2 != 0) return std::nullopt;
  return value;
}

uint64_t SqliteChangeCounter::Begin() {
  const uint64_t before = value_->load();
  // Odd already: a writer died, or one of another process has committed and is about to say so, which it then
  // must not.
  const uint64_t begun = before + (before % 2 == 0 ? 1 : 2);
  value_->store(begun);
  return begun;
}

void SqliteChangeCounter::End(uint64_t begun) {
  value_->compare_exchange_strong(begun, begun + 1);
}

}  // namespace lifeboat::catalog
