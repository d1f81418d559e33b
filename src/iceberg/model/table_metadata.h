// TableMetadata: everything that defines a table at one moment: the content of a metadata.json file.
//
// A plain value. The parts that grow with a table's age (schemas, snapshots, …) are immutable and shared
// between the versions of a table, so copying metadata to apply an update is cheap. Format versions 1, 2 and
// 3 are read and written; version 1 metadata is normalised on reading as the spec tells (lists instead of
// single schema and spec). Members this program does not know are kept in `extra` at every level.
//
// Source: Iceberg table spec, "Table Metadata" and Appendix C. Metadata that was read is consistent: the
// current schema, default spec, default sort order and every referenced snapshot exist.
#ifndef LIFEBOAT_ICEBERG_MODEL_TABLE_METADATA_H_
#define LIFEBOAT_ICEBERG_MODEL_TABLE_METADATA_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "iceberg/model/snapshot.h"
#include "iceberg/model/sort_order.h"

namespace lifeboat::iceberg {

inline constexpr int32_t kDefaultFormatVersion = 2;
inline constexpr int32_t kMaxFormatVersion = 3;

struct TableMetadata {
  int32_t format_version = kDefaultFormatVersion;
  std::string table_uuid;  // may be empty only in version 1
  std::string location;    // without a trailing slash
  int64_t last_sequence_number = 0;
  int64_t last_updated_ms = 0;
  int32_t last_column_id = 0;
  int32_t current_schema_id = 0;
  std::vector<std::shared_ptr<const Schema>> schemas;
  int32_t default_spec_id = 0;
  std::vector<std::shared_ptr<const PartitionSpec>> partition_specs;
  int32_t last_partition_id = 999;
  int32_t default_sort_order_id = 0;
  std::vector<std::shared_ptr<const SortOrder>> sort_orders;
  StringMap properties;
  std::optional<int64_t> current_snapshot_id;
  std::vector<std::shared_ptr<const Snapshot>> snapshots;
  std::map<std::string, SnapshotRef, std::less<>> refs;
  std::vector<SnapshotLogEntry> snapshot_log;
  std::vector<MetadataLogEntry> metadata_log;
  std::vector<std::shared_ptr<const StatisticsFile>> statistics;
  std::vector<std::shared_ptr<const PartitionStatisticsFile>> partition_statistics;
  int64_t next_row_id = 0;                    // v3
  std::vector<EncryptedKey> encryption_keys;  // v3
  boost::json::object extra;

  // Null if there is none with that id.
  const Schema* FindSchema(int32_t schema_id) const;
  const PartitionSpec* FindSpec(int32_t spec_id) const;
  const SortOrder* FindSortOrder(int32_t order_id) const;
  const Snapshot* FindSnapshot(int64_t snapshot_id) const;
  // The snapshot a branch or tag names; "main" is the current snapshot. Null if there is none.
  const Snapshot* FindRef(std::string_view name) const;

  // REQUIRES: consistent metadata (as read or built).
  const Schema& schema() const;
  const PartitionSpec& spec() const;
  const SortOrder& sort_order() const;
  // Null for an empty table.
  const Snapshot* current_snapshot() const;
  // The property, or `fallback`.
  std::string Property(std::string_view key, std::string_view fallback) const;
  // As Property; text that is not a number counts as absent.
  int64_t IntProperty(std::string_view key, int64_t fallback) const;
};

Result<TableMetadata> ParseTableMetadata(const boost::json::value& value, const JsonPath& path = {});
// Parses a metadata.json file's content, gzip-compressed or not; `location` names it in errors.
Result<TableMetadata> ParseTableMetadata(std::string_view text, std::string_view location);
void AppendJson(const TableMetadata& metadata, JsonWriter& writer);
// The content of the metadata.json file.
std::string ToJsonText(const TableMetadata& metadata);

// What a new table starts from. Field ids are dealt out anew from 1 and the spec, sort order and identifier
// fields follow; the properties "format-version" and "uuid" are taken out and obeyed, as in Java's
// TableMetadata.newTableMetadata.
struct NewTable {
  Schema schema;
  PartitionSpec spec;    // no fields: unpartitioned
  SortOrder sort_order;  // no fields: unsorted
  std::string location;
  StringMap properties;
};
Result<TableMetadata> NewTableMetadata(const NewTable& table, const Clock& clock = SystemClock(),
                                       Random& random = SystemRandom());

// The name of a new metadata file of a table or view: "<location>/metadata/00003-<uuid>.metadata.json" (or
// below the property write.metadata.path); the number is one more than that in `previous_metadata_location`,
// 0 if that is empty.
std::string NewMetadataLocation(std::string_view location, const StringMap& properties,
                                std::string_view previous_metadata_location, Random& random = SystemRandom());
std::string NewMetadataLocation(const TableMetadata& metadata, std::string_view previous_metadata_location,
                                Random& random = SystemRandom());

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_TABLE_METADATA_H_
