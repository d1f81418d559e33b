#include "account/engine/duck_cells.h"

#include <charconv>
#include <cmath>
#include <duckdb/common/types/hugeint.hpp>
#include <duckdb/common/types/uhugeint.hpp>
#include <duckdb/common/types/uuid.hpp>
#include <duckdb/common/types/value.hpp>
#include <duckdb/common/types/vector.hpp>

#include "base/json_string.h"

namespace lifeboat::account {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::PhysicalType;
using duckdb::Value;

constexpr int kFractionDigits = 9;

template <typename T>
std::string IntegerText(T value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return std::string(buffer, end);
}

template <typename T>
std::string FloatText(T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return std::string(buffer, end);
}

// `digits` is a whole number; puts the point `scale` digits before its end.
std::string WithPoint(std::string digits, int scale) {
  if (scale == 0) return digits;
  const bool negative = digits[0] == '-';
  std::string magnitude = negative ? digits.substr(1) : std::move(digits);
  if (magnitude.size() <= static_cast<size_t>(scale)) magnitude.insert(0, scale + 1 - magnitude.size(), '0');
  magnitude.insert(magnitude.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + magnitude : magnitude;
}

// A count of units of 10^-unit_digits seconds as seconds with nine fractional digits.
std::string SecondsText(int64_t count, int unit_digits) {
  std::string digits = IntegerText(count);
  digits.append(static_cast<size_t>(kFractionDigits - unit_digits), '0');
  return WithPoint(std::move(digits), kFractionDigits);
}

std::string HexText(const duckdb::string_t& bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  text.reserve(2 * bytes.GetSize());
  for (duckdb::idx_t i = 0; i < bytes.GetSize(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes.GetData()[i]);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Nested values read as JSON text, as VARIANT, OBJECT and ARRAY cells do.
void AppendJsonValue(const Value& value, std::string& out) {
  if (value.IsNull()) {
    out += "null";
    return;
  }
  switch (value.type().id()) {
    case LogicalTypeId::LIST:
    case LogicalTypeId::ARRAY: {
      const auto& children = value.type().id() == LogicalTypeId::LIST
                                 ? duckdb::ListValue::GetChildren(value)
                                 : duckdb::ArrayValue::GetChildren(value);
      out += '[';
      for (size_t i = 0; i < children.size(); ++i) {
        if (i > 0) out += ',';
        AppendJsonValue(children[i], out);
      }
      out += ']';
      return;
    }
    case LogicalTypeId::STRUCT: {
      const auto& children = duckdb::StructValue::GetChildren(value);
      out += '{';
      for (size_t i = 0; i < children.size(); ++i) {
        if (i > 0) out += ',';
        AppendJsonString(out, duckdb::StructType::GetChildName(value.type(), i));
        out += ':';
        AppendJsonValue(children[i], out);
      }
      out += '}';
      return;
    }
    case LogicalTypeId::MAP: {
      out += '{';
      const auto& entries = duckdb::MapValue::GetChildren(value);
      for (size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) out += ',';
        const auto& entry = duckdb::StructValue::GetChildren(entries[i]);
        AppendJsonString(out, entry[0].ToString());
        out += ':';
        AppendJsonValue(entry[1], out);
      }
      out += '}';
      return;
    }
    case LogicalTypeId::BOOLEAN:
      out += value.GetValue<bool>() ? "true" : "false";
      return;
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::HUGEINT:
    case LogicalTypeId::DECIMAL:
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE:
      out += value.ToString();
      return;
    default:
      AppendJsonString(out, value.ToString());
      return;
  }
}

// Appends one column to `rows` from `first` on, `text` making a cell of a stored value.
template <typename T, typename F>
void AppendColumn(duckdb::Vector& vector, duckdb::idx_t count, std::vector<std::vector<Cell>>& rows,
                  size_t first, F&& text) {
  duckdb::UnifiedVectorFormat format;
  vector.ToUnifiedFormat(count, format);
  const T* values = duckdb::UnifiedVectorFormat::GetData<T>(format);
  for (duckdb::idx_t i = 0; i < count; ++i) {
    const duckdb::idx_t at = format.sel->get_index(i);
    if (format.validity.RowIsValid(at)) {
      rows[first + i].emplace_back(text(values[at]));
    } else {
      rows[first + i].emplace_back();
    }
  }
}

void AppendDecimals(duckdb::Vector& vector, duckdb::idx_t count, std::vector<std::vector<Cell>>& rows,
                    size_t first) {
  const int scale = duckdb::DecimalType::GetScale(vector.GetType());
  const auto small = [&](auto value) { return WithPoint(IntegerText(static_cast<int64_t>(value)), scale); };
  switch (vector.GetType().InternalType()) {
    case PhysicalType::INT16:
      return AppendColumn<int16_t>(vector, count, rows, first, small);
    case PhysicalType::INT32:
      return AppendColumn<int32_t>(vector, count, rows, first, small);
    case PhysicalType::INT64:
      return AppendColumn<int64_t>(vector, count, rows, first, small);
    default:
      return AppendColumn<duckdb::hugeint_t>(vector, count, rows, first, [&](const duckdb::hugeint_t& value) {
        return WithPoint(duckdb::Hugeint::ToString(value), scale);
      });
  }
}

void AppendBoxed(duckdb::Vector& vector, duckdb::idx_t count, std::vector<std::vector<Cell>>& rows,
                 size_t first) {
  for (duckdb::idx_t i = 0; i < count; ++i) {
    const Value value = vector.GetValue(i);
    Cell& cell = rows[first + i].emplace_back();
    if (value.IsNull()) continue;
    if (value.type().IsNested()) {
      AppendJsonValue(value, cell.emplace());
    } else {
      cell = value.ToString();
    }
  }
}

void AppendVector(duckdb::Vector& vector, duckdb::idx_t count, std::vector<std::vector<Cell>>& rows,
                  size_t first) {
  const auto integer = [](auto value) { return IntegerText(value); };
  const auto micros = [](int64_t value) { return SecondsText(value, 6); };
  switch (vector.GetType().id()) {
    case LogicalTypeId::BOOLEAN:
      return AppendColumn<bool>(vector, count, rows, first,
                                [](bool value) { return std::string(value ? "1" : "0"); });
    case LogicalTypeId::TINYINT:
      return AppendColumn<int8_t>(vector, count, rows, first, [](int8_t v) { return IntegerText(int{v}); });
    case LogicalTypeId::UTINYINT:
      return AppendColumn<uint8_t>(vector, count, rows, first, [](uint8_t v) { return IntegerText(int{v}); });
    case LogicalTypeId::SMALLINT:
      return AppendColumn<int16_t>(vector, count, rows, first, integer);
    case LogicalTypeId::USMALLINT:
      return AppendColumn<uint16_t>(vector, count, rows, first, integer);
    case LogicalTypeId::INTEGER:
      return AppendColumn<int32_t>(vector, count, rows, first, integer);
    case LogicalTypeId::UINTEGER:
      return AppendColumn<uint32_t>(vector, count, rows, first, integer);
    case LogicalTypeId::BIGINT:
      return AppendColumn<int64_t>(vector, count, rows, first, integer);
    case LogicalTypeId::UBIGINT:
      return AppendColumn<uint64_t>(vector, count, rows, first, integer);
    case LogicalTypeId::HUGEINT:
      return AppendColumn<duckdb::hugeint_t>(vector, count, rows, first, [](const duckdb::hugeint_t& value) {
        return duckdb::Hugeint::ToString(value);
      });
    case LogicalTypeId::DECIMAL:
      return AppendDecimals(vector, count, rows, first);
    case LogicalTypeId::FLOAT:
      return AppendColumn<float>(vector, count, rows, first, [](float value) { return FloatText(value); });
    case LogicalTypeId::DOUBLE:
      return AppendColumn<double>(vector, count, rows, first, [](double value) { return FloatText(value); });
    case LogicalTypeId::VARCHAR:
      return AppendColumn<duckdb::string_t>(vector, count, rows, first,
                                            [](const duckdb::string_t& value) { return value.GetString(); });
    case LogicalTypeId::BLOB:
      return AppendColumn<duckdb::string_t>(vector, count, rows, first, HexText);
    case LogicalTypeId::DATE:
      return AppendColumn<int32_t>(vector, count, rows, first, integer);
    case LogicalTypeId::TIME:
    case LogicalTypeId::TIMESTAMP:
      return AppendColumn<int64_t>(vector, count, rows, first, micros);
    case LogicalTypeId::TIMESTAMP_TZ:
      return AppendColumn<int64_t>(vector, count, rows, first, micros);
    case LogicalTypeId::TIMESTAMP_SEC:
      return AppendColumn<int64_t>(vector, count, rows, first,
                                   [](int64_t value) { return SecondsText(value, 0); });
    case LogicalTypeId::TIMESTAMP_MS:
      return AppendColumn<int64_t>(vector, count, rows, first,
                                   [](int64_t value) { return SecondsText(value, 3); });
    case LogicalTypeId::TIMESTAMP_NS:
      return AppendColumn<int64_t>(vector, count, rows, first,
                                   [](int64_t value) { return SecondsText(value, 9); });
    default:
      return AppendBoxed(vector, count, rows, first);
  }
}

}  // namespace

Column ToColumn(const std::string& name, const LogicalType& type) {
  Column column;
  column.name = name;
  const auto fixed = [&](int precision, int scale) {
    column.type = ColumnType::kFixed;
    column.precision = precision;
    column.scale = scale;
  };
  const auto time = [&](ColumnType time_type) {
    column.type = time_type;
    column.scale = kFractionDigits;
  };
  switch (type.id()) {
    case LogicalTypeId::BOOLEAN:
      column.type = ColumnType::kBoolean;
      break;
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::UTINYINT:
      fixed(3, 0);
      break;
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::USMALLINT:
      fixed(5, 0);
      break;
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::UINTEGER:
      fixed(10, 0);
      break;
    case LogicalTypeId::BIGINT:
      fixed(19, 0);
      break;
    case LogicalTypeId::UBIGINT:
      fixed(20, 0);
      break;
    case LogicalTypeId::HUGEINT:
    case LogicalTypeId::UHUGEINT:
      fixed(38, 0);
      break;
    case LogicalTypeId::DECIMAL:
      fixed(duckdb::DecimalType::GetWidth(type), duckdb::DecimalType::GetScale(type));
      break;
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE:
      column.type = ColumnType::kReal;
      break;
    case LogicalTypeId::DATE:
      column.type = ColumnType::kDate;
      break;
    case LogicalTypeId::TIME:
      time(ColumnType::kTime);
      break;
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_SEC:
    case LogicalTypeId::TIMESTAMP_MS:
    case LogicalTypeId::TIMESTAMP_NS:
      time(ColumnType::kTimestampNtz);
      break;
    case LogicalTypeId::TIMESTAMP_TZ:
      time(ColumnType::kTimestampLtz);
      break;
    case LogicalTypeId::BLOB:
      column.type = ColumnType::kBinary;
      column.length = 8388608;
      break;
    case LogicalTypeId::LIST:
    case LogicalTypeId::ARRAY:
      column.type = ColumnType::kArray;
      break;
    case LogicalTypeId::STRUCT:
    case LogicalTypeId::MAP:
      column.type = ColumnType::kObject;
      break;
    default:
      column.type = type.IsJSONType() ? ColumnType::kVariant : ColumnType::kText;
      column.length = 16777216;
      break;
  }
  return column;
}

void AppendCells(duckdb::DataChunk& chunk, std::vector<std::vector<Cell>>& rows) {
  const size_t first = rows.size();
  rows.resize(first + chunk.size());
  for (size_t i = first; i < rows.size(); ++i) rows[i].reserve(chunk.ColumnCount());
  for (duckdb::Vector& vector : chunk.data) AppendVector(vector, chunk.size(), rows, first);
}

}  // namespace lifeboat::account
