#include "catalog/server/manifest_list_cache.h"

#include <utility>

namespace lifeboat::catalog {
namespace {

uint64_t SizeOf(const std::vector<iceberg::ManifestFile>& list) {
  uint64_t bytes = 256;
  for (const iceberg::ManifestFile& file : list) {
    bytes += sizeof file + file.manifest_path.capacity() +
             file.partitions.capacity() * sizeof(iceberg::PartitionFieldSummary);
  }
  return bytes;
}

}  // namespace

ManifestListCache::List ManifestListCache::Find(const std::string& location) {
  MutexLock lock(mutex_);
  const auto found = by_location_.find(location);
  if (found == by_location_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->list;
}

void ManifestListCache::Put(const std::string& location, List list) {
  const uint64_t bytes = SizeOf(*list) + 2 * location.size();
  MutexLock lock(mutex_);
  if (bytes > bytes_max_ || by_location_.contains(location)) return;
  while (bytes_ + bytes > bytes_max_) {
    bytes_ -= entries_.back().bytes;
    by_location_.erase(entries_.back().location);
    entries_.pop_back();
  }
  entries_.push_front({location, std::move(list), bytes});
  by_location_.emplace(entries_.front().location, entries_.begin());
  bytes_ += bytes;
}

}  // namespace lifeboat::catalog
