#include "catalog/maintenance/snapshot_retention.h"

#include <algorithm>
#include <unordered_set>

namespace lifeboat::catalog {
namespace {

constexpr int64_t kDefaultSnapshotAgeMs = int64_t{5} * 24 * 60 * 60 * 1000;
constexpr int64_t kDefaultSnapshotsToKeep = 1;

class Retention {
 public:
  Retention(const iceberg::TableMetadata& metadata, int64_t now_ms, const SnapshotRetentionOptions& options)
      : metadata_(metadata),
        now_ms_(now_ms),
        snapshot_age_ms_(options.max_snapshot_age_ms.value_or(
            metadata.IntProperty("history.expire.max-snapshot-age-ms", kDefaultSnapshotAgeMs))),
        snapshots_to_keep_(options.min_snapshots_to_keep.value_or(
            metadata.IntProperty("history.expire.min-snapshots-to-keep", kDefaultSnapshotsToKeep))),
        ref_age_ms_(options.max_ref_age_ms.value_or(
            metadata.IntProperty("history.expire.max-ref-age-ms", INT64_MAX))) {}

  ExpiredHistory Run() {
    ExpiredHistory expired;
    for (const auto& [name, ref] : metadata_.refs) {
      if (RefIsKept(name, ref)) {
        KeepRef(ref);
      } else {
        expired.refs.push_back(name);
      }
    }
    for (const auto& snapshot : metadata_.snapshots) {
      if (!referenced_.contains(snapshot->snapshot_id) && IsYoung(*snapshot, snapshot_age_ms_)) {
        kept_.insert(snapshot->snapshot_id);
      }
      if (!kept_.contains(snapshot->snapshot_id)) expired.snapshot_ids.push_back(snapshot->snapshot_id);
    }
    return expired;
  }

 private:
  bool IsYoung(const iceberg::Snapshot& snapshot, int64_t age_ms) const {
    return now_ms_ - snapshot.timestamp_ms <= age_ms;
  }

  bool RefIsKept(const std::string& name, const iceberg::SnapshotRef& ref) const {
    if (name == iceberg::kMainBranch) return true;
    const iceberg::Snapshot* snapshot = metadata_.FindSnapshot(ref.snapshot_id);
    return snapshot != nullptr && IsYoung(*snapshot, ref.max_ref_age_ms.value_or(ref_age_ms_));
  }

  void KeepRef(const iceberg::SnapshotRef& ref) {
    kept_.insert(ref.snapshot_id);
    if (ref.kind == iceberg::SnapshotRef::Kind::kTag) {
      referenced_.insert(ref.snapshot_id);
      return;
    }
    const int64_t age_ms = ref.max_snapshot_age_ms.value_or(snapshot_age_ms_);
    const int64_t to_keep = ref.min_snapshots_to_keep.value_or(snapshots_to_keep_);
    int64_t count = 0;
    bool keeping = true;
    std::unordered_set<int64_t> of_branch;  // guards against a history that runs in a circle
    const iceberg::Snapshot* snapshot = metadata_.FindSnapshot(ref.snapshot_id);
    while (snapshot != nullptr && of_branch.insert(snapshot->snapshot_id).second) {
      referenced_.insert(snapshot->snapshot_id);
      keeping = keeping && (count < to_keep || IsYoung(*snapshot, age_ms));
      if (keeping) kept_.insert(snapshot->snapshot_id);
      ++count;
      snapshot =
          snapshot->parent_snapshot_id ? metadata_.FindSnapshot(*snapshot->parent_snapshot_id) : nullptr;
    }
  }

  const iceberg::TableMetadata& metadata_;
  const int64_t now_ms_;
  const int64_t snapshot_age_ms_;
  const int64_t snapshots_to_keep_;
  const int64_t ref_age_ms_;
  std::unordered_set<int64_t> referenced_;  // a kept ref leads to them
  std::unordered_set<int64_t> kept_;
};

}  // namespace

Result<ExpiredHistory> FindExpiredHistory(const iceberg::TableMetadata& metadata, int64_t now_ms,
                                          const SnapshotRetentionOptions& options) {
  if (options.min_snapshots_to_keep.value_or(1) < 1) {
    return Status::InvalidArgument("at least 1 snapshot of a branch has to be kept, not {}",
                                   *options.min_snapshots_to_keep);
  }
  if (options.max_snapshot_age_ms.value_or(0) < 0 || options.max_ref_age_ms.value_or(0) < 0) {
    return Status::InvalidArgument("the age of snapshots and refs to keep cannot be negative");
  }
  ExpiredHistory expired = Retention(metadata, now_ms, options).Run();
  for (const int64_t id : options.snapshot_ids) {
    if (metadata.FindSnapshot(id) == nullptr)
      return Status::InvalidArgument("the table has no snapshot {}", id);
    for (const auto& [name, ref] : metadata.refs) {
      const bool ref_goes = std::find(expired.refs.begin(), expired.refs.end(), name) != expired.refs.end();
      if (ref.snapshot_id == id && !ref_goes) {
        return Status::InvalidArgument("cannot expire snapshot {}: '{}' names it; drop that ref first", id,
                                       name);
      }
    }
    if (std::find(expired.snapshot_ids.begin(), expired.snapshot_ids.end(), id) == expired.snapshot_ids.end())
      expired.snapshot_ids.push_back(id);
  }
  return expired;
}

}  // namespace lifeboat::catalog
