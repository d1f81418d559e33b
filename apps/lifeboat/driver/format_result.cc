#include "lifeboat/driver/format_result.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <vector>

namespace lifeboat::driver {
namespace {

// Code points; close enough to columns on a terminal.
size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool IsNumber(const ResultColumn& column) {
  return column.type == "FIXED" || column.type == "REAL";
}

// One line: control characters would break the table's lines.
std::string TableCell(const std::optional<std::string>& cell) {
  if (!cell.has_value()) return "NULL";
  std::string text;
  for (const char c : *cell) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      text += c;
    }
  }
  return text;
}

std::string FormatTable(const ResultSet& result) {
  std::vector<size_t> widths;
  for (const ResultColumn& column : result.columns) widths.push_back(Width(column.name));
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : result.rows) {
    std::vector<std::string>& line = cells.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      line.push_back(TableCell(row[i]));
      widths[i] = std::max(widths[i], Width(line.back()));
    }
  }
  std::string out;
  const auto pad = [&](const std::string& text, size_t column, bool right) {
    const std::string blanks(widths[column] - Width(text), ' ');
    out += column == 0 ? " " : " | ";
    out += right ? blanks + text : text + blanks;
  };
  const auto end_line = [&] {
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  for (size_t i = 0; i < widths.size(); ++i) pad(result.columns[i].name, i, false);
  end_line();
  for (size_t i = 0; i < widths.size(); ++i) out += (i == 0 ? "" : "+") + std::string(widths[i] + 2, '-');
  out += '\n';
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) pad(line[i], i, IsNumber(result.columns[i]));
    end_line();
  }
  out += "(" + std::to_string(cells.size()) + (cells.size() == 1 ? " row)\n" : " rows)\n");
  return out;
}

std::string CsvField(const std::string& text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string FormatCsv(const ResultSet& result) {
  std::string out;
  for (size_t i = 0; i < result.columns.size(); ++i)
    out += (i > 0 ? "," : "") + CsvField(result.columns[i].name);
  out += "\r\n";
  for (const auto& row : result.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      if (row[i].has_value()) out += CsvField(*row[i]);
    }
    out += "\r\n";
  }
  return out;
}

std::string Quoted(const std::string& text) {
  return boost::json::serialize(boost::json::string(text));
}

// REAL also comes as "inf" or "NaN", which JSON numbers cannot be.
bool IsJsonNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string::npos &&
         text.front() != '+' && text.front() != '.' && text.back() != '.';
}

std::string JsonCell(const ResultColumn& column, const std::optional<std::string>& cell) {
  if (!cell.has_value()) return "null";
  if (IsNumber(column)) return IsJsonNumber(*cell) ? *cell : Quoted(*cell);
  const bool json = column.type == "BOOLEAN" || column.type == "VARIANT" || column.type == "OBJECT" ||
                    column.type == "ARRAY";
  return json ? *cell : Quoted(*cell);
}

std::string FormatJson(const ResultSet& result) {
  std::string out = "[";
  for (size_t r = 0; r < result.rows.size(); ++r) {
    out += r == 0 ? "\n  {" : ",\n  {";
    for (size_t i = 0; i < result.rows[r].size(); ++i) {
      out += (i > 0 ? ", " : "") + Quoted(result.columns[i].name) + ": " +
             JsonCell(result.columns[i], result.rows[r][i]);
    }
    out += "}";
  }
  return out + (result.rows.empty() ? "]\n" : "\n]\n");
}

}  // namespace

Result<ResultFormat> ParseResultFormat(std::string_view name) {
  if (name == "table") return ResultFormat::kTable;
  if (name == "csv") return ResultFormat::kCsv;
  if (name == "json") return ResultFormat::kJson;
  return Status::InvalidArgument("There is no output format '{}': choose table, csv or json.", name);
}

std::string FormatResult(const ResultSet& result, ResultFormat format) {
  switch (format) {
    case ResultFormat::kTable:
      return FormatTable(result);
    case ResultFormat::kCsv:
      return FormatCsv(result);
    case ResultFormat::kJson:
      return FormatJson(result);
  }
  return "";
}

}  // namespace lifeboat::driver
