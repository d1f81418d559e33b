#include "account/engine/bind_values.h"

#include <charconv>
#include <cstdlib>

#include "account/sql/sql_error.h"
#include "base/clock.h"

namespace lifeboat::account {
namespace {

using sql::Constant;
using sql::LiteralKind;

constexpr int64_t kMicrosPerDay = 86'400'000'000;

Status WrongValue(const BindValue& value) {
  return sql::MakeSqlError(
      StatusCode::kInvalidArgument, "100038", "22018",
      fmt::format("Value '{}' is not recognized as {}", value.value.value_or("NULL"), value.type));
}

bool IsNumber(const std::string& text) {
  if (text.empty()) return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size();
}

// A count of nanoseconds, as drivers send timestamps and times.
Result<int64_t> Nanos(const BindValue& value, const std::string& text) {
  int64_t nanos = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nanos);
  if (error != std::errc() || end != text.data() + text.size()) return WrongValue(value);
  return nanos;
}

// "2026-01-31 12:34:56.123456"
std::string TimestampText(int64_t micros) {
  std::string text = FormatUtc(micros);
  text[10] = ' ';
  text.pop_back();  // Z
  return text;
}

int64_t FloorDivide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

Result<Constant> TimestampConstant(const BindValue& value) {
  // TIMESTAMP_TZ is "nanos offset"; the offset is only for display.
  const std::string text = value.value->substr(0, value.value->find(' '));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t nanos, Nanos(value, text));
  return Constant{LiteralKind::kString, TimestampText(FloorDivide(nanos, 1000))};
}

Result<Constant> DateConstant(const BindValue& value) {
  // Milliseconds since the epoch.
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t millis, Nanos(value, *value.value));
  return Constant{LiteralKind::kString,
                  TimestampText(FloorDivide(millis * 1000, kMicrosPerDay) * kMicrosPerDay).substr(0, 10)};
}

Result<Constant> TimeConstant(const BindValue& value) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t nanos, Nanos(value, *value.value));
  return Constant{LiteralKind::kString, TimestampText(FloorDivide(nanos, 1000)).substr(11)};
}

}  // namespace

Result<Constant> ToConstant(const BindValue& value) {
  if (!value.value) return Constant();
  const std::string& text = *value.value;
  // Drivers also send dates and times as text; what is no count is taken as it is.
  const bool is_count = !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos &&
                        text.find('-', 1) == std::string::npos;
  if (value.type == "FIXED" || value.type == "REAL") {
    if (!IsNumber(text)) return WrongValue(value);
    return Constant{LiteralKind::kNumber, text};
  }
  if (value.type == "BOOLEAN") {
    const bool is_true = text == "1" || text == "true" || text == "TRUE" || text == "True";
    return Constant{LiteralKind::kBoolean, is_true ? "TRUE" : "FALSE"};
  }
  if (value.type == "BINARY") return Constant{LiteralKind::kBinary, text};
  if (value.type == "DATE" && is_count) return DateConstant(value);
  if (value.type == "TIME" && is_count) return TimeConstant(value);
  if (value.type.rfind("TIMESTAMP", 0) == 0 && (is_count || text.find(' ') != std::string::npos)) {
    const Result<Constant> constant = TimestampConstant(value);
    if (constant.ok()) return constant;
  }
  return Constant{LiteralKind::kString, text};
}

Result<std::map<std::string, Constant>> ToConstants(const std::map<std::string, BindValue>& row) {
  std::map<std::string, Constant> constants;
  for (const auto& [name, value] : row) {
    LIFEBOAT_ASSIGN_OR_RETURN(constants[name], ToConstant(value));
  }
  return constants;
}

void AddCounts(const QueryResult& one, QueryResult& total) {
  if (total.columns.empty()) {
    total = one;
    return;
  }
  if (one.rows.empty() || total.rows.empty()) return;
  for (size_t i = 0; i < total.columns.size() && i < one.rows[0].size(); ++i) {
    if (total.columns[i].type != ColumnType::kFixed || !total.rows[0][i] || !one.rows[0][i]) continue;
    total.rows[0][i] = std::to_string(std::strtoll(total.rows[0][i]->c_str(), nullptr, 10) +
                                      std::strtoll(one.rows[0][i]->c_str(), nullptr, 10));
  }
}

}  // namespace lifeboat::account
