// TableUpdate and TableRequirement: what a commit changes, and what must still be true for it to be applied.
//
// A commit carries both. The catalog checks the requirements against the metadata it holds and applies the
// updates in order; a client that lost a race reloads and rebuilds its commit. Both are plain structs in a
// variant, with the JSON form of the REST protocol.
//
// Source: Iceberg REST specification, TableUpdate (23 kinds) and TableRequirement (8 kinds); semantics and
// messages follow Java's TableMetadata.Builder and UpdateRequirement.
#ifndef LIFEBOAT_ICEBERG_MODEL_TABLE_UPDATE_H_
#define LIFEBOAT_ICEBERG_MODEL_TABLE_UPDATE_H_

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::iceberg {

namespace update {

struct AssignUuid {
  std::string uuid;
};
struct UpgradeFormatVersion {
  int32_t format_version = 0;
};
struct AddSchema {
  Schema schema;
  std::optional<int32_t> last_column_id;  // deprecated; never lowers the table's
};
struct SetCurrentSchema {
  int32_t schema_id = -1;
};  // -1: the schema added last
struct AddPartitionSpec {
  PartitionSpec spec;
};
struct SetDefaultSpec {
  int32_t spec_id = -1;
};  // -1: the spec added last
struct AddSortOrder {
  SortOrder sort_order;
};
struct SetDefaultSortOrder {
  int32_t sort_order_id = -1;
};  // -1: the order added last
struct AddSnapshot {
  Snapshot snapshot;
};
struct SetSnapshotRef {
  std::string ref_name;
  SnapshotRef ref;
};
struct RemoveSnapshots {
  std::vector<int64_t> snapshot_ids;
};
struct RemoveSnapshotRef {
  std::string ref_name;
};
struct SetLocation {
  std::string location;
};
struct SetProperties {
  StringMap updates;
};
struct RemoveProperties {
  std::vector<std::string> removals;
};
struct SetStatistics {
  StatisticsFile statistics;
};
struct RemoveStatistics {
  int64_t snapshot_id = 0;
};
struct SetPartitionStatistics {
  PartitionStatisticsFile partition_statistics;
};
struct RemovePartitionStatistics {
  int64_t snapshot_id = 0;
};
struct RemovePartitionSpecs {
  std::vector<int32_t> spec_ids;
};
struct RemoveSchemas {
  std::vector<int32_t> schema_ids;
};
struct AddEncryptionKey {
  EncryptedKey key;
};
struct RemoveEncryptionKey {
  std::string key_id;
};

}  // namespace update

using TableUpdate =
    std::variant<update::AssignUuid, update::UpgradeFormatVersion, update::AddSchema,
                 update::SetCurrentSchema, update::AddPartitionSpec, update::SetDefaultSpec,
                 update::AddSortOrder, update::SetDefaultSortOrder, update::AddSnapshot,
                 update::SetSnapshotRef, update::RemoveSnapshots, update::RemoveSnapshotRef,
                 update::SetLocation, update::SetProperties, update::RemoveProperties, update::SetStatistics,
                 update::RemoveStatistics, update::SetPartitionStatistics, update::RemovePartitionStatistics,
                 update::RemovePartitionSpecs, update::RemoveSchemas, update::AddEncryptionKey,
                 update::RemoveEncryptionKey>;

namespace requirement {

struct AssertCreate {};  // the table does not exist
struct AssertTableUuid {
  std::string uuid;
};
struct AssertRefSnapshotId {
  std::string ref;
  std::optional<int64_t> snapshot_id;  // none: the ref does not exist
};
struct AssertLastAssignedFieldId {
  int32_t last_assigned_field_id = 0;
};
struct AssertCurrentSchemaId {
  int32_t current_schema_id = 0;
};
struct AssertLastAssignedPartitionId {
  int32_t last_assigned_partition_id = 0;
};
struct AssertDefaultSpecId {
  int32_t default_spec_id = 0;
};
struct AssertDefaultSortOrderId {
  int32_t default_sort_order_id = 0;
};

}  // namespace requirement

using TableRequirement =
    std::variant<requirement::AssertCreate, requirement::AssertTableUuid, requirement::AssertRefSnapshotId,
                 requirement::AssertLastAssignedFieldId, requirement::AssertCurrentSchemaId,
                 requirement::AssertLastAssignedPartitionId, requirement::AssertDefaultSpecId,
                 requirement::AssertDefaultSortOrderId>;

// "add-snapshot", "assert-create", …
std::string_view ActionName(const TableUpdate& update);
std::string_view TypeName(const TableRequirement& requirement);

// An unknown action or type is kInvalidArgument.
Result<TableUpdate> ParseTableUpdate(const boost::json::value& value, const JsonPath& path = {});
Result<TableRequirement> ParseTableRequirement(const boost::json::value& value, const JsonPath& path = {});
// Arrays of them.
Result<std::vector<TableUpdate>> ParseTableUpdates(const boost::json::value& value,
                                                   const JsonPath& path = {});
Result<std::vector<TableRequirement>> ParseTableRequirements(const boost::json::value& value,
                                                             const JsonPath& path = {});
void AppendJson(const TableUpdate& update, JsonWriter& writer);
void AppendJson(const TableRequirement& requirement, JsonWriter& writer);
void AppendJson(const std::vector<TableUpdate>& updates, JsonWriter& writer);
void AppendJson(const std::vector<TableRequirement>& requirements, JsonWriter& writer);

// kConflict with "Requirement failed: …" for the first that does not hold. `current` is null if there is no
// such table.
Status CheckRequirements(const TableMetadata* current, const std::vector<TableRequirement>& requirements);

struct ApplyOptions {
  // Where `base` is stored; becomes a metadata-log entry of the result. Empty: none.
  std::string base_location;
};

// The metadata after `updates`, in order. `base` null: the updates create a table (and must set its schema,
// spec, sort order and location; an upgrade-format-version may come first). No effective change returns
// `*base` unchanged. Errors are kInvalidArgument with Java's wording; kConflict where a stale client must
// reload (a snapshot whose sequence number or first-row-id is behind the table's).
Result<TableMetadata> ApplyUpdates(const TableMetadata* base, const std::vector<TableUpdate>& updates,
                                   const ApplyOptions& options = {}, const Clock& clock = SystemClock());

// The updates that build `metadata` from nothing, as clients send them to commit a staged create.
std::vector<TableUpdate> UpdatesToCreate(const TableMetadata& metadata);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_TABLE_UPDATE_H_
