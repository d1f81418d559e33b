// ScanPlanner: from a request for a scan to the JSON of its result, a bounded piece at a time.
//
// A piece holds at most so many files, bytes and manifests; what does not fit is named by plan tasks, each a
// group of manifests, and a task whose group turns out too large continues in a task of its own. So what one
// request costs does not grow with the table.
//
// Source: Iceberg REST specification 1.11, "ScanTasks", "CompletedPlanningWithIDResult",
// "FetchScanTasksResult".
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNER_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/server/planning/plan_task.h"
#include "catalog/server/planning/scan_planning_options.h"
#include "catalog/server/planning/scan_request.h"
#include "iceberg/model/table_metadata.h"
#include "storage/confined_storage.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// What a plan answers besides its tasks.
struct PlanHead {
  std::string status = "completed";
  std::string plan_id;  // empty: none
};

class ScanPlanner {
 public:
  // The arguments must outlive the planner. `task_key` signs plan tasks; what `check` refuses, no answer
  // names.
  ScanPlanner(storage::Storage& storage, const iceberg::TableMetadata& metadata, const ScanLimits& limits,
              std::string_view task_key, const storage::ReadCheck& check)
      : storage_(storage), metadata_(metadata), limits_(limits), task_key_(task_key), check_(check) {}

  // The body of a completed plan. kCancelled when `cancelled` becomes true.
  Result<std::string> Plan(const ScanRequest& scan, const PlanHead& head,
                           const std::atomic<bool>* cancelled = nullptr);
  // The body of fetchScanTasks.
  Result<std::string> Fetch(const PlanTask& task);

 private:
  struct Piece;
  Result<std::string> Answer(const PlanTask& task, const PlanHead* head, const std::atomic<bool>* cancelled);
  // Of what is left of `task`, in groups.
  std::vector<std::string> Split(const iceberg::ScanWalk& walk, const PlanTask& task) const;

  storage::Storage& storage_;
  const iceberg::TableMetadata& metadata_;
  const ScanLimits limits_;
  const std::string_view task_key_;
  const storage::ReadCheck& check_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNER_H_
