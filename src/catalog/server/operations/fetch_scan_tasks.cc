#include "catalog/server/operations.h"
#include "catalog/server/planning/table_scan.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> FetchScanTasks(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableScan table, OpenTableScan(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value body, ParsePlanBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(body, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, reader.Get<std::string>("plan-task"));
  LIFEBOAT_ASSIGN_OR_RETURN(const PlanTask task, DecodePlanTask(text, *table.metadata, table.task_key));
  LIFEBOAT_ASSIGN_OR_RETURN(std::string tasks, table.Planner(service).Fetch(task));
  return net::HttpResponse::Json(200, std::move(tasks));
}

}  // namespace lifeboat::catalog
