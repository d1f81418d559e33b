#include "catalog/client/rest_catalog.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "catalog/client/rest_session.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kFirstPage = "pageSize=1000&pageToken=";

Result<LoadedTable> ParseLoadedTable(const boost::json::value& value) {
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LoadedTable table;
  LIFEBOAT_ASSIGN_OR_RETURN(table.metadata_location, reader.GetOr<std::string>("metadata-location", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(table.config, reader.GetOr<iceberg::StringMap>("config", {}));
  const boost::json::value* metadata = reader.Find("metadata");
  if (metadata == nullptr) return Status::InvalidArgument("answer of the catalog: metadata is missing");
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata parsed,
                            iceberg::ParseTableMetadata(*metadata, reader.PathOf("metadata")));
  table.metadata = std::make_shared<const iceberg::TableMetadata>(std::move(parsed));
  return table;
}

// Reads every page below `path`; `parse` takes one page.
template <typename Parse>
Status ForEachPage(RestSession& session, const std::string& path, const Parse& parse) {
  std::string token;
  do {
    LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                              session.Get(path + std::string(kFirstPage) + net::PercentEncode(token)));
    const iceberg::JsonPath root;
    LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
    LIFEBOAT_RETURN_IF_ERROR(parse(reader));
    LIFEBOAT_ASSIGN_OR_RETURN(token, reader.GetOr<std::string>("next-page-token", ""));
  } while (!token.empty());
  return Status::Ok();
}

std::string CreateTableJson(const CreateTableRequest& request) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("name", request.name);
  if (request.location) writer.Member("location", *request.location);
  writer.Key("schema");
  AppendJson(request.schema, writer);
  if (request.partition_spec) {
    writer.Key("partition-spec");
    AppendJson(*request.partition_spec, writer);
  }
  if (request.sort_order) {
    writer.Key("write-order");
    AppendJson(*request.sort_order, writer);
  }
  writer.Member("properties", request.properties);
  writer.EndObject();
  return body;
}

}  // namespace

RestCatalog::RestCatalog(std::unique_ptr<RestSession> session) : session_(std::move(session)) {}
RestCatalog::~RestCatalog() = default;

Result<std::unique_ptr<RestCatalog>> RestCatalog::Connect(const RestCatalogOptions& options,
                                                          net::HttpClient& http, Clock& clock,
                                                          Random& random) {
  auto session = std::make_unique<RestSession>(options, http, clock, random);
  LIFEBOAT_RETURN_IF_ERROR(session->Configure().WithContext("catalog " + options.uri));
  return std::unique_ptr<RestCatalog>(new RestCatalog(std::move(session)));
}

Result<std::vector<Namespace>> RestCatalog::ListNamespaces(const Namespace& parent) {
  std::string path = "namespaces?";
  if (!parent.empty()) path += "parent=" + session_->EncodedNamespace(parent) + "&";
  std::vector<Namespace> namespaces;
  LIFEBOAT_RETURN_IF_ERROR(ForEachPage(*session_, path, [&](iceberg::ObjectReader& reader) {
    return reader.ForEach("namespaces", true,
                          [&](const boost::json::value& value, const iceberg::JsonPath& at) {
                            LIFEBOAT_ASSIGN_OR_RETURN(Namespace name_space,
                                                      iceberg::JsonAs<std::vector<std::string>>(value, at));
                            namespaces.push_back(std::move(name_space));
                            return Status::Ok();
                          });
  }));
  return namespaces;
}

Status RestCatalog::CreateNamespace(const Namespace& name_space, const Properties& properties) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("namespace", name_space);
  writer.Member("properties", properties);
  writer.EndObject();
  return session_->Post("namespaces", std::move(body)).status();
}

Result<Properties> RestCatalog::LoadNamespace(const Namespace& name_space) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                            session_->Get(session_->NamespacePath(name_space)));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  return reader.GetOr<iceberg::StringMap>("properties", {});
}

Status RestCatalog::DropNamespace(const Namespace& name_space) {
  return session_->Delete(session_->NamespacePath(name_space));
}

Result<std::vector<TableIdentifier>> RestCatalog::ListTables(const Namespace& name_space) {
  std::vector<TableIdentifier> tables;
  const std::string path = session_->NamespacePath(name_space) + "/tables?";
  LIFEBOAT_RETURN_IF_ERROR(ForEachPage(*session_, path, [&](iceberg::ObjectReader& reader) {
    return reader.ForEach(
        "identifiers", true, [&](const boost::json::value& value, const iceberg::JsonPath& at) {
          LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader identifier, iceberg::ObjectReader::Open(value, at));
          TableIdentifier table;
          LIFEBOAT_ASSIGN_OR_RETURN(table.name_space, identifier.Get<std::vector<std::string>>("namespace"));
          LIFEBOAT_ASSIGN_OR_RETURN(table.name, identifier.Get<std::string>("name"));
          tables.push_back(std::move(table));
          return Status::Ok();
        });
  }));
  return tables;
}

Result<LoadedTable> RestCatalog::CreateTable(const Namespace& name_space, const CreateTableRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      const boost::json::value value,
      session_->Post(session_->NamespacePath(name_space) + "/tables", CreateTableJson(request)));
  return ParseLoadedTable(value);
}

Result<LoadedTable> RestCatalog::LoadTable(const TableIdentifier& identifier) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, session_->Get(session_->TablePath(identifier)));
  return ParseLoadedTable(value);
}

Result<bool> RestCatalog::TableExists(const TableIdentifier& identifier) {
  return session_->Exists(session_->TablePath(identifier));
}

Result<std::string> RestCatalog::ReadJobs() {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, session_->GetBelowRoot("lifeboat/v1/jobs"));
  return boost::json::serialize(value);
}

Status RestCatalog::DropTable(const TableIdentifier& identifier, bool purge) {
  return session_->Delete(session_->TablePath(identifier) +
                          (purge ? "?purgeRequested=true" : "?purgeRequested=false"));
}

Result<LoadedTable> RestCatalog::CommitTable(const TableIdentifier& identifier,
                                             const std::vector<iceberg::TableRequirement>& requirements,
                                             const std::vector<iceberg::TableUpdate>& updates) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("identifier");
  writer.BeginObject();
  writer.Member("namespace", identifier.name_space);
  writer.Member("name", identifier.name);
  writer.EndObject();
  writer.Key("requirements");
  iceberg::AppendJson(requirements, writer);
  writer.Key("updates");
  iceberg::AppendJson(updates, writer);
  writer.EndObject();
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                            session_->Post(session_->TablePath(identifier), std::move(body)));
  return ParseLoadedTable(value);
}

}  // namespace lifeboat::catalog
