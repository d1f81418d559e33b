// lb_iceberg_scan('<id>'): DuckDB's own Parquet scan driven by an Iceberg scan plan. Includes DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_FUNCTION_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_FUNCTION_H_

#include <duckdb/main/database.hpp>
#include <memory>

#include "account/engine/iceberg_scan.h"

namespace lifeboat::account {

inline constexpr const char* kIcebergScanFunction = "lb_iceberg_scan";

// `registry` must outlive the database.
void RegisterIcebergScanFunction(duckdb::DatabaseInstance& database, IcebergScanRegistry& registry);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_FUNCTION_H_
