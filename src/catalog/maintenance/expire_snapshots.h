// ExpireSnapshots: forgets snapshots and refs past their retention, then removes the files only they needed.
//
// The history is cut by one commit through the catalog, safe beside concurrent writers: it requires every ref
// to stand where the decision saw it, and is decided anew when one moved. Files go afterwards. Kept is
// whatever a remaining snapshot reaches, and whatever is reached by a metadata file that the change log still
// names: those files become orphans once the log has moved on, and RemoveOrphanFiles takes them.
//
// A tag that somebody creates on a snapshot in the moment between decision and commit is not seen, as with
// every Iceberg client; the specification has no requirement for it.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_EXPIRE_SNAPSHOTS_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_EXPIRE_SNAPSHOTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "catalog/maintenance/maintenance.h"
#include "catalog/maintenance/snapshot_retention.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

struct ExpireSnapshotsOptions {
  SnapshotRetentionOptions retention;
  bool dry_run = false;  // decides and counts, changes nothing
};

struct ExpireSnapshotsResult {
  std::vector<int64_t> snapshot_ids;  // that were expired, or would be
  std::vector<std::string> refs;
  uint64_t snapshots_left = 0;
  RemovedFiles files;
  uint64_t kept_for_change_log = 0;  // files no snapshot needs any more, but an entry of the log does
  uint64_t kept_outside = 0;  // files outside of the table's places: another's, whatever its snapshots say
};

// kFailedPrecondition for a table with gc.enabled=false: its files are not its own. kConflict when writers
// moved the table's refs again and again. An error after the commit leaves orphans for RemoveOrphanFiles.
Result<ExpireSnapshotsResult> ExpireSnapshots(Catalog& catalog, storage::Storage& storage,
                                              const TableIdentifier& identifier,
                                              const ExpireSnapshotsOptions& options,
                                              const MaintenanceContext& context, const Clock& clock);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_EXPIRE_SNAPSHOTS_H_
