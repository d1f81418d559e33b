// Bounds of scan planning: what one answer may hold, and what may be kept.
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNING_OPTIONS_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNING_OPTIONS_H_

#include <chrono>
#include <cstddef>

namespace lifeboat::catalog {

struct ScanLimits {
  size_t files_max = 5'000;                 // of one answer
  size_t bytes_max = 8 * 1024 * 1024;       // of its scan tasks
  size_t task_bytes_max = 4 * 1024 * 1024;  // of all its plan tasks: each carries the filter
  size_t manifests_max = 16;                // read for one answer
};

struct PlanRegistryLimits {
  int threads = 2;
  size_t plans_max = 256;                // under way and kept
  size_t bytes_max = 256 * 1024 * 1024;  // of the results kept
  std::chrono::seconds lifetime{600};    // of a plan, once it has ended
};

struct ScanPlanningOptions {
  ScanLimits scan;
  PlanRegistryLimits plans;
  // A scan of so many data manifests or more is planned asynchronously even if the client does not ask for
  // that (`Prefer: respond-async`); 0: none is, because not all clients know how to wait.
  size_t async_manifests_min = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_PLANNING_OPTIONS_H_
