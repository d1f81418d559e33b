#include "catalog/server/planning/table_scan.h"

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/server/rest_error.h"

namespace lifeboat::catalog {

namespace {

storage::ReadCheck CheckFor(const RestRequest& request, const iceberg::TableMetadata& metadata) {
  if (request.policy == nullptr || request.policy->IsAdministrator(request.caller))
    return [](std::string_view) { return Status::Ok(); };
  return [places = PlacesOf(metadata.location, metadata.properties), caller = request.caller,
          policy = request.policy, table = ToString(request.identifier())](std::string_view location) {
    if (LiesInPlaces(places, location)) return Status::Ok();
    const Status placed = policy->CheckPlacement(caller, location, /*home=*/"");
    if (placed.ok()) return placed;
    return Status::PermissionDenied("table {} names '{}', which lies outside of its locations: {}", table,
                                    location, placed.message());
  };
}

}  // namespace

Result<TableScan> OpenTableScan(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(request.identifier()));
  TableScan scan;
  LIFEBOAT_ASSIGN_OR_RETURN(scan.metadata, table->Metadata());
  scan.check = CheckFor(request, *scan.metadata);
  scan.storage = std::make_shared<storage::ConfinedStorage>(service.storage(), scan.check);
  LIFEBOAT_ASSIGN_OR_RETURN(scan.task_key, service.plan_task_key().Get());
  return scan;
}

Result<boost::json::value> ParsePlanBody(CatalogService& service, const RestRequest& request) {
  if (request.http.body.size() > kPlanBodyBytesMax)
    return Status::InvalidArgument("the request body is larger than {} bytes", kPlanBodyBytesMax);
  return ParseBody(service, request, kScanRequestDepthMax);
}

std::string FailedPlanJson(const Status& error) {
  // The error's own body, with the status put before.
  std::string body = R"({"status":"failed",)";
  body += std::string_view(ErrorResponse(error).body).substr(1);
  return body;
}

}  // namespace lifeboat::catalog
