// Snapshot: the complete contents of a table at one moment, as a list of manifests; SnapshotRef: a name for
// one.
//
// Source: Iceberg table spec, "Snapshots", "Snapshot References", "Table Statistics"; Appendix C and F.
#ifndef LIFEBOAT_ICEBERG_MODEL_SNAPSHOT_H_
#define LIFEBOAT_ICEBERG_MODEL_SNAPSHOT_H_

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/model/json.h"

namespace lifeboat::iceberg {

inline constexpr std::string_view kMainBranch = "main";

struct Snapshot {
  int64_t snapshot_id = 0;
  std::optional<int64_t> parent_snapshot_id;
  int64_t sequence_number = 0;  // 0 in format version 1
  int64_t timestamp_ms = 0;
  std::string manifest_list;             // location; empty if `manifests` is used
  std::vector<std::string> manifests;    // format version 1 only: manifest locations instead of a list
  std::optional<std::string> operation;  // "append", "replace", "overwrite", "delete"
  StringMap summary;                     // without the operation
  std::optional<int32_t> schema_id;
  std::optional<int64_t> first_row_id;  // v3
  std::optional<int64_t> added_rows;    // v3
  std::optional<std::string> key_id;    // v3
  boost::json::object extra;

  bool operator==(const Snapshot&) const = default;
};

struct SnapshotRef {
  enum class Kind : uint8_t { kBranch, kTag };

  int64_t snapshot_id = 0;
  Kind kind = Kind::kBranch;
  std::optional<int32_t> min_snapshots_to_keep;  // branches only
  std::optional<int64_t> max_snapshot_age_ms;    // branches only
  std::optional<int64_t> max_ref_age_ms;
  boost::json::object extra;

  bool operator==(const SnapshotRef&) const = default;
};

struct SnapshotLogEntry {
  int64_t timestamp_ms = 0;
  int64_t snapshot_id = 0;
  boost::json::object extra;
  bool operator==(const SnapshotLogEntry&) const = default;
};

struct MetadataLogEntry {
  int64_t timestamp_ms = 0;
  std::string metadata_file;
  boost::json::object extra;
  bool operator==(const MetadataLogEntry&) const = default;
};

// A Puffin file with statistics of one snapshot.
struct StatisticsFile {
  int64_t snapshot_id = 0;
  std::string statistics_path;
  int64_t file_size_in_bytes = 0;
  int64_t file_footer_size_in_bytes = 0;
  boost::json::value blob_metadata = boost::json::array();  // kept as it is
  std::optional<std::string> key_metadata;
  boost::json::object extra;
  bool operator==(const StatisticsFile&) const = default;
};

struct PartitionStatisticsFile {
  int64_t snapshot_id = 0;
  std::string statistics_path;
  int64_t file_size_in_bytes = 0;
  boost::json::object extra;
  bool operator==(const PartitionStatisticsFile&) const = default;
};

// v3
struct EncryptedKey {
  std::string key_id;
  std::string encrypted_key_metadata;  // base64, kept as it is
  std::optional<std::string> encrypted_by_id;
  StringMap properties;
  boost::json::object extra;
  bool operator==(const EncryptedKey&) const = default;
};

Result<Snapshot> ParseSnapshot(const boost::json::value& value, const JsonPath& path = {});
Result<SnapshotRef> ParseSnapshotRef(const boost::json::value& value, const JsonPath& path = {});
Result<StatisticsFile> ParseStatisticsFile(const boost::json::value& value, const JsonPath& path = {});
Result<PartitionStatisticsFile> ParsePartitionStatisticsFile(const boost::json::value& value,
                                                             const JsonPath& path = {});
Result<EncryptedKey> ParseEncryptedKey(const boost::json::value& value, const JsonPath& path = {});
void AppendJson(const Snapshot& snapshot, JsonWriter& writer);
void AppendJson(const SnapshotRef& ref, JsonWriter& writer);
void AppendJson(const StatisticsFile& file, JsonWriter& writer);
void AppendJson(const PartitionStatisticsFile& file, JsonWriter& writer);
void AppendJson(const EncryptedKey& key, JsonWriter& writer);
// The members of a ref without the braces, as the set-snapshot-ref update carries them.
void AppendMembers(const SnapshotRef& ref, JsonWriter& writer);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_SNAPSHOT_H_
