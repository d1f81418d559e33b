// PlanTask: a part of a scan, as the opaque text that clients pass to fetchScanTasks.
//
// The text says all there is to know (table, snapshots, filter, position) and is signed, so that the server
// keeps nothing between two requests, any server over the same store can serve it, and one that was made up
// or altered is refused. It is good for as long as the table has its snapshots.
//
// Source: Iceberg REST specification 1.11, "PlanTask".
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/server/planning/scan_request.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/scan/scan_walk.h"

namespace lifeboat::catalog {

struct PlanTask {
  ScanRequest scan;
  iceberg::ScanWalk::Position position;
  size_t manifest_end = 0;
};

// `key` is secret and the same on all servers of a store.
std::string EncodePlanTask(const PlanTask& task, const iceberg::TableMetadata& metadata,
                           std::string_view key);
// NoSuchPlanTask for text that no server with this key made for this table, or whose snapshots have expired.
Result<PlanTask> DecodePlanTask(std::string_view text, const iceberg::TableMetadata& metadata,
                                std::string_view key);

// The id of a plan that was answered at once and for which nothing is kept. It says no more than that.
std::string CompletedPlanId(const iceberg::TableMetadata& metadata, std::string_view key);
bool IsCompletedPlanId(std::string_view id, const iceberg::TableMetadata& metadata, std::string_view key);

Status NoSuchPlanTask();                   // kNotFound
Status NoSuchPlanId(std::string_view id);  // kNotFound

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_H_
