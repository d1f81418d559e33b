// What the maintenance operations have in common: how they are watched, stopped, and told of the change log.
//
// Every operation may be stopped between two steps and run again: a run starts from what is, not from what an
// earlier run intended.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_MAINTENANCE_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_MAINTENANCE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/maintenance/file_set.h"
#include "catalog/maintenance/reachability.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// Metadata files that entries of the change log name, by table uuid. A follower of the log, or a recovery to
// a point in time, reads them and what they reach.
using LoggedMetadata = std::map<std::string, std::vector<std::string>>;

struct MaintenanceContext {
  // Reads the whole change log that is kept; empty for a catalog that has none.
  std::function<Result<LoggedMetadata>()> read_change_log;
  // An error stops the operation.
  StopCheck check = [] { return Status::Ok(); };
  // "deleting files", 120, 3000; total 0: not known.
  std::function<void(std::string_view step, uint64_t done, uint64_t total)> progress =
      [](std::string_view, uint64_t, uint64_t) {};
};

struct RemovedFiles {
  std::map<FileKind, uint64_t> by_kind;
  uint64_t deleted = 0;
  uint64_t failed = 0;      // could not be deleted: a later run may
  std::string first_error;  // of the failed ones
};

// Deletes the files, whatever names others last. With `dry_run` only counts them.
Result<RemovedFiles> RemoveFiles(storage::Storage& storage, const FileSet& files,
                                 const MaintenanceContext& context, bool dry_run);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_MAINTENANCE_H_
