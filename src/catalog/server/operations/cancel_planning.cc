#include "catalog/server/operations.h"
#include "catalog/server/planning/table_scan.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> CancelPlanning(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableScan table, OpenTableScan(service, request));
  // Clients release a plan they have read; of one that was answered at once there is nothing to release.
  if (!IsCompletedPlanId(request.plan_id, *table.metadata, table.task_key))
    LIFEBOAT_RETURN_IF_ERROR(service.plans()->Cancel(request.plan_id, table.Owner(request)));
  return NoContent();
}

}  // namespace lifeboat::catalog
