// Which snapshots and refs of a table have outlived their retention.
//
// A branch keeps its newest snapshot, the ancestors younger than the maximal snapshot age, and at least the
// minimal number of them; a tag keeps its one snapshot. A ref goes when its snapshot is older than the
// maximal ref age, `main` never does. What no ref leads to is kept while it is younger than the maximal
// snapshot age. A ref's own settings win over the table's properties history.expire.*; options stand in for
// the properties.
//
// Source: Iceberg table spec, "Snapshot Retention Policy"; details follow Java's RemoveSnapshots. Pure.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_SNAPSHOT_RETENTION_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_SNAPSHOT_RETENTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {

struct SnapshotRetentionOptions {
  std::optional<int64_t> max_snapshot_age_ms;    // in place of history.expire.max-snapshot-age-ms (5 days)
  std::optional<int64_t> min_snapshots_to_keep;  // in place of history.expire.min-snapshots-to-keep (1)
  std::optional<int64_t> max_ref_age_ms;         // in place of history.expire.max-ref-age-ms (none)
  // These go in any case; kInvalidArgument for one that is unknown or that a kept ref names.
  std::vector<int64_t> snapshot_ids;
};

struct ExpiredHistory {
  std::vector<std::string> refs;
  std::vector<int64_t> snapshot_ids;  // in the order of the metadata
  bool empty() const { return refs.empty() && snapshot_ids.empty(); }
};

Result<ExpiredHistory> FindExpiredHistory(const iceberg::TableMetadata& metadata, int64_t now_ms,
                                          const SnapshotRetentionOptions& options = {});

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_SNAPSHOT_RETENTION_H_
