// ManifestListCache: manifest lists read or written lately, parsed. A file of a table never changes once it
// is written, so an entry is never stale.
#ifndef LIFEBOAT_CATALOG_SERVER_MANIFEST_LIST_CACHE_H_
#define LIFEBOAT_CATALOG_SERVER_MANIFEST_LIST_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "iceberg/manifest/manifest_list.h"

namespace lifeboat::catalog {

// Thread-safe.
class ManifestListCache {
 public:
  using List = std::shared_ptr<const std::vector<iceberg::ManifestFile>>;

  explicit ManifestListCache(uint64_t bytes_max) : bytes_max_(bytes_max) {}

  List Find(const std::string& location);  // null when it is not there
  void Put(const std::string& location, List list);

 private:
  struct Entry {
    std::string location;
    List list;
    uint64_t bytes;
  };

  const uint64_t bytes_max_;
  Mutex mutex_;
  std::list<Entry> entries_ GUARDED_BY(mutex_);  // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_location_ GUARDED_BY(mutex_);
  uint64_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_MANIFEST_LIST_CACHE_H_
