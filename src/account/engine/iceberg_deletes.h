// IcebergDeletes: the rows of data files that position delete files take away. Includes DuckDB.
//
// Source: Iceberg table spec, "Position Delete Files".
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DELETES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DELETES_H_

#include <duckdb/common/multi_file/multi_file_data.hpp>
#include <duckdb/main/database.hpp>

#include "account/engine/iceberg_scan.h"

namespace lifeboat::account {

// The filter that leaves out the deleted rows of `file`; null when it has none. Reads the delete files.
// Throws DuckDB's exceptions.
duckdb::unique_ptr<duckdb::DeleteFilter> LoadDeletes(duckdb::DatabaseInstance& database,
                                                     const IcebergScan& scan,
                                                     const iceberg::PlannedFile& file);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DELETES_H_
