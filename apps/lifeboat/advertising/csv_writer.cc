#include "lifeboat/advertising/csv_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "lifeboat/advertising/column_chunk.h"

namespace lifeboat::app::advertising {
namespace {

constexpr size_t kFlushBytes = 1 << 20;

void AppendText(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

void AppendCell(std::string& out, ColumnChunk& chunk, ColumnType type, int column, size_t row) {
  if (chunk.IsNull(column, row)) return;
  switch (type) {
    case ColumnType::kString:
      AppendText(out, chunk.String(column, row));
      break;
    case ColumnType::kInt:
      fmt::format_to(std::back_inserter(out), "{}", chunk.Ints(column)[row]);
      break;
    case ColumnType::kDouble:
      fmt::format_to(std::back_inserter(out), "{}", chunk.Doubles(column)[row]);
      break;
    case ColumnType::kBoolean:
      out += chunk.Booleans(column)[row] ? "true" : "false";
      break;
  }
}

void AppendRows(std::string& out, ColumnChunk& chunk, std::span<const ColumnDefinition> columns,
                size_t count) {
  for (size_t row = 0; row < count; ++row) {
    for (size_t column = 0; column < columns.size(); ++column) {
      if (column > 0) out.push_back(',');
      AppendCell(out, chunk, columns[column].type, static_cast<int>(column), row);
    }
    out.push_back('\n');
  }
}

}  // namespace

Status WriteCsv(storage::Storage& storage, const std::string& location,
                std::span<const ColumnDefinition> columns,
                const std::vector<std::unique_ptr<account::RowSource>>& sources,
                const std::function<Status(int64_t rows)>& on_progress) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<storage::ObjectWriter> writer,
                            storage.OpenWriter(location));
  std::string text;
  for (const ColumnDefinition& column : columns) {
    if (!text.empty()) text.push_back(',');
    text += column.name;
  }
  text.push_back('\n');
  ColumnChunk chunk(columns);
  for (const std::unique_ptr<account::RowSource>& source : sources) {
    while (true) {
      chunk.Reset();
      LIFEBOAT_ASSIGN_OR_RETURN(const size_t count, source->Fill(chunk));
      if (count == 0) break;
      AppendRows(text, chunk, columns, count);
      if (text.size() >= kFlushBytes) {
        LIFEBOAT_RETURN_IF_ERROR(writer->Append(text));
        text.clear();
      }
      LIFEBOAT_RETURN_IF_ERROR(on_progress(static_cast<int64_t>(count)));
    }
  }
  LIFEBOAT_RETURN_IF_ERROR(writer->Append(text));
  return writer->Commit();
}

}  // namespace lifeboat::app::advertising
