#include "lifeboat/transfer/image_line.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "iceberg/model/json.h"

namespace lifeboat::app {
namespace {

namespace json = boost::json;
using catalog::ChangeLogEntry;
using catalog::IdempotencyRecord;
using catalog::ImagePendingFile;
using catalog::ImageRow;
using catalog::ImageTable;
using catalog::Namespace;
using catalog::NamespaceRecord;
using catalog::ObjectKind;
using catalog::StoreRecord;
using catalog::StoreState;
using iceberg::ObjectReader;

json::array Levels(const Namespace& name_space) {
  return json::array(name_space.begin(), name_space.end());
}

json::object ToJson(const StoreState& state) {
  return {{"row", "state"},
          {"epoch", state.epoch},
          {"last-position", state.last_position},
          {"first-position", state.first_position},
          {"records-version", state.records_version}};
}

json::object ToJson(const NamespaceRecord& row) {
  json::object properties;
  for (const auto& [key, value] : row.properties) properties[key] = value;
  return {{"row", "namespace"},
          {"namespace", Levels(row.name_space)},
          {"version", row.version},
          {"properties", std::move(properties)}};
}

json::object ToJson(const ImageTable& row) {
  const catalog::TableRecord& table = row.record;
  json::object object{{"row", ObjectKindName(row.object)}, {"namespace", Levels(table.identifier.name_space)},
                      {"name", table.identifier.name},     {"uuid", table.uuid},
                      {"version", table.version},          {"metadata-location", table.metadata_location},
                      {"metadata", *table.metadata_json}};
  if (row.pending) object["pending"] = true;
  return object;
}

json::object ToJson(const ImagePendingFile& row) {
  return {{"row", "pending-file"},
          {"uuid", row.uuid},
          {"metadata-location", row.metadata_location},
          {"metadata", row.metadata_json}};
}

json::object ToJson(const StoreRecord& row) {
  return {{"row", "record"}, {"key", row.key}, {"version", row.version}, {"value", row.value}};
}

json::object ToJson(const ChangeLogEntry& row) {
  boost::system::error_code error;  // what the function above writes can be read
  return {{"row", "change"}, {"entry", json::parse(ChangeLogEntryToJson(row), error)}};
}

json::object ToJson(const IdempotencyRecord& row) {
  return {{"row", "idempotency"},
          {"key", row.key},
          {"fingerprint", row.request_fingerprint},
          {"status", row.http_status},
          {"expires-micros", row.expires_micros},
          {"body", row.response_body}};
}

Result<uint64_t> ReadUnsigned(ObjectReader& reader, std::string_view key) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t value, reader.Get<int64_t>(key));
  if (value < 0) return reader.PathOf(key).Error("is negative");
  return static_cast<uint64_t>(value);
}

Result<ImageRow> ReadState(ObjectReader& reader) {
  StoreState state;
  LIFEBOAT_ASSIGN_OR_RETURN(state.epoch, ReadUnsigned(reader, "epoch"));
  LIFEBOAT_ASSIGN_OR_RETURN(state.last_position, ReadUnsigned(reader, "last-position"));
  LIFEBOAT_ASSIGN_OR_RETURN(state.first_position, ReadUnsigned(reader, "first-position"));
  LIFEBOAT_ASSIGN_OR_RETURN(state.records_version, ReadUnsigned(reader, "records-version"));
  return ImageRow(state);
}

Result<ImageRow> ReadNamespace(ObjectReader& reader) {
  NamespaceRecord row;
  LIFEBOAT_ASSIGN_OR_RETURN(row.name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.version, ReadUnsigned(reader, "version"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.properties, reader.Get<iceberg::StringMap>("properties"));
  LIFEBOAT_RETURN_IF_ERROR(catalog::ValidateNamespace(row.name_space));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadTable(ObjectReader& reader, ObjectKind object) {
  ImageTable row{.object = object};
  catalog::TableRecord& table = row.record;
  LIFEBOAT_ASSIGN_OR_RETURN(table.identifier.name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(table.identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(table.uuid, reader.Get<std::string>("uuid"));
  LIFEBOAT_ASSIGN_OR_RETURN(table.version, ReadUnsigned(reader, "version"));
  LIFEBOAT_ASSIGN_OR_RETURN(table.metadata_location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_ASSIGN_OR_RETURN(std::string metadata, reader.Get<std::string>("metadata"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.pending, reader.GetOr<bool>("pending", false));
  LIFEBOAT_RETURN_IF_ERROR(catalog::ValidateIdentifier(table.identifier));
  table.metadata_json = std::make_shared<const std::string>(std::move(metadata));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadPendingFile(ObjectReader& reader) {
  ImagePendingFile row;
  LIFEBOAT_ASSIGN_OR_RETURN(row.uuid, reader.Get<std::string>("uuid"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.metadata_location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.metadata_json, reader.Get<std::string>("metadata"));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadRecord(ObjectReader& reader) {
  StoreRecord row;
  LIFEBOAT_ASSIGN_OR_RETURN(row.key, reader.Get<std::string>("key"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.version, ReadUnsigned(reader, "version"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.value, reader.Get<std::string>("value"));
  LIFEBOAT_RETURN_IF_ERROR(catalog::ValidateRecordKey(row.key));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadChange(ObjectReader& reader) {
  const json::value* entry = reader.Find("entry");
  if (entry == nullptr) return reader.PathOf("entry").Error("is missing");
  LIFEBOAT_ASSIGN_OR_RETURN(ChangeLogEntry row, catalog::ChangeLogEntryFromJson(json::serialize(*entry)));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadIdempotency(ObjectReader& reader) {
  IdempotencyRecord row;
  LIFEBOAT_ASSIGN_OR_RETURN(row.key, reader.Get<std::string>("key"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.request_fingerprint, reader.Get<std::string>("fingerprint"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.http_status, reader.Get<int32_t>("status"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.expires_micros, reader.Get<int64_t>("expires-micros"));
  LIFEBOAT_ASSIGN_OR_RETURN(row.response_body, reader.Get<std::string>("body"));
  return ImageRow(std::move(row));
}

Result<ImageRow> ReadRow(const json::value& line) {
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(line, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.Get<std::string>("row"));
  if (kind == "state") return ReadState(reader);
  if (kind == "namespace") return ReadNamespace(reader);
  if (kind == "table") return ReadTable(reader, ObjectKind::kTable);
  if (kind == "view") return ReadTable(reader, ObjectKind::kView);
  if (kind == "pending-file") return ReadPendingFile(reader);
  if (kind == "record") return ReadRecord(reader);
  if (kind == "change") return ReadChange(reader);
  if (kind == "idempotency") return ReadIdempotency(reader);
  return reader.PathOf("row").Error(fmt::format("'{}' is no kind of row", kind));
}

}  // namespace

std::string ImageRowToLine(const ImageRow& row) {
  return json::serialize(std::visit([](const auto& r) { return ToJson(r); }, row));
}

Result<ImageRow> ImageRowFromLine(const json::value& line) {
  Result<ImageRow> row = ReadRow(line);
  if (!row.ok()) return Status(StatusCode::kCorruption, row.status().message());
  return row;
}

}  // namespace lifeboat::app
