#include "catalog/store/change_rows.h"

#include <boost/json.hpp>

#include "catalog/api/table_places.h"

namespace lifeboat::catalog {

Status CheckNumberOfChanges(size_t count) {
  if (count > 0 && count <= kMaxChanges) return Status::Ok();
  return Status::InvalidArgument("A transaction holds 1 to {} changes, not {}", kMaxChanges, count);
}

std::string ParentPath(const std::string& path) {
  const size_t end = path.rfind(kLevelSeparator);
  return end == std::string::npos ? std::string() : path.substr(0, end);
}

bool IsMadeFrom(const CommitTableChange& change, uint64_t version, std::string_view metadata_location) {
  return change.expected_version != 0 ? change.expected_version == version
                                      : change.expected_metadata_location == metadata_location;
}

std::vector<std::string> StoredPlacesOf(std::string_view metadata_json) {
  std::vector<std::string> places = PlacesOfMetadata(metadata_json).value_or({});
  std::erase_if(places, [](const std::string& place) { return place.size() > kMaxPlaceBytes; });
  return places;
}

LoggedChange Logged(ChangeKind kind, ObjectKind object, const TableIdentifier& identifier) {
  LoggedChange change;
  change.kind = kind;
  change.object = object;
  change.identifier = identifier;
  return change;
}

LoggedChange LoggedNamespace(ChangeKind kind, const Namespace& name_space, const Properties& properties) {
  LoggedChange change = Logged(kind, ObjectKind::kNamespace, {name_space, ""});
  change.properties = properties;
  return change;
}

std::string PropertiesToJson(const Properties& properties) {
  boost::json::object object;
  for (const auto& [key, value] : properties) object[key] = value;
  return boost::json::serialize(object);
}

Result<Properties> PropertiesFromJson(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object())
    return Status::Corruption("catalog store: namespace properties are damaged");
  Properties properties;
  for (const auto& [key, property] : value.get_object()) {
    if (!property.is_string())
      return Status::Corruption("catalog store: namespace property '{}' is damaged", key);
    properties.emplace(key, std::string_view(property.get_string()));
  }
  return properties;
}

}  // namespace lifeboat::catalog
