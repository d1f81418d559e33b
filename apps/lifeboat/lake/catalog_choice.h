// CatalogChoice: which Iceberg REST catalog a command works on: the local deployment's, or any other by its
// address.
#ifndef LIFEBOAT_LAKE_CATALOG_CHOICE_H_
#define LIFEBOAT_LAKE_CATALOG_CHOICE_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "catalog/api/catalog.h"
#include "lifeboat/deployment/endpoints.h"
#include "storage/storage.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

struct CatalogChoice {
  std::string dir;
  std::string uri, warehouse, client_id;
};

void AddCatalogOptions(CLI::App& command, CatalogChoice& choice);
// How to reach it. The secret of a catalog named by address is the environment's LIFEBOAT_CLIENT_SECRET; without
// a client id the catalog is asked anonymously.
Result<CatalogEndpoint> ResolveCatalog(const CatalogChoice& choice);
Result<std::unique_ptr<catalog::Catalog>> OpenCatalog(const CatalogChoice& choice);
// What reaches its files: the deployment's storage, or local files and the S3 store of the environment.
Result<std::shared_ptr<storage::Storage>> OpenStorage(const CatalogChoice& choice);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_CATALOG_CHOICE_H_
