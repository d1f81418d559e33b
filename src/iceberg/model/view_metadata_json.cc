// JSON of view metadata, view updates and the view requirement.
#include <algorithm>

#include "iceberg/model/view_metadata.h"

namespace lifeboat::iceberg {
namespace {

Result<ViewRepresentation> ParseRepresentation(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  ViewRepresentation representation;
  LIFEBOAT_ASSIGN_OR_RETURN(representation.type, reader.Get<std::string>("type"));
  if (representation.type == "sql") {
    LIFEBOAT_ASSIGN_OR_RETURN(representation.sql, reader.Get<std::string>("sql"));
    LIFEBOAT_ASSIGN_OR_RETURN(representation.dialect, reader.Get<std::string>("dialect"));
  }
  representation.extra = reader.Extra();
  return representation;
}

Result<ViewHistoryEntry> ParseHistoryEntry(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  ViewHistoryEntry entry;
  LIFEBOAT_ASSIGN_OR_RETURN(entry.timestamp_ms, reader.Get<int64_t>("timestamp-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(entry.version_id, reader.Get<int32_t>("version-id"));
  return entry;
}

const boost::json::value& MemberOrNull(ObjectReader& reader, std::string_view key) {
  static const boost::json::value kNull;
  const boost::json::value* member = reader.Find(key);
  return member == nullptr ? kNull : *member;
}

Status CheckConsistent(const ViewMetadata& metadata, const JsonPath& path) {
  if (metadata.format_version != 1) return path.Error("the view's format version is not 1");
  if (metadata.FindVersion(metadata.current_version_id) == nullptr) {
    return path.Error(
        fmt::format("Cannot find current version {} in view versions", metadata.current_version_id));
  }
  for (const ViewVersion& version : metadata.versions) {
    if (metadata.FindSchema(version.schema_id) == nullptr) {
      return path.Error(
          fmt::format("version {} has unknown schema {}", version.version_id, version.schema_id));
    }
  }
  return Status::Ok();
}

}  // namespace

const ViewVersion* ViewMetadata::FindVersion(int32_t version_id) const {
  const auto at = std::find_if(versions.begin(), versions.end(),
                               [&](const ViewVersion& version) { return version.version_id == version_id; });
  return at == versions.end() ? nullptr : &*at;
}

const Schema* ViewMetadata::FindSchema(int32_t schema_id) const {
  const auto at = std::find_if(schemas.begin(), schemas.end(),
                               [&](const auto& schema) { return schema->schema_id == schema_id; });
  return at == schemas.end() ? nullptr : at->get();
}

Result<ViewVersion> ParseViewVersion(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  ViewVersion version;
  LIFEBOAT_ASSIGN_OR_RETURN(version.version_id, reader.Get<int32_t>("version-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(version.schema_id, reader.Get<int32_t>("schema-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(version.timestamp_ms, reader.Get<int64_t>("timestamp-ms"));
  LIFEBOAT_ASSIGN_OR_RETURN(version.summary, reader.Get<StringMap>("summary"));
  LIFEBOAT_ASSIGN_OR_RETURN(version.default_catalog, reader.GetOptional<std::string>("default-catalog"));
  LIFEBOAT_ASSIGN_OR_RETURN(version.default_namespace,
                            reader.Get<std::vector<std::string>>("default-namespace"));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "representations", /*required=*/true, [&](const boost::json::value& element, const JsonPath& at) {
        LIFEBOAT_ASSIGN_OR_RETURN(ViewRepresentation representation, ParseRepresentation(element, at));
        version.representations.push_back(std::move(representation));
        return Status::Ok();
      }));
  version.extra = reader.Extra();
  return version;
}

Result<ViewMetadata> ParseViewMetadata(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  ViewMetadata metadata;
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.view_uuid, reader.Get<std::string>("view-uuid"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.format_version, reader.Get<int32_t>("format-version"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.location, reader.Get<std::string>("location"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.current_version_id, reader.Get<int32_t>("current-version-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(metadata.properties, reader.GetOr<StringMap>("properties", {}));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "schemas", /*required=*/true, [&](const boost::json::value& element, const JsonPath& at) {
        LIFEBOAT_ASSIGN_OR_RETURN(Schema schema, ParseSchema(element, at));
        metadata.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
        return Status::Ok();
      }));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "versions", /*required=*/true, [&](const boost::json::value& element, const JsonPath& at) {
        LIFEBOAT_ASSIGN_OR_RETURN(ViewVersion version, ParseViewVersion(element, at));
        metadata.versions.push_back(std::move(version));
        return Status::Ok();
      }));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "version-log", /*required=*/true, [&](const boost::json::value& element, const JsonPath& at) {
        LIFEBOAT_ASSIGN_OR_RETURN(const ViewHistoryEntry entry, ParseHistoryEntry(element, at));
        metadata.version_log.push_back(entry);
        return Status::Ok();
      }));
  metadata.extra = reader.Extra();
  LIFEBOAT_RETURN_IF_ERROR(CheckConsistent(metadata, path));
  return metadata;
}

Result<ViewMetadata> ParseViewMetadata(std::string_view text, std::string_view location) {
  const std::string what = fmt::format("view metadata '{}'", location);
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseJsonFile(text, what));
  Result<ViewMetadata> metadata = ParseViewMetadata(value, JsonPath());
  if (!metadata.ok()) return Status::Corruption("{}: {}", what, metadata.status().message());
  return metadata;
}

void AppendJson(const ViewVersion& version, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("version-id", version.version_id);
  writer.Member("timestamp-ms", version.timestamp_ms);
  writer.Member("schema-id", version.schema_id);
  writer.Member("summary", version.summary);
  writer.OptionalMember("default-catalog", version.default_catalog);
  writer.Member("default-namespace", version.default_namespace);
  writer.Key("representations");
  writer.BeginArray();
  for (const ViewRepresentation& representation : version.representations) {
    writer.BeginObject();
    writer.Member("type", representation.type);
    if (representation.type == "sql") {
      writer.Member("sql", representation.sql);
      writer.Member("dialect", representation.dialect);
    }
    writer.Members(representation.extra);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Members(version.extra);
  writer.EndObject();
}

void AppendJson(const ViewMetadata& metadata, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("view-uuid", metadata.view_uuid);
  writer.Member("format-version", metadata.format_version);
  writer.Member("location", metadata.location);
  writer.Member("properties", metadata.properties);
  writer.Key("schemas");
  writer.BeginArray();
  for (const auto& schema : metadata.schemas) AppendJson(*schema, writer);
  writer.EndArray();
  writer.Member("current-version-id", metadata.current_version_id);
  writer.Key("versions");
  writer.BeginArray();
  for (const ViewVersion& version : metadata.versions) AppendJson(version, writer);
  writer.EndArray();
  writer.Key("version-log");
  writer.BeginArray();
  for (const ViewHistoryEntry& entry : metadata.version_log) {
    writer.BeginObject();
    writer.Member("timestamp-ms", entry.timestamp_ms);
    writer.Member("version-id", entry.version_id);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Members(metadata.extra);
  writer.EndObject();
}

Result<ViewUpdate> ParseViewUpdate(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string action, reader.Get<std::string>("action"));
  if (action == "assign-uuid") {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string uuid, reader.Get<std::string>("uuid"));
    return ViewUpdate(view_update::AssignUuid{std::move(uuid)});
  }
  if (action == "upgrade-format-version") {
    LIFEBOAT_ASSIGN_OR_RETURN(const int32_t version, reader.Get<int32_t>("format-version"));
    return ViewUpdate(view_update::UpgradeFormatVersion{version});
  }
  if (action == "add-schema") {
    LIFEBOAT_ASSIGN_OR_RETURN(Schema schema,
                              ParseSchema(MemberOrNull(reader, "schema"), reader.PathOf("schema")));
    return ViewUpdate(view_update::AddSchema{std::move(schema)});
  }
  if (action == "set-location") {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string location, reader.Get<std::string>("location"));
    return ViewUpdate(view_update::SetLocation{std::move(location)});
  }
  if (action == "set-properties") {
    LIFEBOAT_ASSIGN_OR_RETURN(StringMap updates, reader.Get<StringMap>("updates"));
    return ViewUpdate(view_update::SetProperties{std::move(updates)});
  }
  if (action == "remove-properties") {
    LIFEBOAT_ASSIGN_OR_RETURN(auto removals, reader.Get<std::vector<std::string>>("removals"));
    return ViewUpdate(view_update::RemoveProperties{std::move(removals)});
  }
  if (action == "add-view-version") {
    LIFEBOAT_ASSIGN_OR_RETURN(ViewVersion version, ParseViewVersion(MemberOrNull(reader, "view-version"),
                                                                    reader.PathOf("view-version")));
    return ViewUpdate(view_update::AddViewVersion{std::move(version)});
  }
  if (action == "set-current-view-version") {
    LIFEBOAT_ASSIGN_OR_RETURN(const int32_t id, reader.Get<int32_t>("view-version-id"));
    return ViewUpdate(view_update::SetCurrentViewVersion{id});
  }
  return reader.PathOf("action").Error(fmt::format("'{}' is unknown", action));
}

Result<AssertViewUuid> ParseViewRequirement(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string type, reader.Get<std::string>("type"));
  if (type != "assert-view-uuid") return reader.PathOf("type").Error(fmt::format("'{}' is unknown", type));
  LIFEBOAT_ASSIGN_OR_RETURN(std::string uuid, reader.Get<std::string>("uuid"));
  return AssertViewUuid{std::move(uuid)};
}

}  // namespace lifeboat::iceberg
