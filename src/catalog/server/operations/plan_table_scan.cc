#include "catalog/server/operations.h"
#include "catalog/server/planning/table_scan.h"

namespace lifeboat::catalog {
namespace {

bool WantsToWait(const RestRequest& request) {
  return request.http.headers.HasToken("Prefer", "respond-async");  // RFC 7240
}

Result<bool> IsLarge(CatalogService& service, const TableScan& table, const ScanRequest& scan) {
  const size_t least = service.options().planning.async_manifests_min;
  if (least == 0) return false;
  LIFEBOAT_ASSIGN_OR_RETURN(const auto walk,
                            iceberg::ScanWalk::Open(*table.storage, *table.metadata, scan.range, scan.filter,
                                                    *table.metadata->FindSchema(scan.schema_id)));
  return walk->manifest_count() >= least;
}

Result<net::HttpResponse> Submit(CatalogService& service, const RestRequest& request, TableScan table,
                                 ScanRequest scan) {
  const std::string owner = table.Owner(request);
  LIFEBOAT_ASSIGN_OR_RETURN(
      const std::string id,
      service.plans()->Submit(owner, [&service, table = std::move(table),
                                      scan = std::move(scan)](const std::atomic<bool>& cancelled) {
        return table.Planner(service).Plan(scan, PlanHead{}, &cancelled);
      }));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("status", "submitted");
  writer.Member("plan-id", std::string_view(id));
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace

Result<net::HttpResponse> PlanTableScan(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(TableScan table, OpenTableScan(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value body, ParsePlanBody(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(ScanRequest scan, ParseScanRequest(body, *table.metadata));
  bool is_async = WantsToWait(request);
  if (!is_async) {
    LIFEBOAT_ASSIGN_OR_RETURN(is_async, IsLarge(service, table, scan));
  }
  if (is_async) return Submit(service, request, std::move(table), std::move(scan));
  PlanHead head;
  head.plan_id = CompletedPlanId(*table.metadata, table.task_key);
  LIFEBOAT_ASSIGN_OR_RETURN(std::string plan, table.Planner(service).Plan(scan, head));
  return net::HttpResponse::Json(200, std::move(plan));
}

}  // namespace lifeboat::catalog
