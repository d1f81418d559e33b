#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

// Reports are accepted, as the protocol asks, and not kept.
Result<net::HttpResponse> ReportMetrics(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_RETURN_IF_ERROR(reader.Get<std::string>("report-type").status());
  LIFEBOAT_RETURN_IF_ERROR(service.Load(request.identifier()).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
