#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/route_table.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> GetConfig(CatalogService& service, const RestRequest& request) {
  const CatalogServerOptions& options = service.options();
  const std::string warehouse = request.http.QueryParameter("warehouse");
  if (!warehouse.empty() && warehouse != options.warehouse && warehouse != options.warehouse_location) {
    return NoSuchWarehouse(warehouse);
  }
  iceberg::StringMap overrides{{"namespace-separator", "%1F"}};
  const std::vector<std::string> segments = net::PathSegments(request.http.Path());
  if (!segments.empty() && segments.front() == kGlueFolder) {
    overrides["prefix"] = fmt::format("{}/{}", kGluePrefix, net::PercentEncode(options.warehouse));
  }
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("defaults", iceberg::StringMap());
  writer.Member("overrides", overrides);
  writer.Member("endpoints", AdvertisedEndpoints());
  writer.Member("idempotency-key-lifetime", fmt::format("PT{}M", kIdempotencyKeyLifetime.count()));
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
