#include "lifeboat/access/access_object.h"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include "catalog/api/identifier.h"
#include "iceberg/model/json.h"
#include "lifeboat/cli/command.h"
#include "net/http.h"

namespace lifeboat::app {

void AddObjectOptions(CLI::App& command, AccessObject& object) {
  command.add_flag("--on-catalog", object.catalog, "The catalog and everything in it");
  command.add_option("--on-namespace", object.name_space, "A namespace and everything in it: a.b");
  command.add_option("--on-table", object.table, "A table or view: a.b.t (names with dots: [\"a.b\",\"t\"])");
  command.add_option("--on-location", object.location, "A storage location: s3://bucket/folder");
}

Result<std::vector<std::string>> ParseDottedName(std::string_view text) {
  if (text.starts_with('[')) {
    LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(text, "name"));
    return iceberg::JsonAs<std::vector<std::string>>(value, iceberg::JsonPath());
  }
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('.', start), text.size());
    if (end == start) return UsageError(fmt::format("'{}' has an empty part", text));
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

namespace {

struct NamedObject {
  std::string kind;
  catalog::Namespace name_space;
  std::string name;
  std::string location;
};

Result<NamedObject> ParseObject(const AccessObject& object) {
  const int named = (object.catalog ? 1 : 0) + (object.name_space.empty() ? 0 : 1) +
                    (object.table.empty() ? 0 : 1) + (object.location.empty() ? 0 : 1);
  if (named != 1) {
    return UsageError("name one object: --on-catalog, --on-namespace, --on-table or --on-location");
  }
  NamedObject parsed;
  if (object.catalog) {
    parsed.kind = "catalog";
  } else if (!object.location.empty()) {
    parsed.kind = "location";
    parsed.location = object.location;
  } else if (!object.name_space.empty()) {
    parsed.kind = "namespace";
    LIFEBOAT_ASSIGN_OR_RETURN(parsed.name_space, ParseDottedName(object.name_space));
  } else {
    parsed.kind = "table";
    LIFEBOAT_ASSIGN_OR_RETURN(parsed.name_space, ParseDottedName(object.table));
    if (parsed.name_space.size() < 2)
      return UsageError("a table is named with its namespace: --on-table a.t");
    parsed.name = parsed.name_space.back();
    parsed.name_space.pop_back();
  }
  return parsed;
}

}  // namespace

Result<boost::json::object> ObjectJson(const AccessObject& object) {
  LIFEBOAT_ASSIGN_OR_RETURN(const NamedObject parsed, ParseObject(object));
  boost::json::object json{{"kind", parsed.kind}};
  boost::json::array levels;
  for (const std::string& level : parsed.name_space) levels.emplace_back(level);
  if (!levels.empty()) json["namespace"] = std::move(levels);
  if (!parsed.name.empty()) json["name"] = parsed.name;
  if (!parsed.location.empty()) json["location"] = parsed.location;
  return json;
}

Result<std::string> ObjectQuery(const AccessObject& object) {
  LIFEBOAT_ASSIGN_OR_RETURN(const NamedObject parsed, ParseObject(object));
  if (parsed.kind == "location") return "?location=" + net::PercentEncode(parsed.location);
  if (parsed.kind == "catalog") return std::string("?");
  std::string query = "?namespace=" + net::PercentEncode(catalog::EncodeNamespace(parsed.name_space));
  if (!parsed.name.empty()) query += "&table=" + net::PercentEncode(parsed.name);
  return query;
}

}  // namespace lifeboat::app
