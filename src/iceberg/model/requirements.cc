// Checking what a commit requires. Messages are those of Java's UpdateRequirement, which clients match.
#include "iceberg/model/table_update.h"

namespace lifeboat::iceberg {
namespace {

Status Changed(std::string_view what, int64_t expected, int64_t actual) {
  return Status::Conflict("Requirement failed: {} changed: expected id {} != {}", what, expected, actual);
}

Status Check(const TableMetadata&, const requirement::AssertCreate&) {
  return Status::Conflict("Requirement failed: table already exists");
}

bool SameUuid(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; };
           return lower(x) == lower(y);
         });
}

Status Check(const TableMetadata& current, const requirement::AssertTableUuid& required) {
  if (SameUuid(current.table_uuid, required.uuid)) return Status::Ok();
  return Status::Conflict("Requirement failed: UUID does not match: expected {} != {}", current.table_uuid,
                          required.uuid);
}

Status Check(const TableMetadata& current, const requirement::AssertRefSnapshotId& required) {
  const auto ref = current.refs.find(required.ref);
  if (ref == current.refs.end()) {
    if (!required.snapshot_id) return Status::Ok();
    return Status::Conflict("Requirement failed: branch or tag {} is missing, expected {}", required.ref,
                            *required.snapshot_id);
  }
  const std::string_view kind = ref->second.kind == SnapshotRef::Kind::kTag ? "tag" : "branch";
  if (!required.snapshot_id) {
    return Status::Conflict("Requirement failed: {} {} was created concurrently", kind, required.ref);
  }
  if (*required.snapshot_id != ref->second.snapshot_id) {
    return Status::Conflict("Requirement failed: {} {} has changed: expected id {} != {}", kind, required.ref,
                            *required.snapshot_id, ref->second.snapshot_id);
  }
  return Status::Ok();
}

Status Check(const TableMetadata& current, const requirement::AssertLastAssignedFieldId& required) {
  if (required.last_assigned_field_id == current.last_column_id) return Status::Ok();
  return Changed("last assigned field id", required.last_assigned_field_id, current.last_column_id);
}

Status Check(const TableMetadata& current, const requirement::AssertCurrentSchemaId& required) {
  if (required.current_schema_id == current.current_schema_id) return Status::Ok();
  return Changed("current schema", required.current_schema_id, current.current_schema_id);
}

Status Check(const TableMetadata& current, const requirement::AssertLastAssignedPartitionId& required) {
  if (required.last_assigned_partition_id == current.last_partition_id) return Status::Ok();
  return Changed("last assigned partition id", required.last_assigned_partition_id,
                 current.last_partition_id);
}

Status Check(const TableMetadata& current, const requirement::AssertDefaultSpecId& required) {
  if (required.default_spec_id == current.default_spec_id) return Status::Ok();
  return Changed("default partition spec", required.default_spec_id, current.default_spec_id);
}

Status Check(const TableMetadata& current, const requirement::AssertDefaultSortOrderId& required) {
  if (required.default_sort_order_id == current.default_sort_order_id) return Status::Ok();
  return Changed("default sort order", required.default_sort_order_id, current.default_sort_order_id);
}

}  // namespace

Status CheckRequirements(const TableMetadata* current, const std::vector<TableRequirement>& requirements) {
  for (const TableRequirement& required : requirements) {
    if (current == nullptr) {
      if (std::holds_alternative<requirement::AssertCreate>(required)) continue;
      return Status::Conflict("Requirement failed: table does not exist");
    }
    LIFEBOAT_RETURN_IF_ERROR(std::visit([&](const auto& one) { return Check(*current, one); }, required));
  }
  return Status::Ok();
}

}  // namespace lifeboat::iceberg
