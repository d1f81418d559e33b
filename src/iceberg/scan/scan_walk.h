// ScanWalk: a scan planned piece by piece, in an order that any server finds again from the snapshot alone.
//
// The data manifests of a scan are numbered in the order of the snapshot's manifest list, and the entries of
// each in the order of the file. A position in that order is all there is to remember between two pieces, so
// a scan of millions of files takes the memory of one manifest and of the deletes that apply to it.
//
// An incremental scan (ScanRange::after_snapshot_id) sees the files that the appends between two snapshots
// added, oldest first, and no deletes. Source: Iceberg table spec, "Scan Planning"; Java's
// IncrementalAppendScan.
#ifndef LIFEBOAT_ICEBERG_SCAN_SCAN_WALK_H_
#define LIFEBOAT_ICEBERG_SCAN_SCAN_WALK_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/scan/delete_index.h"
#include "iceberg/scan/file_filter.h"
#include "iceberg/scan/plan_scan.h"
#include "storage/storage.h"

namespace lifeboat::iceberg {

struct ScanRange {
  std::optional<int64_t> snapshot_id;        // none: the table is empty
  std::optional<int64_t> after_snapshot_id;  // incremental: an ancestor, itself not seen
};

class ScanWalk {
 public:
  struct Position {
    size_t manifest = 0;
    size_t entry = 0;
    bool operator==(const Position&) const = default;
  };
  struct Bounds {
    size_t manifest_end = 0;                       // walk the manifests before this one
    size_t manifests_max = 0;                      // read at most so many of them
    const std::atomic<bool>* cancelled = nullptr;  // kCancelled when it becomes true
  };
  // One file that may hold matching rows; `deletes` are indexes into delete_files(). False: go no further.
  using Visit = std::function<Result<bool>(const DataFile& file, const PartitionSpec& spec,
                                           std::vector<uint32_t> deletes)>;

  // Reads the manifest lists. kNotFound when a snapshot is gone, kInvalidArgument when after_snapshot_id is
  // no ancestor of snapshot_id. The arguments must outlive the walk.
  static Result<std::unique_ptr<ScanWalk>> Open(storage::Storage& storage, const TableMetadata& metadata,
                                                const ScanRange& range, const Expression& filter,
                                                const Schema& schema);

  size_t manifest_count() const { return data_.size(); }
  // Whether a manifest may list files of the scan.
  bool MayMatch(size_t manifest) const;
  // How many files it lists, at most; 1 when it does not tell.
  int64_t FileCount(size_t manifest) const;

  // Visits files from `position` on and leaves it behind the last one visited; {manifest_end, 0} when all
  // are.
  Status Run(const Bounds& bounds, Position* position, const Visit& visit);

  const std::vector<DeleteFile>& delete_files() const { return delete_files_; }

 private:
  ScanWalk(storage::Storage& storage, const TableMetadata& metadata, const Expression& filter,
           const Schema& schema)
      : storage_(storage), metadata_(metadata), filter_(filter, schema) {}

  Status FindManifests(const Snapshot& snapshot);
  Status FindAppendedManifests(const Snapshot& snapshot, int64_t after_snapshot_id);
  // Of the data manifests first … end - 1.
  Status ReadDeletes(size_t first, size_t end, const std::atomic<bool>* cancelled);
  bool IsOfScan(const ManifestEntry& entry, const PartitionSpec& spec) const;

  storage::Storage& storage_;
  const TableMetadata& metadata_;
  const FileFilter filter_;
  std::vector<ManifestFile> data_;
  std::vector<ManifestFile> deletes_;
  std::optional<std::set<int64_t>> appended_by_;  // the snapshots of an incremental scan
  std::vector<DeleteFile> delete_files_;
  std::unique_ptr<DeleteIndex> delete_index_;
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_SCAN_SCAN_WALK_H_
