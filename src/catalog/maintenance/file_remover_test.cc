#include "catalog/maintenance/file_remover.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "tests/support/memory_storage.h"

namespace lifeboat::catalog {
namespace {

class RefusingStorage : public testing::MemoryStorage {
 public:
  Status Delete(const std::string& location) override {
    if (location.ends_with("/000007")) return Status::Unavailable("cannot delete '{}'", location);
    return MemoryStorage::Delete(location);
  }
};

TEST(FileRemover, DeletesAnyNumberAndSaysWhatBecameOfEach) {
  for (const size_t count : {0u, 1u, 50u, 51u, 399u, 4000u, 10'007u}) {
    RefusingStorage storage;
    std::vector<std::string> locations;
    for (size_t i = 0; i < count; ++i) {
      locations.push_back(fmt::format("memory:/{:06}", i));
      ASSERT_OK(storage.Write(locations.back(), "x", {}));
    }
    FileRemover remover(storage);
    const std::vector<Status> outcomes = remover.Delete(locations);
    ASSERT_EQ(outcomes.size(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(outcomes[i].code(), i == 7 ? StatusCode::kUnavailable : StatusCode::kOk);
    }
    EXPECT_EQ(storage.Below("").size(), count > 7 ? 1u : 0u);
  }
}

// Counts who is in a request at the same time, and lets nobody leave before all have come.
class MeetingStorage : public testing::MemoryStorage {
 public:
  explicit MeetingStorage(size_t expected) : expected_(expected) {}
  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override {
    EXPECT_LE(locations.size(), FileRemover::kFilesPerRequest);
    MutexLock lock(mutex_);
    ++inside_;
    all_came_.NotifyAll();
    while (inside_ < expected_) all_came_.Wait(mutex_);
    return std::vector<Status>(locations.size());
  }

 private:
  const size_t expected_;
  Mutex mutex_;
  CondVar all_came_;
  size_t inside_ GUARDED_BY(mutex_) = 0;
};

TEST(FileRemover, KeepsItsRequestsBusySideBySide) {
  MeetingStorage storage(FileRemover::kRequestsAtOnce);
  FileRemover remover(storage);
  EXPECT_EQ(remover.Delete(std::vector<std::string>(FileRemover::kFilesAtOnce, "memory:/a")).size(),
            FileRemover::kFilesAtOnce);
}

}  // namespace
}  // namespace lifeboat::catalog
