#include "iceberg/scan/scan_walk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lifeboat::iceberg {
namespace {

Status CheckCancelled(const std::atomic<bool>* cancelled) {
  if (cancelled != nullptr && *cancelled)
    return Status::Make(StatusCode::kCancelled, "planning was cancelled");
  return Status::Ok();
}

// A delete file is never older than the manifest it is in says, and applies to files not newer than itself.
bool MayApply(const ManifestFile& deletes, int64_t least_data_sequence) {
  return deletes.sequence_number >= least_data_sequence;
}

}  // namespace

Result<std::unique_ptr<ScanWalk>> ScanWalk::Open(storage::Storage& storage, const TableMetadata& metadata,
                                                 const ScanRange& range, const Expression& filter,
                                                 const Schema& schema) {
  std::unique_ptr<ScanWalk> walk(new ScanWalk(storage, metadata, filter, schema));
  if (!range.snapshot_id) return walk;
  const Snapshot* snapshot = metadata.FindSnapshot(*range.snapshot_id);
  if (snapshot == nullptr) return Status::NotFound("Cannot find snapshot with ID {}", *range.snapshot_id);
  LIFEBOAT_RETURN_IF_ERROR(range.after_snapshot_id
                               ? walk->FindAppendedManifests(*snapshot, *range.after_snapshot_id)
                               : walk->FindManifests(*snapshot));
  return walk;
}

Status ScanWalk::FindManifests(const Snapshot& snapshot) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> manifests, ReadManifestList(storage_, snapshot));
  for (ManifestFile& manifest : manifests) {
    const bool is_data = manifest.content == ManifestContent::kData;
    (is_data ? data_ : deletes_).push_back(std::move(manifest));
  }
  return Status::Ok();
}

Status ScanWalk::FindAppendedManifests(const Snapshot& snapshot, int64_t after_snapshot_id) {
  std::vector<const Snapshot*> between;  // newest first
  for (const Snapshot* at = &snapshot; at->snapshot_id != after_snapshot_id;) {
    between.push_back(at);
    if (!at->parent_snapshot_id) {
      return Status::InvalidArgument(
          "Starting snapshot (exclusive) {} is not a parent ancestor of end snapshot {}", after_snapshot_id,
          snapshot.snapshot_id);
    }
    if (*at->parent_snapshot_id == after_snapshot_id) break;  // which may have expired
    at = metadata_.FindSnapshot(*at->parent_snapshot_id);
    if (at == nullptr) {
      return Status::InvalidArgument("The snapshots between {} and {} have expired in part",
                                     after_snapshot_id, snapshot.snapshot_id);
    }
  }
  appended_by_.emplace();
  std::reverse(between.begin(), between.end());
  for (const Snapshot* one : between) {
    if (one->operation != "append") continue;
    appended_by_->insert(one->snapshot_id);
    LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> manifests, ReadManifestList(storage_, *one));
    for (ManifestFile& manifest : manifests) {
      const bool is_its_own =
          manifest.content == ManifestContent::kData && manifest.added_snapshot_id == one->snapshot_id;
      if (is_its_own) data_.push_back(std::move(manifest));
    }
  }
  return Status::Ok();
}

bool ScanWalk::MayMatch(size_t manifest) const {
  const ManifestFile& file = data_[manifest];
  if (!file.has_live_files()) return false;
  const PartitionSpec* spec = metadata_.FindSpec(file.partition_spec_id);
  return spec == nullptr || filter_.MayMatchManifest(file, *spec);
}

int64_t ScanWalk::FileCount(size_t manifest) const {
  const ManifestFile& file = data_[manifest];
  return std::max<int64_t>(
      1, int64_t{file.added_files_count.value_or(0)} + file.existing_files_count.value_or(0));
}

Status ScanWalk::ReadDeletes(size_t first, size_t end, const std::atomic<bool>* cancelled) {
  int64_t least_data_sequence = std::numeric_limits<int64_t>::max();
  for (size_t i = first; i < end; ++i) {
    if (MayMatch(i)) least_data_sequence = std::min(least_data_sequence, data_[i].min_sequence_number);
  }
  for (const ManifestFile& file : deletes_) {
    LIFEBOAT_RETURN_IF_ERROR(CheckCancelled(cancelled));
    if (!file.has_live_files() || !MayApply(file, least_data_sequence)) continue;
    const PartitionSpec* spec = metadata_.FindSpec(file.partition_spec_id);
    if (spec != nullptr && !filter_.MayMatchManifest(file, *spec)) continue;
    LIFEBOAT_ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(storage_, file));
    for (ManifestEntry& entry : manifest.entries) {
      if (entry.is_live())
        delete_files_.push_back({std::move(entry.data_file), entry.sequence_number.value_or(0)});
    }
  }
  delete_index_ = std::make_unique<DeleteIndex>(delete_files_, metadata_);
  return Status::Ok();
}

bool ScanWalk::IsOfScan(const ManifestEntry& entry, const PartitionSpec& spec) const {
  if (!entry.is_live() || entry.data_file.content != FileContent::kData) return false;
  if (appended_by_) {
    const bool added = entry.status == ManifestEntry::Status::kAdded && entry.snapshot_id &&
                       appended_by_->contains(*entry.snapshot_id);
    if (!added) return false;
  }
  return filter_.MayMatchFile(entry.data_file, spec);
}

Status ScanWalk::Run(const Bounds& bounds, Position* position, const Visit& visit) {
  const size_t end = std::min(bounds.manifest_end, data_.size());
  size_t manifests_read = 0;
  for (; position->manifest < end; *position = {position->manifest + 1, 0}) {
    LIFEBOAT_RETURN_IF_ERROR(CheckCancelled(bounds.cancelled));
    if (!MayMatch(position->manifest)) continue;
    if (++manifests_read > bounds.manifests_max) return Status::Ok();
    LIFEBOAT_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(storage_, data_[position->manifest]));
    while (position->entry < manifest.entries.size()) {
      const ManifestEntry& entry = manifest.entries[position->entry++];
      if (!IsOfScan(entry, manifest.header.spec)) continue;
      if (delete_index_ == nullptr)
        LIFEBOAT_RETURN_IF_ERROR(ReadDeletes(position->manifest, end, bounds.cancelled));
      std::vector<uint32_t> deletes = delete_index_->For(entry.data_file, entry.sequence_number.value_or(0));
      LIFEBOAT_ASSIGN_OR_RETURN(const bool more,
                                visit(entry.data_file, manifest.header.spec, std::move(deletes)));
      if (!more) return Status::Ok();
    }
  }
  *position = {bounds.manifest_end, 0};
  return Status::Ok();
}

}  // namespace lifeboat::iceberg
