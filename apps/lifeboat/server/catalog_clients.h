// Clients of Iceberg REST catalogs, made from what a deployment or a catalog integration says about one.
#ifndef LIFEBOAT_SERVER_CATALOG_CLIENTS_H_
#define LIFEBOAT_SERVER_CATALOG_CLIENTS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "account/engine/embedded_account.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "catalog/client/change_log_reader.h"
#include "lifeboat/deployment/endpoints.h"

namespace lifeboat::app {

Result<std::unique_ptr<catalog::Catalog>> MakeCatalogClient(const CatalogEndpoint& endpoint);
// A reader of the change log, behind position `after`.
std::unique_ptr<catalog::ChangeLogReader> MakeChangeLogReader(const CatalogEndpoint& endpoint,
                                                              uint64_t after);
// The purge jobs of one of Lifeboat's catalogs: the JSON answer of GET /lifeboat/v1/jobs.
Result<std::string> ReadCatalogJobs(const CatalogEndpoint& endpoint);
// The catalog of a catalog integration (REST_CONFIG, REST_AUTHENTICATION).
Result<std::unique_ptr<catalog::Catalog>> MakeIntegrationClient(const account::CatalogConnection& connection);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_CATALOG_CLIENTS_H_
