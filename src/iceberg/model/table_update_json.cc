// JSON of table updates and requirements. Source: Iceberg REST specification, TableUpdate and
// TableRequirement.
#include "iceberg/model/table_update.h"

namespace lifeboat::iceberg {
namespace {

constexpr std::string_view kActionNames[] = {"assign-uuid",
                                             "upgrade-format-version",
                                             "add-schema",
                                             "set-current-schema",
                                             "add-spec",
                                             "set-default-spec",
                                             "add-sort-order",
                                             "set-default-sort-order",
                                             "add-snapshot",
                                             "set-snapshot-ref",
                                             "remove-snapshots",
                                             "remove-snapshot-ref",
                                             "set-location",
                                             "set-properties",
                                             "remove-properties",
                                             "set-statistics",
                                             "remove-statistics",
                                             "set-partition-statistics",
                                             "remove-partition-statistics",
                                             "remove-partition-specs",
                                             "remove-schemas",
                                             "add-encryption-key",
                                             "remove-encryption-key"};
static_assert(std::size(kActionNames) == std::variant_size_v<TableUpdate>);

constexpr std::string_view kTypeNames[] = {"assert-create",
                                           "assert-table-uuid",
                                           "assert-ref-snapshot-id",
                                           "assert-last-assigned-field-id",
                                           "assert-current-schema-id",
                                           "assert-last-assigned-partition-id",
                                           "assert-default-spec-id",
                                           "assert-default-sort-order-id"};
static_assert(std::size(kTypeNames) == std::variant_size_v<TableRequirement>);

// A nested object member parsed by `parse`.
template <typename Parse>
auto Nested(ObjectReader& reader, std::string_view key, Parse parse)
    -> decltype(parse(boost::json::value(), JsonPath())) {
  const boost::json::value* member = reader.Find(key);
  if (member == nullptr) return reader.path().Error(fmt::format("required member '{}' is missing", key));
  return parse(*member, reader.PathOf(key));
}

Status Read(ObjectReader& reader, update::AssignUuid* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->uuid, reader.Get<std::string>("uuid"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::UpgradeFormatVersion* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->format_version, reader.Get<int32_t>("format-version"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::AddSchema* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->schema, Nested(reader, "schema", ParseSchema));
  LIFEBOAT_ASSIGN_OR_RETURN(out->last_column_id, reader.GetOptional<int32_t>("last-column-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetCurrentSchema* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->schema_id, reader.Get<int32_t>("schema-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::AddPartitionSpec* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->spec, Nested(reader, "spec", ParsePartitionSpec));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetDefaultSpec* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->spec_id, reader.Get<int32_t>("spec-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::AddSortOrder* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->sort_order, Nested(reader, "sort-order", ParseSortOrder));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetDefaultSortOrder* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->sort_order_id, reader.Get<int32_t>("sort-order-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::AddSnapshot* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->snapshot, Nested(reader, "snapshot", ParseSnapshot));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetSnapshotRef* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref_name, reader.Get<std::string>("ref-name"));
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref.snapshot_id, reader.Get<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string type, reader.Get<std::string>("type"));
  if (type == "tag") {
    out->ref.kind = SnapshotRef::Kind::kTag;
  } else if (type != "branch") {
    return reader.PathOf("type").Error("expected branch or tag, got '" + type + "'");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref.min_snapshots_to_keep,
                            reader.GetOptional<int32_t>("min-snapshots-to-keep"));
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref.max_snapshot_age_ms, reader.GetOptional<int64_t>("max-snapshot-age-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref.max_ref_age_ms, reader.GetOptional<int64_t>("max-ref-age-ms"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveSnapshots* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->snapshot_ids, reader.Get<std::vector<int64_t>>("snapshot-ids"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveSnapshotRef* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref_name, reader.Get<std::string>("ref-name"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetLocation* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->location, reader.Get<std::string>("location"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetProperties* out) {
  // Older clients send "updated".
  const std::string_view key =
      reader.Find("updates") == nullptr && reader.Find("updated") != nullptr ? "updated" : "updates";
  LIFEBOAT_ASSIGN_OR_RETURN(out->updates, reader.Get<StringMap>(key));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveProperties* out) {
  const std::string_view key =
      reader.Find("removals") == nullptr && reader.Find("removed") != nullptr ? "removed" : "removals";
  LIFEBOAT_ASSIGN_OR_RETURN(out->removals, reader.Get<std::vector<std::string>>(key));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetStatistics* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->statistics, Nested(reader, "statistics", ParseStatisticsFile));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveStatistics* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->snapshot_id, reader.Get<int64_t>("snapshot-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::SetPartitionStatistics* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->partition_statistics,
                            Nested(reader, "partition-statistics", ParsePartitionStatisticsFile));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemovePartitionStatistics* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->snapshot_id, reader.Get<int64_t>("snapshot-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemovePartitionSpecs* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->spec_ids, reader.Get<std::vector<int32_t>>("spec-ids"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveSchemas* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->schema_ids, reader.Get<std::vector<int32_t>>("schema-ids"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::AddEncryptionKey* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->key, Nested(reader, "encryption-key", ParseEncryptedKey));
  return Status::Ok();
}
Status Read(ObjectReader& reader, update::RemoveEncryptionKey* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->key_id, reader.Get<std::string>("key-id"));
  return Status::Ok();
}

Status Read(ObjectReader&, requirement::AssertCreate*) {
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertTableUuid* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->uuid, reader.Get<std::string>("uuid"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertRefSnapshotId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->ref, reader.Get<std::string>("ref"));
  LIFEBOAT_ASSIGN_OR_RETURN(out->snapshot_id, reader.GetOptional<int64_t>("snapshot-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertLastAssignedFieldId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->last_assigned_field_id, reader.Get<int32_t>("last-assigned-field-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertCurrentSchemaId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->current_schema_id, reader.Get<int32_t>("current-schema-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertLastAssignedPartitionId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->last_assigned_partition_id,
                            reader.Get<int32_t>("last-assigned-partition-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertDefaultSpecId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->default_spec_id, reader.Get<int32_t>("default-spec-id"));
  return Status::Ok();
}
Status Read(ObjectReader& reader, requirement::AssertDefaultSortOrderId* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(out->default_sort_order_id, reader.Get<int32_t>("default-sort-order-id"));
  return Status::Ok();
}

void Write(const update::AssignUuid& u, JsonWriter& w) {
  w.Member("uuid", u.uuid);
}
void Write(const update::UpgradeFormatVersion& u, JsonWriter& w) {
  w.Member("format-version", u.format_version);
}
void Write(const update::AddSchema& u, JsonWriter& w) {
  w.Key("schema");
  AppendJson(u.schema, w);
  w.OptionalMember("last-column-id", u.last_column_id);
}
void Write(const update::SetCurrentSchema& u, JsonWriter& w) {
  w.Member("schema-id", u.schema_id);
}
void Write(const update::AddPartitionSpec& u, JsonWriter& w) {
  w.Key("spec");
  AppendJson(u.spec, w);
}
void Write(const update::SetDefaultSpec& u, JsonWriter& w) {
  w.Member("spec-id", u.spec_id);
}
void Write(const update::AddSortOrder& u, JsonWriter& w) {
  w.Key("sort-order");
  AppendJson(u.sort_order, w);
}
void Write(const update::SetDefaultSortOrder& u, JsonWriter& w) {
  w.Member("sort-order-id", u.sort_order_id);
}
void Write(const update::AddSnapshot& u, JsonWriter& w) {
  w.Key("snapshot");
  AppendJson(u.snapshot, w);
}
void Write(const update::SetSnapshotRef& u, JsonWriter& w) {
  w.Member("ref-name", u.ref_name);
  AppendMembers(u.ref, w);
}
void Write(const update::RemoveSnapshots& u, JsonWriter& w) {
  w.Member("snapshot-ids", u.snapshot_ids);
}
void Write(const update::RemoveSnapshotRef& u, JsonWriter& w) {
  w.Member("ref-name", u.ref_name);
}
void Write(const update::SetLocation& u, JsonWriter& w) {
  w.Member("location", u.location);
}
void Write(const update::SetProperties& u, JsonWriter& w) {
  w.Member("updates", u.updates);
}
void Write(const update::RemoveProperties& u, JsonWriter& w) {
  w.Member("removals", u.removals);
}
void Write(const update::SetStatistics& u, JsonWriter& w) {
  w.Member("snapshot-id", u.statistics.snapshot_id);
  w.Key("statistics");
  AppendJson(u.statistics, w);
}
void Write(const update::RemoveStatistics& u, JsonWriter& w) {
  w.Member("snapshot-id", u.snapshot_id);
}
void Write(const update::SetPartitionStatistics& u, JsonWriter& w) {
  w.Key("partition-statistics");
  AppendJson(u.partition_statistics, w);
}
void Write(const update::RemovePartitionStatistics& u, JsonWriter& w) {
  w.Member("snapshot-id", u.snapshot_id);
}
void Write(const update::RemovePartitionSpecs& u, JsonWriter& w) {
  w.Member("spec-ids", u.spec_ids);
}
void Write(const update::RemoveSchemas& u, JsonWriter& w) {
  w.Member("schema-ids", u.schema_ids);
}
void Write(const update::AddEncryptionKey& u, JsonWriter& w) {
  w.Key("encryption-key");
  AppendJson(u.key, w);
}
void Write(const update::RemoveEncryptionKey& u, JsonWriter& w) {
  w.Member("key-id", u.key_id);
}

void Write(const requirement::AssertCreate&, JsonWriter&) {}
void Write(const requirement::AssertTableUuid& r, JsonWriter& w) {
  w.Member("uuid", r.uuid);
}
void Write(const requirement::AssertRefSnapshotId& r, JsonWriter& w) {
  w.Member("ref", r.ref);
  w.Key("snapshot-id");
  if (r.snapshot_id) {
    w.Int(*r.snapshot_id);
  } else {
    w.Null();
  }
}
void Write(const requirement::AssertLastAssignedFieldId& r, JsonWriter& w) {
  w.Member("last-assigned-field-id", r.last_assigned_field_id);
}
void Write(const requirement::AssertCurrentSchemaId& r, JsonWriter& w) {
  w.Member("current-schema-id", r.current_schema_id);
}
void Write(const requirement::AssertLastAssignedPartitionId& r, JsonWriter& w) {
  w.Member("last-assigned-partition-id", r.last_assigned_partition_id);
}
void Write(const requirement::AssertDefaultSpecId& r, JsonWriter& w) {
  w.Member("default-spec-id", r.default_spec_id);
}
void Write(const requirement::AssertDefaultSortOrderId& r, JsonWriter& w) {
  w.Member("default-sort-order-id", r.default_sort_order_id);
}

// Reads the alternative of `Variant` whose name stands at the same index in `names`.
template <typename Variant, size_t I = 0>
Result<Variant> ReadAlternative(ObjectReader& reader, size_t index) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (index != I) return ReadAlternative<Variant, I + 1>(reader, index);
    std::variant_alternative_t<I, Variant> alternative{};
    LIFEBOAT_RETURN_IF_ERROR(Read(reader, &alternative));
    return Variant(std::in_place_index<I>, std::move(alternative));
  } else {
    return Status::Internal("no such alternative");
  }
}

template <typename Variant, size_t N>
Result<Variant> ParseVariant(const boost::json::value& value, const JsonPath& path, std::string_view key,
                             const std::string_view (&names)[N]) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, reader.Get<std::string>(key));
  for (size_t i = 0; i < N; ++i) {
    if (names[i] == name) return ReadAlternative<Variant>(reader, i);
  }
  return reader.PathOf(key).Error(fmt::format("'{}' is unknown", name));
}

template <typename T, typename Parse>
Result<std::vector<T>> ParseList(const boost::json::value& value, const JsonPath& path, Parse parse) {
  if (!value.is_array()) return path.Mismatch("an array", value);
  std::vector<T> list;
  list.reserve(value.get_array().size());
  size_t index = 0;
  for (const boost::json::value& element : value.get_array()) {
    LIFEBOAT_ASSIGN_OR_RETURN(T parsed, parse(element, JsonPath(path, index++)));
    list.push_back(std::move(parsed));
  }
  return list;
}

}  // namespace

std::string_view ActionName(const TableUpdate& update) {
  return kActionNames[update.index()];
}
std::string_view TypeName(const TableRequirement& requirement) {
  return kTypeNames[requirement.index()];
}

Result<TableUpdate> ParseTableUpdate(const boost::json::value& value, const JsonPath& path) {
  return ParseVariant<TableUpdate>(value, path, "action", kActionNames);
}

Result<TableRequirement> ParseTableRequirement(const boost::json::value& value, const JsonPath& path) {
  return ParseVariant<TableRequirement>(value, path, "type", kTypeNames);
}

Result<std::vector<TableUpdate>> ParseTableUpdates(const boost::json::value& value, const JsonPath& path) {
  return ParseList<TableUpdate>(value, path, ParseTableUpdate);
}

Result<std::vector<TableRequirement>> ParseTableRequirements(const boost::json::value& value,
                                                             const JsonPath& path) {
  return ParseList<TableRequirement>(value, path, ParseTableRequirement);
}

void AppendJson(const TableUpdate& update, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("action", ActionName(update));
  std::visit([&](const auto& one) { Write(one, writer); }, update);
  writer.EndObject();
}

void AppendJson(const TableRequirement& requirement, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("type", TypeName(requirement));
  std::visit([&](const auto& one) { Write(one, writer); }, requirement);
  writer.EndObject();
}

void AppendJson(const std::vector<TableUpdate>& updates, JsonWriter& writer) {
  writer.BeginArray();
  for (const TableUpdate& update : updates) AppendJson(update, writer);
  writer.EndArray();
}

void AppendJson(const std::vector<TableRequirement>& requirements, JsonWriter& writer) {
  writer.BeginArray();
  for (const TableRequirement& requirement : requirements) AppendJson(requirement, writer);
  writer.EndArray();
}

}  // namespace lifeboat::iceberg
