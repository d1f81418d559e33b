// MetadataLogCleaner: deletes the metadata.json files that tables dropped from their metadata-log, for tables
// with write.metadata.delete-after-commit.enabled.
//
// The commit that drops them does not delete them: entries of the change log before its own reach them. They
// go when its own entry leaves the change log, for no entry behind it does. So the change log is the queue:
// the files go before the entry, and after a crash in between the entry is looked at again.
//
// A file stays when a table refers to it that was registered from the same metadata, when the change log
// holds an entry that registers it, and when it is not, by its own words, a metadata file of that table.
// remove-orphans finds what stays without need.
#ifndef LIFEBOAT_CATALOG_SERVER_METADATA_LOG_CLEANER_H_
#define LIFEBOAT_CATALOG_SERVER_METADATA_LOG_CLEANER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "catalog/api/commit_guard.h"
#include "catalog/maintenance/file_set.h"
#include "catalog/store/catalog_store.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// Servers over one store may each have one: deleting twice does no harm. Not thread-safe.
class MetadataLogCleaner {
 public:
  MetadataLogCleaner(CatalogStore& store, storage::Storage& storage, CommitGuard& guard)
      : store_(store), storage_(storage), guard_(guard) {}

  // Forgets which tables want their files deleted.
  void BeginPass();
  // Deletes what the commits of the entries first_position … last_position dropped, which are about to leave
  // the change log. An error when that cannot be done now: the entries have to stay.
  Status Clean(uint64_t first_position, uint64_t last_position);

  uint64_t deleted() const { return deleted_; }

 private:
  using Locations = std::vector<std::string>;

  Result<bool> WantsDeletion(const LoggedChange& change);
  // Nothing when the table is not there, or is another one.
  Result<std::optional<bool>> WantsDeletion(const TableIdentifier& identifier, const std::string& uuid);
  // The metadata-log of a metadata file; nothing when there is no such file of the table.
  Result<std::optional<Locations>> ReadLog(const std::string& location, const std::string& uuid);
  // Adds what the commit dropped.
  Status Gather(const LoggedChange& change, Locations* dropped);
  Result<bool> IsRegisteredAfter(const std::string& uuid, uint64_t position);
  // Takes out what is another's or not for sure the table's.
  Status KeepWhatIsNeeded(const std::string& uuid, FileSet* files);
  Status Delete(const std::string& uuid, uint64_t last_position, const Locations& dropped);

  CatalogStore& store_;
  storage::Storage& storage_;
  CommitGuard& guard_;
  uint64_t deleted_ = 0;
  std::unordered_map<std::string, bool> wants_deletion_;  // by uuid
  // By uuid: of the commit looked at last, its metadata file and the log in it. The next commit starts there.
  std::unordered_map<std::string, std::pair<std::string, Locations>> last_read_;
  // By uuid: the last entry that created a table, as far as the change log was looked at.
  std::unordered_map<std::string, uint64_t> created_at_;
  uint64_t looked_up_to_ = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_METADATA_LOG_CLEANER_H_
