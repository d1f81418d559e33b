// How an account reaches the catalog that a catalog integration names.
#ifndef LIFEBOAT_SERVER_CATALOG_CLIENTS_H_
#define LIFEBOAT_SERVER_CATALOG_CLIENTS_H_

#include <memory>

#include "account/engine/embedded_account.h"
#include "base/result.h"
#include "catalog/api/catalog.h"

namespace lifeboat::app {

Result<std::unique_ptr<catalog::Catalog>> MakeCatalogClient(const account::CatalogConnection& connection);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_CATALOG_CLIENTS_H_
