#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> DropView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(
      service
          .Apply({DropTableChange{.object = ObjectKind::kView, .identifier = request.identifier()}},
                 {request.idempotency})
          .status());
  return NoContent();
}

}  // namespace lifeboat::catalog
