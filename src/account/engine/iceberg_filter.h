// Filters of a DuckDB plan as Iceberg expressions, to leave out files. What cannot be expressed is left out
// of the answer, which makes it weaker, never wrong: DuckDB filters the rows itself. Includes DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILTER_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILTER_H_

#include <duckdb/common/multi_file/multi_file_list.hpp>
#include <duckdb/planner/table_filter.hpp>

#include "iceberg/model/expression.h"
#include "iceberg/model/schema.h"

namespace lifeboat::account {

// The conjunction of `filters` over the scan that `info` describes; column n of the scan is field n of
// `schema`.
iceberg::Expression ToIcebergFilter(const iceberg::Schema& schema, const duckdb::MultiFilePushdownInfo& info,
                                    const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters);

// The same for filters that are known when the scan starts (join keys seen so far, Top-N bounds).
iceberg::Expression ToIcebergFilter(const iceberg::Schema& schema,
                                    const duckdb::vector<duckdb::column_t>& column_ids,
                                    const duckdb::TableFilterSet& filters);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILTER_H_
