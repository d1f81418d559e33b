#include "account/wire/query_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "account/wire/json_fields.h"
#include "account/wire/parameters.h"
#include "base/encoding.h"
#include "base/json_string.h"
#include "net/content_encoding.h"

namespace lifeboat::account::wire {
namespace {

constexpr int64_t kMaxTextBytes = 16'777'216;
constexpr int64_t kMultiStatementType = 0xA000;

std::string_view TypeName(ColumnType type) {
  switch (type) {
    case ColumnType::kFixed:
      return "fixed";
    case ColumnType::kReal:
      return "real";
    case ColumnType::kText:
      return "text";
    case ColumnType::kBoolean:
      return "boolean";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kTime:
      return "time";
    case ColumnType::kTimestampNtz:
      return "timestamp_ntz";
    case ColumnType::kTimestampLtz:
      return "timestamp_ltz";
    case ColumnType::kTimestampTz:
      return "timestamp_tz";
    case ColumnType::kVariant:
      return "variant";
    case ColumnType::kObject:
      return "object";
    case ColumnType::kArray:
      return "array";
    case ColumnType::kBinary:
      return "binary";
  }
  return "text";
}

bool IsTime(ColumnType type) {
  return type == ColumnType::kTime || type == ColumnType::kTimestampNtz ||
         type == ColumnType::kTimestampLtz || type == ColumnType::kTimestampTz;
}

void AppendField(std::string& out, std::string_view name, std::string_view json) {
  out += fmt::format(",\"{}\":{}", name, json);
}

void AppendTextOrNull(std::string& out, std::string_view name, std::string_view text) {
  out += fmt::format(",\"{}\":", name);
  if (text.empty()) {
    out += "null";
  } else {
    AppendJsonString(out, text);
  }
}

// Every key is always there: the python connector indexes them without looking.
void AppendColumn(std::string& out, const Column& column) {
  std::string precision = "null", scale = "null", length = "null", byte_length = "null";
  if (column.type == ColumnType::kFixed) {
    precision = std::to_string(column.precision == 0 ? 38 : column.precision);
    scale = std::to_string(column.scale);
  } else if (IsTime(column.type)) {
    precision = "0";
    scale = std::to_string(column.scale);
  } else if (column.type == ColumnType::kText) {
    const int64_t characters = column.length > 0 ? std::min(column.length, kMaxTextBytes) : kMaxTextBytes;
    length = std::to_string(characters);
    byte_length = std::to_string(std::min(characters * 4, kMaxTextBytes));
  } else if (column.type == ColumnType::kBinary) {
    length = byte_length = std::to_string(column.length > 0 ? column.length : kMaxTextBytes / 2);
  }
  out += "{\"name\":";
  AppendJsonString(out, column.name);
  AppendTextOrNull(out, "database", column.database);
  AppendTextOrNull(out, "schema", column.schema);
  AppendTextOrNull(out, "table", column.table);
  AppendField(out, "nullable", column.nullable ? "true" : "false");
  AppendField(out, "type", fmt::format("\"{}\"", TypeName(column.type)));
  AppendField(out, "byteLength", byte_length);
  AppendField(out, "length", length);
  AppendField(out, "scale", scale);
  AppendField(out, "precision", precision);
  AppendField(out, "collation", "null");
  out += "}";
}

void AppendRow(std::string& out, const std::vector<Cell>& row) {
  out.push_back('[');
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (row[i].has_value()) {
      AppendJsonString(out, *row[i]);
    } else {
      out += "null";
    }
  }
  out.push_back(']');
}

std::string RandomId(Random& random) {
  std::array<uint8_t, 24> bytes{};
  random.Fill(bytes);
  return Base64UrlEncode(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Chunk MakeChunk(std::string_view rows, int64_t row_count, Random& random) {
  return {RandomId(random), net::GzipCompress(rows), row_count, static_cast<int64_t>(rows.size())};
}

// The rows that go inline; the others become chunks. Rows are freed as they are written.
std::string SplitRows(std::vector<std::vector<Cell>>& rows, const AnswerContext& context,
                      std::vector<Chunk>& chunks, Random& random) {
  std::string inline_rows, text;
  int64_t count = 0;
  bool inline_full = false;
  for (std::vector<Cell>& row : rows) {
    if (count > 0) text.push_back(',');
    AppendRow(text, row);
    std::vector<Cell>().swap(row);
    ++count;
    if (text.size() < (inline_full ? context.chunk_bytes : context.inline_rowset_bytes)) continue;
    if (inline_full) {
      chunks.push_back(MakeChunk(text, count, random));
    } else {
      inline_rows.swap(text);
      inline_full = true;
    }
    text.clear();
    count = 0;
  }
  if (!inline_full) return text;
  if (count > 0) chunks.push_back(MakeChunk(text, count, random));
  return inline_rows;
}

}  // namespace

struct AnswerBuilder {
  // What every successful answer has beside its rows.
  static void AppendSession(std::string& out, const AnswerContext& context) {
    const SessionState& after = *context.after;
    AppendTextOrNull(out, "finalRoleName", after.role);
    AppendTextOrNull(out, "finalWarehouseName", after.warehouse);
    AppendTextOrNull(out, "finalDatabaseName", after.database);
    AppendTextOrNull(out, "finalSchemaName", after.schema);
    AppendTextOrNull(out, "queryId", context.query_id);
    out += ",\"sqlState\":\"00000\",\"databaseProvider\":null,\"queryResultFormat\":\"json\",\"version\":1";
    AppendField(out, "arrayBindSupported", context.array_bind_supported ? "true" : "false");
  }

  static constexpr std::string_view kHead = "{\"data\":{\"parameters\":";
  static constexpr std::string_view kTail = "},\"code\":null,\"message\":null,\"success\":true}";

  static QueryAnswerPtr Result(QueryResult&& result, const AnswerContext& context, Random& random) {
    auto answer = std::make_shared<QueryAnswer>();
    std::string& head = answer->head_;
    head = fmt::format("{}{},\"rowtype\":[", kHead, ParameterListJson(context.after->parameters));
    for (size_t i = 0; i < result.columns.size(); ++i) {
      if (i > 0) head += ",";
      AppendColumn(head, result.columns[i]);
    }
    const size_t row_count = result.rows.size();
    const std::string rows = SplitRows(result.rows, context, answer->chunks_, random);
    head += "],\"rowset\":[";
    head += rows;
    head += fmt::format("],\"total\":{0},\"returned\":{0},\"statementTypeId\":{1},\"numberOfBinds\":{2}",
                        row_count, static_cast<int64_t>(result.type), result.bind_count);
    AppendSession(head, context);
    answer->tail_ = kTail;
    return Seal(std::move(answer), context.session_state);
  }

  static QueryAnswerPtr MultiStatement(const std::vector<ChildStatement>& children,
                                       const AnswerContext& context) {
    auto answer = std::make_shared<QueryAnswer>();
    std::string ids, types;
    for (const ChildStatement& child : children) {
      if (!ids.empty()) ids += ",", types += ",";
      ids += child.query_id;
      types += std::to_string(static_cast<int64_t>(child.type));
    }
    std::string& head = answer->head_;
    head = fmt::format("{}{},\"rowtype\":[", kHead, ParameterListJson(context.after->parameters));
    Column column;
    column.name = "multiple statement execution";
    column.nullable = false;
    AppendColumn(head, column);
    head += fmt::format(
        "],\"rowset\":[[\"Multiple statements executed successfully.\"]],\"total\":1,\"returned\":1,"
        "\"statementTypeId\":{},\"numberOfBinds\":0,\"resultIds\":\"{}\",\"resultTypes\":\"{}\"",
        kMultiStatementType, ids, types);
    AppendSession(head, context);
    answer->tail_ = kTail;
    return Seal(std::move(answer), context.session_state);
  }

  static QueryAnswerPtr Error(const WireError& error, std::string_view query_id, std::string session_state) {
    auto answer = std::make_shared<QueryAnswer>();
    answer->success_ = false;
    answer->code_ = error.code;
    answer->message_ = error.message;
    answer->tail_ = ErrorBody(error, query_id);
    return Seal(std::move(answer), std::move(session_state));
  }

  static QueryAnswerPtr Seal(std::shared_ptr<QueryAnswer> answer, std::string session_state) {
    answer->session_state_ = std::move(session_state);
    answer->bytes_ = answer->head_.size() + answer->tail_.size() + answer->session_state_.size();
    for (const Chunk& chunk : answer->chunks_) answer->bytes_ += chunk.gzip.size();
    return answer;
  }
};

std::string QueryAnswer::Body(std::string_view base_url) const {
  if (chunks_.empty()) return head_ + tail_;
  std::string body = head_;
  body += ",\"chunks\":[";
  for (size_t i = 0; i < chunks_.size(); ++i) {
    const Chunk& chunk = chunks_[i];
    body += i > 0 ? ",{\"url\":" : "{\"url\":";
    AppendJsonString(body, fmt::format("{}/lifeboat/chunks/{}", base_url, chunk.id));
    body += fmt::format(",\"rowCount\":{},\"uncompressedSize\":{},\"compressedSize\":{}}}", chunk.row_count,
                        chunk.uncompressed_bytes, chunk.gzip.size());
  }
  body += "]";
  body += tail_;
  return body;
}

QueryAnswerPtr AnswerResult(QueryResult&& result, const AnswerContext& context, Random& random) {
  return AnswerBuilder::Result(std::move(result), context, random);
}

QueryAnswerPtr AnswerMultiStatement(const std::vector<ChildStatement>& children,
                                    const AnswerContext& context) {
  return AnswerBuilder::MultiStatement(children, context);
}

QueryAnswerPtr AnswerError(const WireError& error, std::string_view query_id, std::string session_state) {
  return AnswerBuilder::Error(error, query_id, std::move(session_state));
}

}  // namespace lifeboat::account::wire
