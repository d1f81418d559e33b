// RowSource: rows of the program's memory handed over column by column, a chunk at a time.
//
// The one shape in which bulk rows travel: generators and readers implement RowSource, writers own the
// RowChunk (a Parquet writer's is the engine's own vectors, so that nothing is copied twice).
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ROW_SOURCE_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ROW_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace lifeboat::account {

// The columns of at most `capacity()` rows being filled. Columns are numbered as the schema's top-level
// fields. Every row below the count returned by RowSource::Fill must be set in every column; rows start out
// non-null, with undefined values.
class RowChunk {
 public:
  virtual ~RowChunk() = default;
  size_t capacity() const { return capacity_; }

  // The array behind a column of the type named; the schema's type must match (checked: a mismatch ends the
  // process).
  virtual bool* Booleans(int column) = 0;
  virtual int32_t* Ints(int column) = 0;  // int; date (days since the epoch)
  virtual int64_t* Longs(
      int column) = 0;  // long; timestamp, timestamptz (microseconds since the epoch); time
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

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ROW_SOURCE_H_
