// RemoveOrphanFiles: deletes the files below tables' locations that nothing needs: what a killed writer, a
// failed commit or an expiry that was cut short left behind.
//
// It lists first and looks afterwards: a file that became part of a table meanwhile is found in use. Kept is
//   - what any snapshot of any table of the catalog reaches, and the metadata files that a table's log names,
//   - metadata files that the change log still names, and what they reach,
//   - what is younger than `older_than`: a writer at work has files that no snapshot reaches yet,
//   - a metadata.json of another table or of a view.
// Tables whose locations overlap are refused: by location nobody can tell whose file an unreachable one is.
//
// The cost is one pass over the metadata of the whole catalog, whatever the number of tables that are
// cleaned; in memory are the locations of the files that may go.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_REMOVE_ORPHAN_FILES_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_REMOVE_ORPHAN_FILES_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "catalog/maintenance/maintenance.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

struct RemoveOrphanFilesOptions {
  std::chrono::milliseconds older_than = std::chrono::hours(72);
  bool dry_run = false;
};

struct RemoveOrphanFilesResult {
  std::vector<std::string> orphans;  // normal locations, sorted: deleted, or to be deleted
  uint64_t orphan_bytes = 0;
  uint64_t listed = 0;               // files below the tables' locations
  uint64_t kept_young = 0;           // of those, too young to judge
  uint64_t kept_for_change_log = 0;  // that only an entry of the change log needs
  RemovedFiles files;
};

// kFailedPrecondition for a table with gc.enabled=false or one that shares its location with another.
Result<RemoveOrphanFilesResult> RemoveOrphanFiles(Catalog& catalog, storage::Storage& storage,
                                                  const std::vector<TableIdentifier>& identifiers,
                                                  const RemoveOrphanFilesOptions& options,
                                                  const MaintenanceContext& context, const Clock& clock);

// Every table of the catalog, or of a namespace and those within it, namespace by namespace.
Result<std::vector<TableIdentifier>> ListAllTables(Catalog& catalog, const Namespace& within = {});

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_REMOVE_ORPHAN_FILES_H_
