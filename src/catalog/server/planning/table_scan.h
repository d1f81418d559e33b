// TableScan: what the planning operations share: the table of a request and the means to plan a scan of it.
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_TABLE_SCAN_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_TABLE_SCAN_H_

#include <memory>
#include <string>

#include "catalog/server/operations.h"
#include "catalog/server/planning/scan_planner.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {

// Of requests that plan, compressed or not.
inline constexpr size_t kPlanBodyBytesMax = 4 * 1024 * 1024;

struct TableScan {
  std::shared_ptr<const iceberg::TableMetadata> metadata;
  std::string task_key;
  // What the metadata leads to may be named to the caller and is read for it, nothing else: the files below
  // the table's places, and those where the caller could put a table of its own.
  storage::ReadCheck check;
  std::shared_ptr<storage::Storage> storage;

  // Who may know of a plan: the client that submitted it, for this very table.
  std::string Owner(const RestRequest& request) const {
    return fmt::format("{}\n{}", metadata->table_uuid, request.principal);
  }
  ScanPlanner Planner(CatalogService& service) const {
    return {*storage, *metadata, service.options().planning.scan, task_key, check};
  }
};

Result<TableScan> OpenTableScan(CatalogService& service, const RestRequest& request);
// The body of a request that plans; kInvalidArgument when it is too large.
Result<boost::json::value> ParsePlanBody(CatalogService& service, const RestRequest& request);
// {"status": "failed", "error": {…}}
std::string FailedPlanJson(const Status& error);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_TABLE_SCAN_H_
