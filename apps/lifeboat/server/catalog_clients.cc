#include "lifeboat/server/catalog_clients.h"

#include <string>
#include <utility>

#include "catalog/client/rest_catalog.h"
#include "net/http_client.h"

namespace lifeboat::app {
namespace {

std::string Get(const std::map<std::string, std::string>& properties, const std::string& key) {
  const auto at = properties.find(key);
  return at == properties.end() ? "" : at->second;
}

// One pool of connections for every catalog of the process.
net::HttpClient& SharedConnections() {
  static const std::unique_ptr<net::HttpClient> client = net::HttpClient::Make();
  return *client;
}

catalog::RestCatalogOptions OptionsFor(const CatalogEndpoint& endpoint) {
  catalog::RestCatalogOptions options;
  options.uri = endpoint.uri;
  options.warehouse = endpoint.warehouse;
  options.client_id = endpoint.client_id;
  options.client_secret = endpoint.client_secret;
  return options;
}

}  // namespace

Result<std::unique_ptr<catalog::Catalog>> MakeCatalogClient(const CatalogEndpoint& endpoint) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<catalog::RestCatalog> catalog,
                            catalog::RestCatalog::Connect(OptionsFor(endpoint), SharedConnections()));
  return std::unique_ptr<catalog::Catalog>(std::move(catalog));
}

std::unique_ptr<catalog::ChangeLogReader> MakeChangeLogReader(const CatalogEndpoint& endpoint,
                                                              uint64_t after) {
  return std::make_unique<catalog::ChangeLogReader>(OptionsFor(endpoint), SharedConnections(), after);
}

Result<std::string> ReadCatalogJobs(const CatalogEndpoint& endpoint) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<catalog::RestCatalog> catalog,
                            catalog::RestCatalog::Connect(OptionsFor(endpoint), SharedConnections()));
  return catalog->ReadJobs();
}

Result<std::unique_ptr<catalog::Catalog>> MakeIntegrationClient(
    const account::CatalogConnection& connection) {
  CatalogEndpoint endpoint;
  endpoint.uri = Get(connection.rest_config, "CATALOG_URI");
  if (endpoint.uri.empty()) {
    return Status::InvalidArgument("catalog integration {} has no CATALOG_URI in its REST_CONFIG",
                                   connection.integration);
  }
  // The older spelling of the same thing.
  endpoint.warehouse = Get(connection.rest_config, "CATALOG_NAME");
  if (endpoint.warehouse.empty()) endpoint.warehouse = Get(connection.rest_config, "WAREHOUSE");
  const std::string type = Get(connection.rest_authentication, "TYPE");
  if (type == "OAUTH") {
    endpoint.client_id = Get(connection.rest_authentication, "OAUTH_CLIENT_ID");
    endpoint.client_secret = Get(connection.rest_authentication, "OAUTH_CLIENT_SECRET");
  } else if (!type.empty()) {
    return Status::Unsupported(
        "catalog integration {}: REST_AUTHENTICATION TYPE = {} is not available in this version; "
        "use OAUTH",
        connection.integration, type);
  }
  return MakeCatalogClient(endpoint);
}

}  // namespace lifeboat::app
