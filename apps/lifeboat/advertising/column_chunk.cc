#include "lifeboat/advertising/column_chunk.h"

#include <algorithm>

#include "base/check.h"

namespace lifeboat::app::advertising {

ColumnChunk::ColumnChunk(std::span<const ColumnDefinition> columns) {
  capacity_ = kRows;
  for (const ColumnDefinition& definition : columns) {
    Column& column = columns_.emplace_back();
    column.type = definition.type;
    column.nulls.resize(kRows);
    switch (definition.type) {
      case ColumnType::kBoolean:
        column.booleans = std::make_unique<bool[]>(kRows);
        break;
      case ColumnType::kInt:
        column.ints.resize(kRows);
        break;
      case ColumnType::kDouble:
        column.doubles.resize(kRows);
        break;
      case ColumnType::kString:
        column.strings.resize(kRows);
        break;
    }
  }
}

void ColumnChunk::Reset() {
  for (Column& column : columns_) std::fill(column.nulls.begin(), column.nulls.end(), uint8_t{0});
}

ColumnChunk::Column& ColumnChunk::At(int column, ColumnType type) {
  Column& at = columns_.at(static_cast<size_t>(column));
  LIFEBOAT_CHECK(at.type == type, "a row source disagrees with its table about a column's type");
  return at;
}

bool* ColumnChunk::Booleans(int column) {
  return At(column, ColumnType::kBoolean).booleans.get();
}
int32_t* ColumnChunk::Ints(int column) {
  return At(column, ColumnType::kInt).ints.data();
}
double* ColumnChunk::Doubles(int column) {
  return At(column, ColumnType::kDouble).doubles.data();
}

// No table of the advertising data has columns of these types.
int64_t* ColumnChunk::Longs(int) {
  LIFEBOAT_CHECK(false, "long column");
  return nullptr;
}
float* ColumnChunk::Floats(int) {
  LIFEBOAT_CHECK(false, "float column");
  return nullptr;
}

void ColumnChunk::SetString(int column, size_t row, std::string_view value) {
  At(column, ColumnType::kString).strings[row].assign(value);
}

void ColumnChunk::SetNull(int column, size_t row) {
  columns_.at(static_cast<size_t>(column)).nulls[row] = 1;
}

}  // namespace lifeboat::app::advertising
