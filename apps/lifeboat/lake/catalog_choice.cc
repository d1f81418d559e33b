#include "lifeboat/lake/catalog_choice.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "lifeboat/cli/command.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/server/catalog_clients.h"
#include "lifeboat/server/object_storage.h"

namespace lifeboat::app {

void AddCatalogOptions(CLI::App& command, CatalogChoice& choice) {
  choice.dir = DefaultDeploymentDir();
  command.add_option("--dir", choice.dir, "Folder of the local deployment");
  CLI::Option* uri = command.add_option("--catalog-uri", choice.uri, "Another Iceberg REST catalog");
  command.add_option("--warehouse", choice.warehouse, "Its warehouse")->needs(uri);
  command.add_option("--client-id", choice.client_id, "OAuth client id; secret in $LIFEBOAT_CLIENT_SECRET")
      ->needs(uri);
}

Result<CatalogEndpoint> ResolveCatalog(const CatalogChoice& choice) {
  if (choice.uri.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(choice.dir));
    LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
    if (endpoints.catalogs.empty())
      return Status::NotFound("the deployment in '{}' has no catalog", choice.dir);
    return endpoints.catalogs.front();
  }
  CatalogEndpoint endpoint;
  endpoint.uri = choice.uri;
  endpoint.warehouse = choice.warehouse;
  endpoint.client_id = choice.client_id;
  const char* secret = std::getenv("LIFEBOAT_CLIENT_SECRET");
  if (!choice.client_id.empty() && secret == nullptr) {
    return UsageError("--client-id needs the secret in the environment's LIFEBOAT_CLIENT_SECRET");
  }
  if (secret != nullptr) endpoint.client_secret = secret;
  return endpoint;
}

Result<std::unique_ptr<catalog::Catalog>> OpenCatalog(const CatalogChoice& choice) {
  LIFEBOAT_ASSIGN_OR_RETURN(const CatalogEndpoint endpoint, ResolveCatalog(choice));
  return MakeCatalogClient(endpoint);
}

Result<std::shared_ptr<storage::Storage>> OpenStorage(const CatalogChoice& choice) {
  if (!choice.uri.empty()) return OpenObjectStorage(S3SettingsFromEnvironment());
  LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(choice.dir));
  LIFEBOAT_RETURN_IF_ERROR(deployment.ReadEndpoints().status());  // whether there is one at all
  return deployment.OpenStorage();
}

}  // namespace lifeboat::app
