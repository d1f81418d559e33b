// What DuckDB says about a Parquet file it wrote (COPY … RETURN_STATS), as Iceberg's DataFile. Includes
// DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_PARQUET_STATISTICS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_PARQUET_STATISTICS_H_

#include <duckdb/common/types/value.hpp>
#include <string>

#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"

namespace lifeboat::account {

struct WrittenFile {
  std::string location;
  int64_t record_count = 0;
  int64_t size_bytes = 0;
  duckdb::Value column_statistics;  // MAP(column name, MAP(statistic, text))
  duckdb::Value partition_keys;     // MAP(column name, text)
};

Result<iceberg::DataFile> ToDataFile(const WrittenFile& written, const iceberg::Schema& schema,
                                     const iceberg::PartitionSpec& spec);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_PARQUET_STATISTICS_H_
