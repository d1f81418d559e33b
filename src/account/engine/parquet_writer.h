// ParquetWriter: rows from the program's memory into Parquet data files of an Iceberg table.
//
// Files carry the schema's field ids, are split by the partition spec (identity transforms) and by size, and come
// back with what a manifest needs: partition values, record count, size, per-column value counts, null counts and
// bounds. Committing them to a table is the caller's next step (iceberg::AppendFiles).
//
// Rows come from one or more RowSources; each is drained by one thread, so as many run in parallel as the writer has
// threads. Order inside a source is kept, order between sources is not.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_PARQUET_WRITER_H_
#define LIFEBOAT_ACCOUNT_ENGINE_PARQUET_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"
#include "storage/storage.h"

namespace lifeboat::account {

// The columns of at most `capacity()` rows being filled. Columns are numbered as the schema's top-level fields.
// Every row below the count returned by RowSource::Fill must be set in every column; rows start out non-null, with
// undefined values.
class RowChunk {
 public:
  virtual ~RowChunk() = default;
  size_t capacity() const { return capacity_; }

  // The array behind a column of the type named; the schema's type must match (checked: a mismatch ends the process).
  virtual bool* Booleans(int column) = 0;
  virtual int32_t* Ints(int column) = 0;      // int; date (days since the epoch)
  virtual int64_t* Longs(int column) = 0;     // long; timestamp, timestamptz (microseconds since the epoch); time
  virtual float* Floats(int column) = 0;
  virtual double* Doubles(int column) = 0;
  // string, binary, uuid as text. The bytes are copied.
  virtual void SetString(int column, size_t row, std::string_view value) = 0;
  virtual void SetNull(int column, size_t row) = 0;

 protected:
  size_t capacity_ = 0;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  // Fills rows 0 … n-1 and returns n <= chunk.capacity(); 0 ends the source. An error ends the whole write.
  virtual Result<size_t> Fill(RowChunk& chunk) = 0;
};

struct ParquetWriteOptions {
  iceberg::Schema schema;                // top-level fields of primitive type
  iceberg::PartitionSpec partition_spec; // unpartitioned, or identity transforms of columns of `schema`
  std::string data_location;             // "<table location>/data"; files get unique names below it
  int64_t target_file_size_bytes = int64_t{128} << 20;
  std::string compression = "zstd";      // zstd, snappy, gzip, lz4, uncompressed
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
