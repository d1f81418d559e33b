#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ListViews(CatalogService& service, const RestRequest& request) {
  return ListIdentifiers(service, request, ObjectKind::kView);
}

}  // namespace lifeboat::catalog
