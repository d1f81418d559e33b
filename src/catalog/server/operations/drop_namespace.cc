#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> DropNamespace(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(
      service.Apply({DropNamespaceChange{request.name_space}}, {request.idempotency}).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
