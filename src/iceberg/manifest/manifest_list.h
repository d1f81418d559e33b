// ManifestList: the Avro file that names all manifests of a snapshot, with enough about each to skip it.
//
// Source: Iceberg table spec, "Manifest Lists". Errors: kCorruption naming the file for bytes that are not a
// manifest list; what storage says otherwise.
#ifndef LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_LIST_H_
#define LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/model/snapshot.h"
#include "storage/storage.h"

namespace lifeboat::iceberg {

enum class ManifestContent : int32_t { kData = 0, kDeletes = 1 };

// What the values of one partition field are within a manifest.
struct PartitionFieldSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower_bound;  // binary single values of the partition field's type
  std::optional<std::string> upper_bound;
};

struct ManifestFile {
  std::string manifest_path;  // absolute location
  int64_t manifest_length = 0;
  int32_t partition_spec_id = 0;
  ManifestContent content = ManifestContent::kData;
  int64_t sequence_number = 0;
  int64_t min_sequence_number = 0;
  int64_t added_snapshot_id = 0;
  // Optional in version 1.
  std::optional<int32_t> added_files_count;
  std::optional<int32_t> existing_files_count;
  std::optional<int32_t> deleted_files_count;
  std::optional<int64_t> added_rows_count;
  std::optional<int64_t> existing_rows_count;
  std::optional<int64_t> deleted_rows_count;
  std::vector<PartitionFieldSummary> partitions;  // one per field of the spec, or empty
  std::optional<std::string> key_metadata;
  std::optional<int64_t> first_row_id;  // v3

  // Unknown counts count as "may have".
  bool has_live_files() const {
    return added_files_count.value_or(1) > 0 || existing_files_count.value_or(1) > 0;
  }
};

struct ManifestListHeader {
  int32_t format_version = 2;
  int64_t snapshot_id = 0;
  std::optional<int64_t> parent_snapshot_id;
  int64_t sequence_number = 0;
  std::optional<int64_t> first_row_id;  // v3: of the snapshot
};

Result<std::vector<ManifestFile>> ParseManifestList(std::string_view bytes, std::string_view location);
// The Avro file's bytes.
Result<std::string> WriteManifestList(const ManifestListHeader& header,
                                      const std::vector<ManifestFile>& manifests);

// Row lineage (v3): gives every data manifest that has no row ids yet the next range from `next_row_id` on,
// and returns where the ranges end. Manifests from before version 3 are counted in as well (spec, "First Row
// ID Assignment"). kCorruption when the counts cannot be true.
Result<int64_t> AssignFirstRowIds(int64_t next_row_id, std::vector<ManifestFile>* manifests);

// All manifests of a snapshot; those of a version 1 snapshot without a list are described by what is known:
// path and length.
Result<std::vector<ManifestFile>> ReadManifestList(storage::Storage& storage, const Snapshot& snapshot);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MANIFEST_MANIFEST_LIST_H_
