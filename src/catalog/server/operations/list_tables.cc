#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ListTables(CatalogService& service, const RestRequest& request) {
  return ListIdentifiers(service, request, ObjectKind::kTable);
}

}  // namespace lifeboat::catalog
