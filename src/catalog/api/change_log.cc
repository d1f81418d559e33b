#include "catalog/api/change_log.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace lifeboat::catalog {
namespace {

namespace json = boost::json;

constexpr std::string_view kObjectNames[] = {"namespace", "table", "view", "record"};
constexpr std::string_view kChangeNames[] = {"create", "commit", "rename", "drop"};

json::array ToJson(const Namespace& name_space) {
  return json::array(name_space.begin(), name_space.end());
}

json::object ToJson(const TableIdentifier& identifier) {
  return {{"namespace", ToJson(identifier.name_space)}, {"name", identifier.name}};
}

json::object ToJson(const LoggedChange& change) {
  json::object object{{"kind", ChangeKindName(change.kind)},
                      {"object", ObjectKindName(change.object)},
                      {"namespace", ToJson(change.identifier.name_space)}};
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) object[key] = value;
  };
  put("name", change.identifier.name);
  put("uuid", change.uuid);
  put("previous-metadata-location", change.previous_metadata_location);
  put("metadata-location", change.metadata_location);
  if (change.renamed_to) object["renamed-to"] = ToJson(*change.renamed_to);
  if (change.object == ObjectKind::kNamespace && change.kind != ChangeKind::kDrop) {
    json::object properties;
    for (const auto& [key, value] : change.properties) properties[key] = value;
    object["properties"] = std::move(properties);
  }
  if (change.value) object["value"] = *change.value;
  if (change.purge) object["purge"] = true;
  return object;
}

json::array ToJson(const std::vector<LoggedChange>& changes) {
  json::array array;
  for (const LoggedChange& change : changes) array.push_back(ToJson(change));
  return array;
}

Status Damaged(std::string_view field) {
  return Status::Corruption("change-log entry: field '{}' is missing or malformed", field);
}

// A field that is left out when empty.
Status ReadString(const json::object& object, std::string_view key, std::string* out) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return Status::Ok();
  if (!value->is_string()) return Damaged(key);
  *out = std::string(std::string_view(value->get_string()));
  return Status::Ok();
}

Status ReadNamespace(const json::object& object, Namespace* out) {
  const json::value* value = object.if_contains("namespace");
  if (value == nullptr || !value->is_array()) return Damaged("namespace");
  for (const json::value& level : value->get_array()) {
    if (!level.is_string()) return Damaged("namespace");
    out->emplace_back(std::string_view(level.get_string()));
  }
  return Status::Ok();
}

template <typename Enum, size_t kCount>
Status ReadEnum(const json::object& object, std::string_view key, const std::string_view (&names)[kCount],
                Enum* out) {
  std::string name;
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, key, &name));
  for (size_t i = 0; i < kCount; ++i) {
    if (names[i] == name) {
      *out = static_cast<Enum>(i);
      return Status::Ok();
    }
  }
  return Damaged(key);
}

Result<LoggedChange> ChangeFromJson(const json::value& value) {
  if (!value.is_object()) return Damaged("changes");
  const json::object& object = value.get_object();
  LoggedChange change;
  LIFEBOAT_RETURN_IF_ERROR(ReadEnum(object, "kind", kChangeNames, &change.kind));
  LIFEBOAT_RETURN_IF_ERROR(ReadEnum(object, "object", kObjectNames, &change.object));
  LIFEBOAT_RETURN_IF_ERROR(ReadNamespace(object, &change.identifier.name_space));
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "name", &change.identifier.name));
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "uuid", &change.uuid));
  LIFEBOAT_RETURN_IF_ERROR(
      ReadString(object, "previous-metadata-location", &change.previous_metadata_location));
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "metadata-location", &change.metadata_location));
  if (const json::value* renamed = object.if_contains("renamed-to")) {
    if (!renamed->is_object()) return Damaged("renamed-to");
    change.renamed_to.emplace();
    LIFEBOAT_RETURN_IF_ERROR(ReadNamespace(renamed->get_object(), &change.renamed_to->name_space));
    LIFEBOAT_RETURN_IF_ERROR(ReadString(renamed->get_object(), "name", &change.renamed_to->name));
  }
  if (const json::value* properties = object.if_contains("properties")) {
    if (!properties->is_object()) return Damaged("properties");
    for (const auto& [key, property] : properties->get_object()) {
      if (!property.is_string()) return Damaged("properties");
      change.properties.emplace(key, std::string_view(property.get_string()));
    }
  }
  if (object.contains("value")) {
    change.value.emplace();
    LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "value", &*change.value));
  }
  if (const json::value* purge = object.if_contains("purge")) {
    if (!purge->is_bool()) return Damaged("purge");
    change.purge = purge->get_bool();
  }
  return change;
}

Result<std::vector<LoggedChange>> ChangesFromJson(const json::value& value) {
  if (!value.is_array()) return Damaged("changes");
  std::vector<LoggedChange> changes;
  for (const json::value& element : value.get_array()) {
    LIFEBOAT_ASSIGN_OR_RETURN(LoggedChange change, ChangeFromJson(element));
    changes.push_back(std::move(change));
  }
  return changes;
}

Status ReadNumber(const json::object& object, std::string_view key, uint64_t* out) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return Damaged(key);
  *out = static_cast<uint64_t>(value->get_int64());
  return Status::Ok();
}

}  // namespace

std::string_view ObjectKindName(ObjectKind kind) {
  return kObjectNames[static_cast<size_t>(kind)];
}
std::string_view ChangeKindName(ChangeKind kind) {
  return kChangeNames[static_cast<size_t>(kind)];
}

std::string LoggedTransactionToJson(std::string_view principal, const std::vector<LoggedChange>& changes) {
  std::string array = json::serialize(ToJson(changes));
  if (principal.empty()) return array;
  return fmt::format(R"({{"principal":{},"changes":{}}})", json::serialize(json::string_view(principal)),
                     array);
}

Result<LoggedTransaction> LoggedTransactionFromJson(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return Damaged("changes");
  LoggedTransaction transaction;
  const json::value* changes = &value;
  if (value.is_object()) {
    LIFEBOAT_RETURN_IF_ERROR(ReadString(value.get_object(), "principal", &transaction.principal));
    changes = value.get_object().if_contains("changes");
    if (changes == nullptr) return Damaged("changes");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(transaction.changes, ChangesFromJson(*changes));
  return transaction;
}

std::string ChangeLogEntryToJson(const ChangeLogEntry& entry) {
  json::object object{{"position", entry.position},
                      {"epoch", entry.epoch},
                      {"committed-micros", entry.committed_micros},
                      {"transaction-id", entry.transaction_id}};
  if (!entry.idempotency_key.empty()) object["idempotency-key"] = entry.idempotency_key;
  if (!entry.principal.empty()) object["principal"] = entry.principal;
  object["changes"] = ToJson(entry.changes);
  return json::serialize(object);
}

Result<ChangeLogEntry> ChangeLogEntryFromJson(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return Status::Corruption("change-log entry: it is not a JSON object");
  const json::object& object = value.get_object();
  ChangeLogEntry entry;
  LIFEBOAT_RETURN_IF_ERROR(ReadNumber(object, "position", &entry.position));
  LIFEBOAT_RETURN_IF_ERROR(ReadNumber(object, "epoch", &entry.epoch));
  uint64_t committed_micros = 0;
  LIFEBOAT_RETURN_IF_ERROR(ReadNumber(object, "committed-micros", &committed_micros));
  entry.committed_micros = static_cast<int64_t>(committed_micros);
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "transaction-id", &entry.transaction_id));
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "idempotency-key", &entry.idempotency_key));
  LIFEBOAT_RETURN_IF_ERROR(ReadString(object, "principal", &entry.principal));
  const json::value* changes = object.if_contains("changes");
  if (changes == nullptr) return Damaged("changes");
  LIFEBOAT_ASSIGN_OR_RETURN(entry.changes, ChangesFromJson(*changes));
  return entry;
}

}  // namespace lifeboat::catalog
