#include "catalog/server/staged_table.h"

#include "base/encoding.h"
#include "catalog/api/table_places.h"
#include "catalog/server/signed_text.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kPurpose = "lifeboat staged table 1";

Status NotStaged(const TableIdentifier& identifier) {
  return Status::PermissionDenied(
      "Not authorized: {} does not exist, and you have not staged it lately; create it again",
      ToString(identifier));
}

std::string NameOf(const TableIdentifier& identifier) {
  return EncodeNamespace(identifier.name_space) + kLevelSeparator + identifier.name;
}

struct Content {
  std::string table;
  std::string principal;
  int64_t expires_micros = 0;
  iceberg::TableMetadata metadata;
};

Result<Content> Read(std::string_view text) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string json, Base64Decode(text));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(json, "staged table"));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  Content content;
  LIFEBOAT_ASSIGN_OR_RETURN(content.table, reader.Get<std::string>("table"));
  LIFEBOAT_ASSIGN_OR_RETURN(content.principal, reader.Get<std::string>("principal"));
  LIFEBOAT_ASSIGN_OR_RETURN(content.expires_micros, reader.Get<int64_t>("expires"));
  LIFEBOAT_ASSIGN_OR_RETURN(content.metadata.location, reader.Get<std::string>("location"));
  LIFEBOAT_ASSIGN_OR_RETURN(content.metadata.properties, reader.Get<iceberg::StringMap>("paths"));
  return content;
}

}  // namespace

std::string EncodeStagedTable(const StagedTable& table, const iceberg::TableMetadata& metadata,
                              std::string_view key) {
  iceberg::StringMap paths;
  for (const std::string_view name : kPathProperties) {
    const auto found = metadata.properties.find(std::string(name));
    if (found != metadata.properties.end()) paths.insert(*found);
  }
  std::string json;
  iceberg::JsonWriter writer(&json);
  writer.BeginObject();
  writer.Member("table", NameOf(table.identifier));
  writer.Member("principal", table.principal);
  writer.Member("expires", table.expires_micros);
  writer.Member("location", metadata.location);
  writer.Member("paths", paths);
  writer.EndObject();
  const std::string text = Base64UrlEncode(json);
  return fmt::format("{}.{}", text, SignatureOf(kPurpose, text, key));
}

Result<iceberg::TableMetadata> DecodeStagedTable(std::string_view text, const TableIdentifier& identifier,
                                                 std::string_view principal, int64_t now_micros,
                                                 std::string_view key) {
  const std::optional<std::string_view> signed_text = SignedText(kPurpose, text, key);
  if (!signed_text) return NotStaged(identifier);
  LIFEBOAT_ASSIGN_OR_RETURN(Content content, Read(*signed_text));
  if (content.table != NameOf(identifier) || content.principal != principal ||
      content.expires_micros <= now_micros)
    return NotStaged(identifier);
  return std::move(content.metadata);
}

}  // namespace lifeboat::catalog
