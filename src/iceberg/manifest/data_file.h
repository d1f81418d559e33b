// DataFile: one file of a table as a manifest describes it: data, position deletes (also as deletion vector)
// or equality deletes; ManifestEntry: a DataFile with when it was added or deleted.
//
// Source: Iceberg table spec, "Manifests".
#ifndef LIFEBOAT_ICEBERG_MANIFEST_DATA_FILE_H_
#define LIFEBOAT_ICEBERG_MANIFEST_DATA_FILE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iceberg/model/literal.h"

namespace lifeboat::iceberg {

// Values by field id, in ascending order of ids.
template <typename T>
using FieldMap = std::vector<std::pair<int32_t, T>>;

// The value of a field, or null.
template <typename T>
const T* Find(const FieldMap<T>& map, int32_t field_id) {
  auto at = std::lower_bound(map.begin(), map.end(), field_id,
                             [](const auto& entry, int32_t id) { return entry.first < id; });
  return at != map.end() && at->first == field_id ? &at->second : nullptr;
}

enum class FileContent : int32_t { kData = 0, kPositionDeletes = 1, kEqualityDeletes = 2 };

struct DataFile {
  FileContent content = FileContent::kData;
  std::string file_path;                // absolute location
  std::string file_format = "PARQUET";  // upper case: PARQUET, AVRO, ORC, PUFFIN
  int32_t partition_spec_id = 0;        // of the manifest that holds the file
  std::vector<Literal> partition;       // one value per field of that spec
  int64_t record_count = 0;
  int64_t file_size_in_bytes = 0;
  FieldMap<int64_t> column_sizes;  // bytes
  FieldMap<int64_t> value_counts;  // nulls and NaNs included
  FieldMap<int64_t> null_value_counts;
  FieldMap<int64_t> nan_value_counts;
  FieldMap<std::string> lower_bounds;  // binary single values (LiteralFromBytes); may be shortened
  FieldMap<std::string> upper_bounds;
  std::optional<std::string> key_metadata;
  std::vector<int64_t> split_offsets;
  std::vector<int32_t> equality_ids;  // equality deletes only
  std::optional<int32_t> sort_order_id;
  std::optional<int64_t> first_row_id;              // v3
  std::optional<std::string> referenced_data_file;  // v3: the one file a position delete is for
  std::optional<int64_t> content_offset;            // v3: of a deletion vector within its Puffin file
  std::optional<int64_t> content_size_in_bytes;     // v3

  bool is_deletion_vector() const { return content_offset.has_value() && file_format == "PUFFIN"; }
};

struct ManifestEntry {
  enum class Status : int32_t { kExisting = 0, kAdded = 1, kDeleted = 2 };

  Status status = Status::kAdded;
  std::optional<int64_t> snapshot_id;           // none: inherited from the manifest list
  std::optional<int64_t> sequence_number;       // data sequence number; none: inherited
  std::optional<int64_t> file_sequence_number;  // none: inherited
  DataFile data_file;

  bool is_live() const { return status != Status::kDeleted; }
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MANIFEST_DATA_FILE_H_
