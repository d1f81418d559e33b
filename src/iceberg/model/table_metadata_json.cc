// Reading and writing metadata.json. Source: Iceberg table spec, Appendix C "Table Metadata and Snapshots".
#include <algorithm>

#include "iceberg/model/table_metadata.h"

namespace lifeboat::iceberg {
namespace {

template <typename T, typename Parse>
Status ReadShared(ObjectReader& reader, std::string_view key, Parse parse,
                  std::vector<std::shared_ptr<const T>>* out) {
  return reader.ForEach(key, false, [&](const boost::json::value& value, const JsonPath& path) -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(T parsed, parse(value, path));
    out->push_back(std::make_shared<const T>(std::move(parsed)));
    return Status::Ok();
  });
}

Status ReadSchemas(ObjectReader& reader, TableMetadata* metadata) {
  LIFEBOAT_RETURN_IF_ERROR(ReadShared<Schema>(reader, "schemas", ParseSchema, &metadata->schemas));
  const boost::json::value* single = reader.Find("schema");  // version 1
  (void)reader.Find("current-schema-id");  // means nothing beside that, and is no unknown member
  if (!metadata->schemas.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->current_schema_id, reader.Get<int32_t>("current-schema-id"));
  } else if (single != nullptr && metadata->format_version == 1) {
    LIFEBOAT_ASSIGN_OR_RETURN(Schema schema, ParseSchema(*single, reader.PathOf("schema")));
    metadata->current_schema_id = schema.schema_id;
    metadata->schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
  } else {
    return reader.path().Error("required member 'schemas' is missing");
  }
  if (metadata->FindSchema(metadata->current_schema_id) == nullptr) {
    return reader.path().Error(fmt::format("Cannot find schema with current-schema-id={} from schemas",
                                           metadata->current_schema_id));
  }
  return Status::Ok();
}

Status ReadSpecs(ObjectReader& reader, TableMetadata* metadata) {
  LIFEBOAT_RETURN_IF_ERROR(
      ReadShared<PartitionSpec>(reader, "partition-specs", ParsePartitionSpec, &metadata->partition_specs));
  const boost::json::value* single = reader.Find("partition-spec");  // version 1
  (void)reader.Find("default-spec-id");                              // as in ReadSchemas
  if (!metadata->partition_specs.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->default_spec_id, reader.Get<int32_t>("default-spec-id"));
  } else if (single != nullptr && metadata->format_version == 1) {
    PartitionSpec spec;
    LIFEBOAT_ASSIGN_OR_RETURN(spec.fields, ParsePartitionFields(*single, reader.PathOf("partition-spec")));
    metadata->partition_specs.push_back(std::make_shared<const PartitionSpec>(std::move(spec)));
  } else {
    return reader.path().Error("required member 'partition-specs' is missing");
  }
  if (metadata->FindSpec(metadata->default_spec_id) == nullptr) {
    return reader.path().Error(
        fmt::format("default-spec-id={} is not in partition-specs", metadata->default_spec_id));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<int32_t> last,
                            reader.GetOptional<int32_t>("last-partition-id"));
  metadata->last_partition_id = last.value_or(999);
  if (!last) {
    if (metadata->format_version > 1)
      return reader.path().Error("required member 'last-partition-id' is missing");
    for (const auto& spec : metadata->partition_specs) {
      metadata->last_partition_id = std::max(metadata->last_partition_id, spec->HighestFieldId());
    }
  }
  return Status::Ok();
}

Status ReadSortOrders(ObjectReader& reader, TableMetadata* metadata) {
  LIFEBOAT_RETURN_IF_ERROR(
      ReadShared<SortOrder>(reader, "sort-orders", ParseSortOrder, &metadata->sort_orders));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->default_sort_order_id,
                            reader.GetOr<int32_t>("default-sort-order-id", 0));
  if (metadata->sort_orders.empty()) {
    if (metadata->format_version > 1) return reader.path().Error("required member 'sort-orders' is missing");
    metadata->sort_orders.push_back(std::make_shared<const SortOrder>());
    metadata->default_sort_order_id = 0;
  }
  if (metadata->FindSortOrder(metadata->default_sort_order_id) == nullptr) {
    return reader.path().Error(
        fmt::format("default-sort-order-id={} is not in sort-orders", metadata->default_sort_order_id));
  }
  return Status::Ok();
}

Status ReadRefs(ObjectReader& reader, TableMetadata* metadata) {
  if (const boost::json::value* refs = reader.Find("refs")) {
    const JsonPath path = reader.PathOf("refs");
    if (!refs->is_object()) return path.Mismatch("an object", *refs);
    for (const auto& member : refs->get_object()) {
      const std::string_view name(member.key().data(), member.key().size());
      LIFEBOAT_ASSIGN_OR_RETURN(SnapshotRef ref, ParseSnapshotRef(member.value(), JsonPath(path, name)));
      metadata->refs.emplace(name, std::move(ref));
    }
  }
  if (metadata->current_snapshot_id && !metadata->refs.contains(kMainBranch)) {
    SnapshotRef main;
    main.snapshot_id = *metadata->current_snapshot_id;
    metadata->refs.emplace(kMainBranch, std::move(main));
  }
  for (const auto& [name, ref] : metadata->refs) {
    if (metadata->FindSnapshot(ref.snapshot_id) == nullptr) {
      return reader.path().Error(
          fmt::format("ref '{}' names snapshot {}, which is not in snapshots", name, ref.snapshot_id));
    }
  }
  return Status::Ok();
}

Status ReadSnapshots(ObjectReader& reader, TableMetadata* metadata) {
  LIFEBOAT_RETURN_IF_ERROR(ReadShared<Snapshot>(reader, "snapshots", ParseSnapshot, &metadata->snapshots));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->current_snapshot_id,
                            reader.GetOptional<int64_t>("current-snapshot-id"));
  if (metadata->current_snapshot_id == -1) metadata->current_snapshot_id.reset();
  if (metadata->current_snapshot_id && metadata->current_snapshot() == nullptr) {
    return reader.path().Error(
        fmt::format("current-snapshot-id={} is not in snapshots", *metadata->current_snapshot_id));
  }
  LIFEBOAT_RETURN_IF_ERROR(ReadRefs(reader, metadata));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "snapshot-log", false, [&](const boost::json::value& value, const JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader entry_reader, ObjectReader::Open(value, path));
        SnapshotLogEntry entry;
        LIFEBOAT_ASSIGN_OR_RETURN(entry.timestamp_ms, entry_reader.Get<int64_t>("timestamp-ms"));
        LIFEBOAT_ASSIGN_OR_RETURN(entry.snapshot_id, entry_reader.Get<int64_t>("snapshot-id"));
        entry.extra = entry_reader.Extra();
        metadata->snapshot_log.push_back(std::move(entry));
        return Status::Ok();
      }));
  return reader.ForEach(
      "metadata-log", false, [&](const boost::json::value& value, const JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader entry_reader, ObjectReader::Open(value, path));
        MetadataLogEntry entry;
        LIFEBOAT_ASSIGN_OR_RETURN(entry.timestamp_ms, entry_reader.Get<int64_t>("timestamp-ms"));
        LIFEBOAT_ASSIGN_OR_RETURN(entry.metadata_file, entry_reader.Get<std::string>("metadata-file"));
        entry.extra = entry_reader.Extra();
        metadata->metadata_log.push_back(std::move(entry));
        return Status::Ok();
      });
}

Status ReadHead(ObjectReader& reader, TableMetadata* metadata) {
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->format_version, reader.Get<int32_t>("format-version"));
  if (metadata->format_version < 1 || metadata->format_version > kMaxFormatVersion) {
    return reader.PathOf("format-version")
        .Error(fmt::format("Cannot read unsupported version {}; this program reads 1 to {}",
                           metadata->format_version, kMaxFormatVersion));
  }
  if (metadata->format_version == 1) {
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->table_uuid, reader.GetOr<std::string>("table-uuid", ""));
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->last_sequence_number,
                              reader.GetOr<int64_t>("last-sequence-number", 0));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->table_uuid, reader.Get<std::string>("table-uuid"));
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->last_sequence_number, reader.Get<int64_t>("last-sequence-number"));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->location, reader.Get<std::string>("location"));
  while (metadata->location.size() > 1 && metadata->location.ends_with('/')) metadata->location.pop_back();
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->last_updated_ms, reader.Get<int64_t>("last-updated-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->last_column_id, reader.Get<int32_t>("last-column-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata->properties, reader.GetOr<StringMap>("properties", {}));
  if (metadata->format_version >= 3) {
    LIFEBOAT_ASSIGN_OR_RETURN(metadata->next_row_id, reader.Get<int64_t>("next-row-id"));
  } else {
    (void)reader.Find("next-row-id");  // means nothing yet, and would be there twice after an upgrade
  }
  return Status::Ok();
}

template <typename T>
void AppendList(std::string_view key, const std::vector<std::shared_ptr<const T>>& list, JsonWriter& writer) {
  writer.Key(key);
  writer.BeginArray();
  for (const auto& element : list) AppendJson(*element, writer);
  writer.EndArray();
}

void AppendSchemas(const TableMetadata& metadata, JsonWriter& writer) {
  if (metadata.format_version == 1) {
    writer.Key("schema");
    AppendJson(metadata.schema(), writer);
  }
  writer.Member("current-schema-id", metadata.current_schema_id);
  AppendList("schemas", metadata.schemas, writer);
}

void AppendSpecs(const TableMetadata& metadata, JsonWriter& writer) {
  if (metadata.format_version == 1) {
    writer.Key("partition-spec");
    writer.BeginArray();
    for (const PartitionField& field : metadata.spec().fields) AppendJson(field, writer);
    writer.EndArray();
  }
  writer.Member("default-spec-id", metadata.default_spec_id);
  AppendList("partition-specs", metadata.partition_specs, writer);
  writer.Member("last-partition-id", metadata.last_partition_id);
}

void AppendLogs(const TableMetadata& metadata, JsonWriter& writer) {
  writer.Key("snapshot-log");
  writer.BeginArray();
  for (const SnapshotLogEntry& entry : metadata.snapshot_log) {
    writer.BeginObject();
    writer.Member("timestamp-ms", entry.timestamp_ms);
    writer.Member("snapshot-id", entry.snapshot_id);
    writer.Members(entry.extra);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("metadata-log");
  writer.BeginArray();
  for (const MetadataLogEntry& entry : metadata.metadata_log) {
    writer.BeginObject();
    writer.Member("timestamp-ms", entry.timestamp_ms);
    writer.Member("metadata-file", entry.metadata_file);
    writer.Members(entry.extra);
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace

Result<TableMetadata> ParseTableMetadata(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  TableMetadata metadata;
  LIFEBOAT_RETURN_IF_ERROR(ReadHead(reader, &metadata));
  LIFEBOAT_RETURN_IF_ERROR(ReadSchemas(reader, &metadata));
  LIFEBOAT_RETURN_IF_ERROR(ReadSpecs(reader, &metadata));
  LIFEBOAT_RETURN_IF_ERROR(ReadSortOrders(reader, &metadata));
  LIFEBOAT_RETURN_IF_ERROR(ReadSnapshots(reader, &metadata));
  LIFEBOAT_RETURN_IF_ERROR(
      ReadShared<StatisticsFile>(reader, "statistics", ParseStatisticsFile, &metadata.statistics));
  LIFEBOAT_RETURN_IF_ERROR(ReadShared<PartitionStatisticsFile>(
      reader, "partition-statistics", ParsePartitionStatisticsFile, &metadata.partition_statistics));
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("encryption-keys", false,
                     [&](const boost::json::value& element, const JsonPath& element_path) -> Status {
                       LIFEBOAT_ASSIGN_OR_RETURN(EncryptedKey key, ParseEncryptedKey(element, element_path));
                       metadata.encryption_keys.push_back(std::move(key));
                       return Status::Ok();
                     }));
  metadata.extra = reader.Extra();
  return metadata;
}

Result<TableMetadata> ParseTableMetadata(std::string_view text, std::string_view location) {
  const std::string what = fmt::format("table metadata '{}'", location);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseJsonFile(text, what));
  Result<TableMetadata> metadata = ParseTableMetadata(value, JsonPath());
  if (!metadata.ok()) return Status::Corruption("{}: {}", what, metadata.status().message());
  return metadata;
}

void AppendJson(const TableMetadata& metadata, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("format-version", metadata.format_version);
  if (!metadata.table_uuid.empty()) writer.Member("table-uuid", metadata.table_uuid);
  writer.Member("location", metadata.location);
  if (metadata.format_version > 1) writer.Member("last-sequence-number", metadata.last_sequence_number);
  writer.Member("last-updated-ms", metadata.last_updated_ms);
  writer.Member("last-column-id", metadata.last_column_id);
  AppendSchemas(metadata, writer);
  AppendSpecs(metadata, writer);
  writer.Member("default-sort-order-id", metadata.default_sort_order_id);
  AppendList("sort-orders", metadata.sort_orders, writer);
  writer.Member("properties", metadata.properties);
  writer.Key("current-snapshot-id");
  if (metadata.current_snapshot_id) {
    writer.Int(*metadata.current_snapshot_id);
  } else if (metadata.format_version >= 3) {
    writer.Null();
  } else {
    writer.Int(-1);  // what readers of the older versions expect
  }
  if (metadata.format_version >= 3) {
    writer.Member("next-row-id", metadata.next_row_id);
    if (!metadata.encryption_keys.empty()) {
      writer.Key("encryption-keys");
      writer.BeginArray();
      for (const EncryptedKey& key : metadata.encryption_keys) AppendJson(key, writer);
      writer.EndArray();
    }
  }
  writer.Key("refs");
  writer.BeginObject();
  for (const auto& [name, ref] : metadata.refs) {
    writer.Key(name);
    AppendJson(ref, writer);
  }
  writer.EndObject();
  AppendList("snapshots", metadata.snapshots, writer);
  AppendList("statistics", metadata.statistics, writer);
  AppendList("partition-statistics", metadata.partition_statistics, writer);
  AppendLogs(metadata, writer);
  writer.Members(metadata.extra);
  writer.EndObject();
}

std::string ToJsonText(const TableMetadata& metadata) {
  std::string text;
  text.reserve(2048 + metadata.snapshots.size() * 512);
  JsonWriter writer(&text);
  AppendJson(metadata, writer);
  return text;
}

}  // namespace lifeboat::iceberg
