#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> NamespaceExists(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
