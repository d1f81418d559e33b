// MemoryStorage: a Storage that keeps its objects in memory, under any location whatever.
#ifndef LIFEBOAT_TESTS_SUPPORT_MEMORY_STORAGE_H_
#define LIFEBOAT_TESTS_SUPPORT_MEMORY_STORAGE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "storage/storage.h"

namespace lifeboat::testing {

class MemoryStorage : public storage::Storage {
 public:
  Result<storage::ObjectInfo> Stat(const std::string& location) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, Read(location));
    return storage::ObjectInfo{location, bytes.size(), 0};
  }
  Result<std::string> Read(const std::string& location) override EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    const auto found = objects_.find(location);
    if (found == objects_.end()) return Status::NotFound("{} does not exist", location);
    return found->second;
  }
  Result<std::string> ReadRange(const std::string& location, uint64_t offset, uint64_t length) override {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, Read(location));
    if (offset > bytes.size() || length > bytes.size() - offset) {
      return Status::Corruption("{} ends before byte {}", location, offset + length);
    }
    return bytes.substr(offset, length);
  }
  Status Write(const std::string& location, std::string_view bytes,
               const storage::WriteOptions& options) override EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    if (options.if_absent && objects_.contains(location)) {
      return Status::AlreadyExists("{} exists", location);
    }
    objects_[location] = bytes;
    return Status::Ok();
  }
  Result<std::unique_ptr<storage::ObjectWriter>> OpenWriter(const std::string& location,
                                                            const storage::WriteOptions& options) override {
    return std::unique_ptr<storage::ObjectWriter>(std::make_unique<Writer>(this, location, options));
  }
  Status Sync(const std::vector<std::string>&) override { return Status::Ok(); }
  Status Delete(const std::string& location) override EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    objects_.erase(location);
    return Status::Ok();
  }
  Status List(const std::string& prefix,
              const std::function<Status(const storage::ObjectInfo&)>& visit) override {
    for (const storage::ObjectInfo& info : Below(prefix)) LIFEBOAT_RETURN_IF_ERROR(visit(info));
    return Status::Ok();
  }
  std::vector<storage::ObjectInfo> Below(const std::string& prefix) const EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    std::vector<storage::ObjectInfo> found;
    for (auto at = objects_.lower_bound(prefix); at != objects_.end() && at->first.starts_with(prefix);
         ++at) {
      found.push_back({at->first, at->second.size(), 0});
    }
    return found;
  }

 private:
  class Writer : public storage::ObjectWriter {
   public:
    Writer(MemoryStorage* storage, std::string location, const storage::WriteOptions& options)
        : storage_(storage), location_(std::move(location)), options_(options) {}
    Status Append(std::string_view bytes) override {
      bytes_ += bytes;
      return Status::Ok();
    }
    Status Commit() override { return storage_->Write(location_, bytes_, options_); }

   private:
    MemoryStorage* const storage_;
    const std::string location_;
    const storage::WriteOptions options_;
    std::string bytes_;
  };

  mutable Mutex mutex_;
  std::map<std::string, std::string> objects_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_MEMORY_STORAGE_H_
