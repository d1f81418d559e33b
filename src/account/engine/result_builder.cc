#include "account/engine/result_builder.h"

#include <fmt/format.h>

#include "base/check.h"

namespace lifeboat::account {
namespace {

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

std::string DuckTypeOf(const Column& column) {
  switch (column.type) {
    case ColumnType::kFixed:
      return fmt::format("DECIMAL(38,{})", column.scale);
    case ColumnType::kReal:
      return "DOUBLE";
    case ColumnType::kBoolean:
      return "BOOLEAN";
    case ColumnType::kDate:
      return "DATE";
    case ColumnType::kTime:
      return "TIME";
    case ColumnType::kTimestampNtz:
      return "TIMESTAMP";
    case ColumnType::kTimestampLtz:
    case ColumnType::kTimestampTz:
      return "TIMESTAMPTZ";
    case ColumnType::kVariant:
    case ColumnType::kObject:
    case ColumnType::kArray:
      return "JSON";
    case ColumnType::kBinary:
      return "BLOB";
    case ColumnType::kText:
      return "VARCHAR";
  }
  return "VARCHAR";
}

// "1700000000.123456789[ offset]" in microseconds.
std::string MicrosSql(const std::string& cell) {
  return fmt::format("CAST(trunc(CAST({} AS DECIMAL(38,9)) * 1000000) AS BIGINT)",
                     SqlString(cell.substr(0, cell.find(' '))));
}

std::string CellSql(const Column& column, const Cell& cell) {
  if (!cell) return "NULL";
  switch (column.type) {
    case ColumnType::kBoolean:
      return *cell == "1" ? "TRUE" : "FALSE";
    case ColumnType::kDate:
      return fmt::format("(DATE '1970-01-01' + CAST({} AS INTEGER))", SqlString(*cell));
    case ColumnType::kTime:
      return fmt::format("CAST(make_timestamp({}) AS TIME)", MicrosSql(*cell));
    case ColumnType::kTimestampNtz:
      return fmt::format("make_timestamp({})", MicrosSql(*cell));
    case ColumnType::kTimestampLtz:
    case ColumnType::kTimestampTz:
      return fmt::format("(make_timestamp({}) AT TIME ZONE 'UTC')", MicrosSql(*cell));
    case ColumnType::kBinary:
      return fmt::format("unhex({})", SqlString(*cell));
    default:
      return SqlString(*cell);
  }
}

}  // namespace

std::string SqlString(std::string_view text) {
  return Quoted(text, '\'');
}
std::string DuckIdentifier(std::string_view name) {
  return Quoted(name, '"');
}

Column MakeColumn(const ColumnSpec& spec) {
  Column column;
  column.name = spec.name;
  column.type = spec.type;
  switch (spec.type) {
    case ColumnType::kText:
      column.length = 16777216;
      break;
    case ColumnType::kFixed:
      column.precision = 38;
      break;
    case ColumnType::kTimestampLtz:
    case ColumnType::kTimestampNtz:
      column.scale = 3;
      break;
    default:
      break;
  }
  return column;
}

Cell NumberCell(int64_t value) {
  return std::to_string(value);
}
Cell BooleanCell(bool value) {
  return value ? "1" : "0";
}
Cell YesNoCell(bool value) {
  return value ? "Y" : "N";
}

Cell TimeCell(int64_t micros) {
  const bool negative = micros < 0;
  const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(micros) : static_cast<uint64_t>(micros);
  return fmt::format("{}{}.{:06}000", negative ? "-" : "", magnitude / 1'000'000, magnitude % 1'000'000);
}

ResultBuilder::ResultBuilder(StatementType type, std::initializer_list<ColumnSpec> columns) {
  result_.type = type;
  for (const ColumnSpec& spec : columns) result_.columns.push_back(MakeColumn(spec));
}

void ResultBuilder::AddRow(std::vector<Cell> cells) {
  LIFEBOAT_CHECK(cells.size() == result_.columns.size(), "a row has as many cells as there are columns");
  result_.rows.push_back(std::move(cells));
}

QueryResult StatusResult(std::string message, StatementType type) {
  ResultBuilder builder(type, {{"status"}});
  builder.AddRow({std::move(message)});
  return builder.Take();
}

std::string ToRelationSql(const QueryResult& result) {
  std::string names, casts, nulls;
  for (size_t i = 0; i < result.columns.size(); ++i) {
    const Column& column = result.columns[i];
    const char* comma = i == 0 ? "" : ", ";
    names += fmt::format("{}c{}", comma, i);
    casts +=
        fmt::format("{}CAST(c{} AS {}) AS {}", comma, i, DuckTypeOf(column), DuckIdentifier(column.name));
    nulls += fmt::format("{}NULL", comma);
  }
  std::string rows;
  for (const std::vector<Cell>& row : result.rows) {
    rows += rows.empty() ? "(" : ", (";
    for (size_t i = 0; i < row.size(); ++i) rows += (i == 0 ? "" : ", ") + CellSql(result.columns[i], row[i]);
    rows += ")";
  }
  if (rows.empty())
    return fmt::format("(SELECT {} FROM (VALUES ({})) AS r({}) WHERE FALSE)", casts, nulls, names);
  return fmt::format("(SELECT {} FROM (VALUES {}) AS r({}))", casts, rows, names);
}

}  // namespace lifeboat::account
