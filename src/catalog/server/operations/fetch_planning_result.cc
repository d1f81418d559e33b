#include "catalog/server/operations.h"
#include "catalog/server/planning/table_scan.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> FetchPlanningResult(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableScan table, OpenTableScan(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const PlanRegistry::Plan plan,
                            service.plans()->Find(request.plan_id, table.Owner(request)));
  switch (plan.state) {
    case PlanRegistry::State::kCompleted:
      return net::HttpResponse::Json(200, *plan.body);
    case PlanRegistry::State::kFailed:
      return net::HttpResponse::Json(200, FailedPlanJson(plan.error));
    case PlanRegistry::State::kCancelled:
      return net::HttpResponse::Json(200, R"({"status":"cancelled"})");
    case PlanRegistry::State::kSubmitted:
      break;
  }
  return net::HttpResponse::Json(200, R"({"status":"submitted"})");
}

}  // namespace lifeboat::catalog
