// PlanScan: which files a reader must open to see a table at a snapshot, through a filter.
//
// Three sieves, from coarse to fine: manifests by their partition summaries, files by their partition values
// (the filter projected through the transforms), files by their column bounds and null counts. All are
// inclusive: a file that is left out holds no matching row; a file that stays may hold none. Readers still
// filter rows.
//
// Source: Iceberg table spec, "Scan Planning".
#ifndef LIFEBOAT_ICEBERG_SCAN_PLAN_SCAN_H_
#define LIFEBOAT_ICEBERG_SCAN_PLAN_SCAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/table_metadata.h"
#include "storage/storage.h"

namespace lifeboat::iceberg {

struct ScanOptions {
  // At most one of the two; neither: the current snapshot.
  std::optional<int64_t> snapshot_id;
  std::optional<std::string> ref;
  // Bound to field ids of the table's schema (ScanPlan::schema). An empty conjunction keeps everything.
  Expression filter;
};

struct DeleteFile {
  DataFile file;
  int64_t sequence_number = 0;  // data sequence number
};

struct PlannedFile {
  DataFile file;
  int64_t sequence_number = 0;  // data sequence number
  // Indexes into ScanPlan::delete_files of the deletes that apply to this file.
  std::vector<uint32_t> deletes;
};

struct ScanPlan {
  std::optional<int64_t> snapshot_id;  // none: the table is empty
  // To read with: the table's current schema, or the snapshot's own for a scan at a snapshot id or tag.
  std::shared_ptr<const Schema> schema;
  std::vector<PlannedFile> files;
  std::vector<DeleteFile> delete_files;
  // What was looked at and left out.
  int64_t manifests_read = 0;
  int64_t manifests_skipped = 0;
  int64_t files_skipped = 0;

  int64_t record_count() const;  // of the files, before deletes
  int64_t size_bytes() const;    // of the data files
};

// kNotFound for an unknown snapshot or ref; kCorruption names a damaged file.
Result<ScanPlan> PlanScan(storage::Storage& storage, const TableMetadata& metadata,
                          const ScanOptions& options = {});

// Whether a file may hold rows that satisfy `filter`, by its partition values, bounds and counts. `spec` is
// the one with id file.partition_spec_id. Use it to narrow a plan that exists.
bool MayMatch(const DataFile& file, const Schema& schema, const PartitionSpec& spec,
              const Expression& filter);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_PLAN_SCAN_H_
