#include "iceberg/scan/plan_scan.h"

#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"
#include "iceberg/scan/delete_index.h"
#include "iceberg/scan/file_filter.h"

namespace lifeboat::iceberg {
namespace {

struct Target {
  const Snapshot* snapshot = nullptr;  // null: the table is empty
  const Schema* schema = nullptr;
};

// A snapshot asked for by id, or by a tag, is read with the schema it was written with; a branch with the
// current one.
Result<Target> FindTarget(const TableMetadata& metadata, const ScanOptions& options) {
  Target target;
  target.schema = &metadata.schema();
  bool with_its_own_schema = false;
  if (options.snapshot_id) {
    target.snapshot = metadata.FindSnapshot(*options.snapshot_id);
    if (target.snapshot == nullptr) {
      return Status::NotFound("table '{}' has no snapshot {}", metadata.location, *options.snapshot_id);
    }
    with_its_own_schema = true;
  } else if (options.ref) {
    target.snapshot = metadata.FindRef(*options.ref);
    const auto ref = metadata.refs.find(*options.ref);
    if (target.snapshot == nullptr && *options.ref != kMainBranch) {
      return Status::NotFound("table '{}' has no branch or tag '{}'", metadata.location, *options.ref);
    }
    with_its_own_schema = ref != metadata.refs.end() && ref->second.kind == SnapshotRef::Kind::kTag;
  } else {
    target.snapshot = metadata.current_snapshot();
  }
  if (with_its_own_schema && target.snapshot->schema_id) {
    const Schema* own = metadata.FindSchema(*target.snapshot->schema_id);
    if (own != nullptr) target.schema = own;
  }
  return target;
}

class Planner {
 public:
  Planner(storage::Storage& storage, const TableMetadata& metadata, const Expression& filter, ScanPlan& plan)
      : storage_(storage), metadata_(metadata), filter_(filter, *plan.schema), plan_(plan) {}

  Status Plan(const Snapshot& snapshot) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ManifestFile> manifests,
                              ReadManifestList(storage_, snapshot));
    for (const ManifestFile& manifest : manifests) {
      if (!manifest.has_live_files()) continue;
      const PartitionSpec* spec = metadata_.FindSpec(manifest.partition_spec_id);
      if (spec != nullptr && !filter_.MayMatchManifest(manifest, *spec)) {
        ++plan_.manifests_skipped;
        continue;
      }
      LIFEBOAT_RETURN_IF_ERROR(ReadFiles(manifest));
    }
    const DeleteIndex deletes(plan_.delete_files, metadata_);
    for (PlannedFile& file : plan_.files) file.deletes = deletes.For(file.file, file.sequence_number);
    return Status::Ok();
  }

 private:
  Status ReadFiles(const ManifestFile& manifest_file) {
    LIFEBOAT_ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(storage_, manifest_file));
    ++plan_.manifests_read;
    for (ManifestEntry& entry : manifest.entries) {
      if (!entry.is_live()) continue;
      const int64_t sequence_number = entry.sequence_number.value_or(0);
      if (entry.data_file.content != FileContent::kData) {
        plan_.delete_files.push_back({std::move(entry.data_file), sequence_number});
      } else if (filter_.MayMatchFile(entry.data_file, manifest.header.spec)) {
        plan_.files.push_back({std::move(entry.data_file), sequence_number, {}});
      } else {
        ++plan_.files_skipped;
      }
    }
    return Status::Ok();
  }

  storage::Storage& storage_;
  const TableMetadata& metadata_;
  const FileFilter filter_;
  ScanPlan& plan_;
};

}  // namespace

int64_t ScanPlan::record_count() const {
  int64_t count = 0;
  for (const PlannedFile& file : files) count += file.file.record_count;
  return count;
}

int64_t ScanPlan::size_bytes() const {
  int64_t size = 0;
  for (const PlannedFile& file : files) size += file.file.file_size_in_bytes;
  return size;
}

Result<ScanPlan> PlanScan(storage::Storage& storage, const TableMetadata& metadata,
                          const ScanOptions& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Target target, FindTarget(metadata, options));
  LIFEBOAT_RETURN_IF_ERROR(ValidateExpression(options.filter, *target.schema));
  ScanPlan plan;
  plan.schema = std::make_shared<const Schema>(*target.schema);
  if (target.snapshot == nullptr) return plan;
  plan.snapshot_id = target.snapshot->snapshot_id;
  Planner planner(storage, metadata, options.filter, plan);
  LIFEBOAT_RETURN_IF_ERROR(planner.Plan(*target.snapshot));
  return plan;
}

}  // namespace lifeboat::iceberg
