#include "catalog/access/securable.h"

#include "iceberg/model/json.h"

namespace lifeboat::catalog::access {
namespace {

// Names hold no control characters, so these cannot be part of one.
constexpr char kLevelEnd = '\x1F';
constexpr char kBeforeTable = '\x1E';
constexpr char kBeforeLocation = '\x1D';

std::string_view WithoutSlashes(std::string_view location) {
  while (location.ends_with('/') && !location.ends_with("//")) location.remove_suffix(1);
  return location;
}

constexpr std::string_view KindName(Securable::Kind kind) {
  switch (kind) {
    case Securable::Kind::kCatalog:
      return "catalog";
    case Securable::Kind::kNamespace:
      return "namespace";
    case Securable::Kind::kTable:
      return "table";
    case Securable::Kind::kLocation:
      return "location";
  }
  return "";
}

}  // namespace

Securable Securable::OfLocation(std::string_view location) {
  Securable securable;
  securable.kind = Kind::kLocation;
  securable.location = WithoutSlashes(location);
  return securable;
}

std::string Securable::ToString() const {
  switch (kind) {
    case Kind::kCatalog:
      return "the catalog";
    case Kind::kNamespace:
      return "namespace " + catalog::ToString(name_space);
    case Kind::kTable:
      return "table " + catalog::ToString(TableIdentifier{name_space, name});
    case Kind::kLocation:
      return "location " + location;
  }
  return "";
}

std::string Securable::ToOption() const {
  switch (kind) {
    case Kind::kCatalog:
      return "--on-catalog";
    case Kind::kNamespace:
      return fmt::format("--on-namespace '{}'", catalog::ToString(name_space));
    case Kind::kTable:
      return fmt::format("--on-table '{}'", catalog::ToString(TableIdentifier{name_space, name}));
    case Kind::kLocation:
      return fmt::format("--on-location '{}'", location);
  }
  return "";
}

std::string Securable::Key() const {
  if (kind == Kind::kLocation) return kBeforeLocation + location;
  std::string key;
  for (const std::string& level : name_space) {
    key += level;
    key += kLevelEnd;
  }
  if (kind == Kind::kTable) {
    key += kBeforeTable;
    key += name;
  }
  return key;
}

PrivilegeSet GrantableOn(Securable::Kind kind) {
  using enum Privilege;
  switch (kind) {
    case Securable::Kind::kCatalog:
    case Securable::Kind::kNamespace:
      return {kDescribe, kSelect,      kInsert,     kDelete,          kAlter,
              kDrop,     kCreateTable, kCreateView, kCreateNamespace, kSuper};
    case Securable::Kind::kTable:
      return {kDescribe, kSelect, kInsert, kDelete, kAlter, kDrop, kSuper};
    case Securable::Kind::kLocation:
      return {kDataLocation};
  }
  return {};
}

boost::json::object ToJson(const Securable& securable) {
  boost::json::object object{{"kind", KindName(securable.kind)}};
  if (!securable.name_space.empty()) {
    boost::json::array levels;
    for (const std::string& level : securable.name_space) levels.emplace_back(level);
    object["namespace"] = std::move(levels);
  }
  if (!securable.name.empty()) object["name"] = securable.name;
  if (!securable.location.empty()) object["location"] = securable.location;
  return object;
}

Result<Securable> ParseSecurable(const boost::json::value& value) {
  const iceberg::JsonPath root;
  const iceberg::JsonPath path(root, "object");
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, path));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.Get<std::string>("kind"));
  if (kind == "catalog") return Securable::Catalog();
  if (kind == "location") {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, reader.Get<std::string>("location"));
    if (location.find("://") == std::string::npos) {
      return Status::InvalidArgument("location '{}': write an absolute one, such as s3://bucket/folder",
                                     location);
    }
    return Securable::OfLocation(location);
  }
  if (kind != "namespace" && kind != "table" && kind != "view") {
    return Status::InvalidArgument("object.kind '{}': it must be catalog, namespace, table, view or location",
                                   kind);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(Namespace name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(name_space));
  if (kind == "namespace") return Securable::OfNamespace(std::move(name_space));
  TableIdentifier identifier{std::move(name_space), ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  return Securable::OfTable(identifier);
}

bool IsAtOrBelow(std::string_view location, std::string_view prefix) {
  prefix = WithoutSlashes(prefix);
  if (!location.starts_with(prefix)) return false;
  return location.size() == prefix.size() || location[prefix.size()] == '/' || prefix.ends_with('/');
}

}  // namespace lifeboat::catalog::access
