#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> LoadFunction(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());
  return NoSuchFunction(request.identifier());
}

}  // namespace lifeboat::catalog
