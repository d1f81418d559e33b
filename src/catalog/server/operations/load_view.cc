#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> LoadView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableRecord record,
                            service.store().LoadTable(request.identifier(), ObjectKind::kView));
  return net::HttpResponse::Json(200, LoadTableResultJson(record.metadata_location, *record.metadata_json));
}

}  // namespace lifeboat::catalog
