#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> TableExists(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.Load(request.identifier()).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
