// ParquetWriter: rows from the program's memory into Parquet data files of an Iceberg table.
//
// Files carry the schema's field ids, are split by the partition spec (identity transforms) and by size, and
// come back with what a manifest needs: partition values, record count, size, per-column value counts, null
// counts and bounds. Committing them to a table is the caller's next step (iceberg::AppendFiles).
//
// Rows come from one or more RowSources; each is drained by one thread, so as many run in parallel as the
// writer has threads. Order inside a source is kept, order between sources is not.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_PARQUET_WRITER_H_
#define LIFEBOAT_ACCOUNT_ENGINE_PARQUET_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/row_source.h"
#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "storage/storage.h"

namespace lifeboat::account {

struct ParquetWriteOptions {
  iceberg::Schema schema;                 // top-level fields of primitive type
  iceberg::PartitionSpec partition_spec;  // unpartitioned, or identity transforms of columns of `schema`
  std::string data_location;              // "<table location>/data"; files get unique names below it
  int64_t target_file_size_bytes = int64_t{128} << 20;
  std::string compression = "zstd";  // zstd, snappy, gzip, lz4, uncompressed
  int threads = 2;
  int64_t memory_limit_bytes = int64_t{2} << 30;
  // Called now and then with the rows written so far, from any thread.
  std::function<void(int64_t rows)> on_progress;
};

// Writes everything the sources yield. On error no file of this call is left behind.
Result<std::vector<iceberg::DataFile>> WriteParquet(const std::shared_ptr<storage::Storage>& storage,
                                                    const ParquetWriteOptions& options,
                                                    std::vector<std::unique_ptr<RowSource>> sources);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_PARQUET_WRITER_H_
