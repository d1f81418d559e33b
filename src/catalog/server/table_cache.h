// TableCache: recently used tables, as the bytes of their loadTable answer and as parsed metadata.
//
// The cache never decides whether an entry is current: readers ask the store with the entry's version, unless
// the store has not changed since they last did. So it needs no invalidation, also when other servers commit
// to the same store.
#ifndef LIFEBOAT_CATALOG_SERVER_TABLE_CACHE_H_
#define LIFEBOAT_CATALOG_SERVER_TABLE_CACHE_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "base/result.h"
#include "catalog/api/identifier.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {

// One version of a table. Immutable; metadata is parsed when first asked for.
class LoadedTableVersion {
 public:
  // `metadata` may be null.
  LoadedTableVersion(uint64_t version, std::string metadata_location, std::string_view metadata_json,
                     std::shared_ptr<const iceberg::TableMetadata> metadata = nullptr);

  uint64_t version() const { return version_; }
  const std::string& metadata_location() const { return metadata_location_; }
  // The LoadTableResult.
  const std::string& body() const { return body_; }
  std::string_view metadata_json() const {
    return std::string_view(body_).substr(json_offset_, json_length_);
  }
  Result<std::shared_ptr<const iceberg::TableMetadata>> Metadata() const;
  // Null when nobody has asked for it yet.
  std::shared_ptr<const iceberg::TableMetadata> MetadataIfParsed() const;
  uint64_t size_bytes() const;  // roughly, with parsed metadata

  // Notes that a commit of this server made it and met no other server's: the next commit may be built upon
  // it without asking the store, which checks that in any case.
  void MadeHere() const { made_here_ = true; }
  bool made_here() const { return made_here_; }
  // Notes that the store had this version when its ChangeCount() was `change_count`, read before; and whether
  // that is known.
  void ConfirmAt(uint64_t change_count) const { confirmed_at_ = change_count; }
  bool IsConfirmedAt(uint64_t change_count) const { return confirmed_at_ == change_count; }
  // Notes when the metadata file was seen in storage; in microseconds of the clock that does not go back.
  void FileSeenAt(int64_t micros) const { file_seen_micros_ = micros; }
  int64_t file_seen_micros() const { return file_seen_micros_; }  // 0: never

 private:
  const uint64_t version_;
  const std::string metadata_location_;
  std::string body_;
  size_t json_offset_ = 0;
  size_t json_length_ = 0;
  mutable std::atomic<bool> made_here_ = false;
  mutable std::atomic<uint64_t> confirmed_at_ = UINT64_MAX;
  mutable std::atomic<int64_t> file_seen_micros_ = 0;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const iceberg::TableMetadata> metadata_ GUARDED_BY(mutex_);
};

// {"metadata-location":…,"metadata":…,"config":{}}; an empty location (a staged table) is left out.
std::string LoadTableResultJson(std::string_view metadata_location, std::string_view metadata_json);

// The same result with other members in the place of its `"config":{}`, if that is its last.
std::string WithConfig(std::string load_table_result, std::string_view members);

class TableCache {
 public:
  explicit TableCache(uint64_t bytes_max) : bytes_max_(bytes_max) {}

  // Null when the table is not cached.
  std::shared_ptr<const LoadedTableVersion> Find(const TableIdentifier& identifier);
  // Replaces an older version; an entry that is newer already stays.
  void Put(const TableIdentifier& identifier, std::shared_ptr<const LoadedTableVersion> table);
  void Erase(const TableIdentifier& identifier);
  uint64_t size_bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const LoadedTableVersion> table;
    uint64_t bytes;
  };
  using Entries = std::list<Entry>;  // most recently used first

  void Remove(Entries::iterator entry) REQUIRES_LOCK(mutex_);

  const uint64_t bytes_max_;
  mutable Mutex mutex_;
  Entries entries_ GUARDED_BY(mutex_);
  std::unordered_map<std::string_view, Entries::iterator> by_key_ GUARDED_BY(mutex_);  // views into entries_
  uint64_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TABLE_CACHE_H_
