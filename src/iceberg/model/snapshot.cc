#include "iceberg/model/snapshot.h"

namespace lifeboat::iceberg {

Result<Snapshot> ParseSnapshot(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  Snapshot snapshot;
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.snapshot_id, reader.Get<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.parent_snapshot_id, reader.GetOptional<int64_t>("parent-snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.sequence_number, reader.GetOr<int64_t>("sequence-number", 0));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.timestamp_ms, reader.Get<int64_t>("timestamp-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.manifest_list, reader.GetOr<std::string>("manifest-list", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.manifests, reader.GetOr<std::vector<std::string>>("manifests", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.summary, reader.GetOr<StringMap>("summary", {}));
  if (const auto operation = snapshot.summary.find("operation"); operation != snapshot.summary.end()) {
    snapshot.operation = operation->second;
    snapshot.summary.erase(operation);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.schema_id, reader.GetOptional<int32_t>("schema-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.first_row_id, reader.GetOptional<int64_t>("first-row-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.added_rows, reader.GetOptional<int64_t>("added-rows"));
  LIFEBOAT_ASSIGN_OR_RETURN(snapshot.key_id, reader.GetOptional<std::string>("key-id"));
  snapshot.extra = reader.Extra();
  return snapshot;
}

void AppendJson(const Snapshot& snapshot, JsonWriter& writer) {
  writer.BeginObject();
  if (snapshot.sequence_number > 0) writer.Member("sequence-number", snapshot.sequence_number);
  writer.Member("snapshot-id", snapshot.snapshot_id);
  writer.OptionalMember("parent-snapshot-id", snapshot.parent_snapshot_id);
  writer.Member("timestamp-ms", snapshot.timestamp_ms);
  if (snapshot.operation || !snapshot.summary.empty()) {
    writer.Key("summary");
    writer.BeginObject();
    writer.OptionalMember("operation", snapshot.operation);
    for (const auto& [key, text] : snapshot.summary) writer.Member(key, std::string_view(text));
    writer.EndObject();
  }
  if (!snapshot.manifest_list.empty()) {
    writer.Member("manifest-list", snapshot.manifest_list);
  } else {
    writer.Member("manifests", snapshot.manifests);
  }
  writer.OptionalMember("schema-id", snapshot.schema_id);
  writer.OptionalMember("first-row-id", snapshot.first_row_id);
  writer.OptionalMember("added-rows", snapshot.added_rows);
  writer.OptionalMember("key-id", snapshot.key_id);
  writer.Members(snapshot.extra);
  writer.EndObject();
}

Result<SnapshotRef> ParseSnapshotRef(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  SnapshotRef ref;
  LIFEBOAT_ASSIGN_OR_RETURN(ref.snapshot_id, reader.Get<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.Get<std::string>("type"));
  if (kind == "tag") {
    ref.kind = SnapshotRef::Kind::kTag;
  } else if (kind != "branch") {
    return reader.PathOf("type").Error("expected branch or tag, got '" + kind + "'");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(ref.min_snapshots_to_keep, reader.GetOptional<int32_t>("min-snapshots-to-keep"));
  LIFEBOAT_ASSIGN_OR_RETURN(ref.max_snapshot_age_ms, reader.GetOptional<int64_t>("max-snapshot-age-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(ref.max_ref_age_ms, reader.GetOptional<int64_t>("max-ref-age-ms"));
  ref.extra = reader.Extra();
  return ref;
}

void AppendMembers(const SnapshotRef& ref, JsonWriter& writer) {
  writer.Member("snapshot-id", ref.snapshot_id);
  writer.Member("type", ref.kind == SnapshotRef::Kind::kTag ? "tag" : "branch");
  writer.OptionalMember("min-snapshots-to-keep", ref.min_snapshots_to_keep);
  writer.OptionalMember("max-snapshot-age-ms", ref.max_snapshot_age_ms);
  writer.OptionalMember("max-ref-age-ms", ref.max_ref_age_ms);
  writer.Members(ref.extra);
}

void AppendJson(const SnapshotRef& ref, JsonWriter& writer) {
  writer.BeginObject();
  AppendMembers(ref, writer);
  writer.EndObject();
}

Result<StatisticsFile> ParseStatisticsFile(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  StatisticsFile file;
  LIFEBOAT_ASSIGN_OR_RETURN(file.snapshot_id, reader.Get<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(file.statistics_path, reader.Get<std::string>("statistics-path"));
  LIFEBOAT_ASSIGN_OR_RETURN(file.file_size_in_bytes, reader.Get<int64_t>("file-size-in-bytes"));
  LIFEBOAT_ASSIGN_OR_RETURN(file.file_footer_size_in_bytes, reader.Get<int64_t>("file-footer-size-in-bytes"));
  if (const boost::json::value* blobs = reader.Find("blob-metadata")) {
    if (!blobs->is_array()) return reader.PathOf("blob-metadata").Mismatch("an array", *blobs);
    file.blob_metadata = *blobs;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(file.key_metadata, reader.GetOptional<std::string>("key-metadata"));
  file.extra = reader.Extra();
  return file;
}

void AppendJson(const StatisticsFile& file, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("snapshot-id", file.snapshot_id);
  writer.Member("statistics-path", file.statistics_path);
  writer.Member("file-size-in-bytes", file.file_size_in_bytes);
  writer.Member("file-footer-size-in-bytes", file.file_footer_size_in_bytes);
  writer.OptionalMember("key-metadata", file.key_metadata);
  writer.Key("blob-metadata");
  writer.Value(file.blob_metadata);
  writer.Members(file.extra);
  writer.EndObject();
}

Result<PartitionStatisticsFile> ParsePartitionStatisticsFile(const boost::json::value& value,
                                                             const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  PartitionStatisticsFile file;
  LIFEBOAT_ASSIGN_OR_RETURN(file.snapshot_id, reader.Get<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(file.statistics_path, reader.Get<std::string>("statistics-path"));
  LIFEBOAT_ASSIGN_OR_RETURN(file.file_size_in_bytes, reader.Get<int64_t>("file-size-in-bytes"));
  file.extra = reader.Extra();
  return file;
}

void AppendJson(const PartitionStatisticsFile& file, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("snapshot-id", file.snapshot_id);
  writer.Member("statistics-path", file.statistics_path);
  writer.Member("file-size-in-bytes", file.file_size_in_bytes);
  writer.Members(file.extra);
  writer.EndObject();
}

Result<EncryptedKey> ParseEncryptedKey(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  EncryptedKey key;
  LIFEBOAT_ASSIGN_OR_RETURN(key.key_id, reader.Get<std::string>("key-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(key.encrypted_key_metadata, reader.Get<std::string>("encrypted-key-metadata"));
  LIFEBOAT_ASSIGN_OR_RETURN(key.encrypted_by_id, reader.GetOptional<std::string>("encrypted-by-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(key.properties, reader.GetOr<StringMap>("properties", {}));
  key.extra = reader.Extra();
  return key;
}

void AppendJson(const EncryptedKey& key, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("key-id", key.key_id);
  writer.Member("encrypted-key-metadata", key.encrypted_key_metadata);
  writer.OptionalMember("encrypted-by-id", key.encrypted_by_id);
  if (!key.properties.empty()) writer.Member("properties", key.properties);
  writer.Members(key.extra);
  writer.EndObject();
}

}  // namespace lifeboat::iceberg
