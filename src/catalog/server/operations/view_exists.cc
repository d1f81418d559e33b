#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ViewExists(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadTable(request.identifier(), ObjectKind::kView).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
