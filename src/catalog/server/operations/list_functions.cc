#include "catalog/server/operations.h"

namespace lifeboat::catalog {

// The protocol has no way to create a function, so a namespace that exists holds none.
Result<net::HttpResponse> ListFunctions(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(ParsePage(request).status());
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());
  return net::HttpResponse::Json(200, R"({"identifiers":[]})");
}

}  // namespace lifeboat::catalog
