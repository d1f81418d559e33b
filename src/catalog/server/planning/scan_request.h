// ScanRequest: which scan of a table is to be planned; the body of planTableScan, bound to the table.
//
// It is complete: two servers that plan it find the same files in the same order, so a part of the plan can
// be handed to another server as the request and a position (PlanTask).
//
// Source: Iceberg REST specification 1.11, "PlanTableScanRequest".
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_REQUEST_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_REQUEST_H_

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/scan/scan_walk.h"

namespace lifeboat::catalog {

struct ScanRequest {
  iceberg::ScanRange range;
  int32_t schema_id = 0;
  iceberg::Expression filter;         // bound to that schema
  std::vector<int32_t> stats_fields;  // ascending
  // More rows than these are not needed; a hint.
  std::optional<int64_t> min_rows;
};

// Every plan task carries the filter, and every scan task what is left of it.
inline constexpr size_t kFilterBytesMax = 256 * 1024;

// The nesting that a body with a filter may have.
inline constexpr size_t kScanRequestDepthMax = 600;

// kInvalidArgument for a body that is not a PlanTableScanRequest, or names what the table does not have.
Result<ScanRequest> ParseScanRequest(const boost::json::value& body, const iceberg::TableMetadata& metadata);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_SCAN_REQUEST_H_
