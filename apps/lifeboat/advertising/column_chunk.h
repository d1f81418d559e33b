// ColumnChunk: a RowChunk in plain memory, whose cells can be read back.
#ifndef LIFEBOAT_ADVERTISING_COLUMN_CHUNK_H_
#define LIFEBOAT_ADVERTISING_COLUMN_CHUNK_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "account/engine/row_source.h"
#include "lifeboat/advertising/tables.h"

namespace lifeboat::app::advertising {

class ColumnChunk final : public account::RowChunk {
 public:
  static constexpr size_t kRows = 2'048;

  explicit ColumnChunk(std::span<const ColumnDefinition> columns);

  // Forgets the rows: all cells are non-null again.
  void Reset();

  bool* Booleans(int column) override;
  int32_t* Ints(int column) override;
  int64_t* Longs(int column) override;
  float* Floats(int column) override;
  double* Doubles(int column) override;
  void SetString(int column, size_t row, std::string_view value) override;
  void SetNull(int column, size_t row) override;

  bool IsNull(int column, size_t row) const { return columns_[static_cast<size_t>(column)].nulls[row] != 0; }
  std::string_view String(int column, size_t row) const {
    return columns_[static_cast<size_t>(column)].strings[row];
  }

 private:
  struct Column {
    ColumnType type;
    std::unique_ptr<bool[]> booleans;
    std::vector<int32_t> ints;
    std::vector<double> doubles;
    std::vector<std::string> strings;  // keep their capacity from chunk to chunk
    std::vector<uint8_t> nulls;
  };
  Column& At(int column, ColumnType type);

  std::vector<Column> columns_;
};

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_COLUMN_CHUNK_H_
