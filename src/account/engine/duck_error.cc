#include "account/engine/duck_error.h"

#include <duckdb/common/exception.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

using duckdb::ExceptionType;
using sql::MakeSqlError;

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The text between the first `open` and the next `close`.
std::optional<std::string> Between(std::string_view text, std::string_view open, std::string_view close) {
  const size_t begin = text.find(open);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t start = begin + open.size();
  const size_t end = text.find(close, start);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(start, end - start));
}

// The sentence without what DuckDB appends for its own users: candidate functions, and an excerpt with a
// caret that shows the translated statement, not the one the client wrote.
std::string_view WithoutExcerpt(std::string_view message) {
  for (const std::string_view appendix : {"\n\tCandidate", "\n\nLINE "}) {
    message = message.substr(0, message.find(appendix));
  }
  while (message.ends_with('\n')) message.remove_suffix(1);
  return message;
}

// "Could not convert string 'x' to INT32", "invalid timestamp field format: \"x\", …", "invalid date field
// format …".
Status FromConversion(const std::string& message) {
  const auto make = [](const char* code, const char* state, std::string text) {
    return MakeSqlError(StatusCode::kInvalidArgument, code, state, std::move(text));
  };
  if (const auto value = Between(message, "timestamp field format: \"", "\"")) {
    return make("100035", "22007", "Timestamp '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "date field format: \"", "\"")) {
    return make("100040", "22007", "Date '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "date field value out of range: \"", "\"")) {
    return make("100040", "22007", "Date '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "time field format: \"", "\"")) {
    return make("100108", "22007", "Time '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "Could not convert string '", "' to BOOL")) {
    return make("100037", "22018", "Boolean value '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "Could not convert string \"", "\" to ")) {
    return make("100038", "22018", "Numeric value '" + *value + "' is not recognized");
  }
  if (const auto value = Between(message, "Could not convert string '", "' to ")) {
    return make("100038", "22018", "Numeric value '" + *value + "' is not recognized");
  }
  if (Contains(message, "out of range"))
    return make("100046", "22003", "Number out of representable range: " + message);
  return make("100038", "22018", message);
}

Status FromConstraint(const std::string& message) {
  // Declared lengths are CHECK constraints that raise this text (native_tables.cc).
  if (const auto value = Between(message, "(Error: String '", "' is too long and would be truncated")) {
    return MakeSqlError(StatusCode::kInvalidArgument, "100078", "22000",
                        "String '" + *value + "' is too long and would be truncated");
  }
  if (const auto column = Between(message, "NOT NULL constraint failed: ", "\n")) {
    return MakeSqlError(StatusCode::kInvalidArgument, "100072", "22000",
                        "NULL result in a non-nullable column (" + *column + ")");
  }
  if (Contains(message, "NOT NULL constraint failed")) {
    return MakeSqlError(StatusCode::kInvalidArgument, "100072", "22000",
                        "NULL result in a non-nullable column");
  }
  return MakeSqlError(StatusCode::kFailedPrecondition, "100072", "22000", message);
}

Status FromBinder(const std::string& message) {
  if (const auto column = Between(message, "Referenced column \"", "\"")) {
    return MakeSqlError(StatusCode::kNotFound, "000904", "42000",
                        "SQL compilation error:\ninvalid identifier '" + *column + "'");
  }
  return MakeSqlError(StatusCode::kInvalidArgument, "001044", "42601", "SQL compilation error:\n" + message);
}

// Messages that our own SQL raises with error('…').
Status FromRaised(const std::string& message) {
  if (Contains(message, "Division by zero")) {
    return MakeSqlError(StatusCode::kInvalidArgument, "100051", "22012", "Division by zero");
  }
  if (Contains(message, "is too long and would be truncated")) {
    return MakeSqlError(StatusCode::kInvalidArgument, "100078", "22000", message);
  }
  if (Contains(message, "is not recognized")) {
    const bool time = message.rfind("Timestamp", 0) == 0 || message.rfind("Date", 0) == 0;
    return MakeSqlError(StatusCode::kInvalidArgument, time ? "100035" : "100038", time ? "22007" : "22018",
                        message);
  }
  return MakeSqlError(StatusCode::kInvalidArgument, "100132", "P0000", message);
}

}  // namespace

Status ToStatus(const duckdb::ErrorData& error) {
  const std::string message(WithoutExcerpt(error.RawMessage()));
  switch (error.Type()) {
    case ExceptionType::INTERRUPT:
      return MakeSqlError(StatusCode::kCancelled, "000604", "57014", "SQL execution canceled");
    case ExceptionType::OUT_OF_MEMORY:
      return MakeSqlError(
          StatusCode::kResourceExhausted, "300005", "53200",
          "Processing aborted: the account's memory limit is too small for this statement (" + message + ")");
    case ExceptionType::CONVERSION:
      return FromConversion(message);
    case ExceptionType::OUT_OF_RANGE:
      return MakeSqlError(StatusCode::kInvalidArgument, "100046", "22003",
                          "Number out of representable range: " + message);
    case ExceptionType::CONSTRAINT:
      return FromConstraint(message);
    case ExceptionType::BINDER:
    case ExceptionType::CATALOG:
    case ExceptionType::PARAMETER_NOT_RESOLVED:
      return FromBinder(message);
    case ExceptionType::PARSER:
    case ExceptionType::SYNTAX:
      return MakeSqlError(StatusCode::kInternal, "001003", "42000", "SQL compilation error:\n" + message);
    case ExceptionType::NOT_IMPLEMENTED:
      return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000", "Unsupported feature: " + message);
    case ExceptionType::INVALID_INPUT:
      return FromRaised(message);
    case ExceptionType::IO:
      if (Contains(message, "No space left")) {
        return MakeSqlError(StatusCode::kResourceExhausted, "000603", "53100",
                            "SQL execution error: the account's disk is full (" + message + ")");
      }
      return MakeSqlError(StatusCode::kUnavailable, "000603", "XX000", "SQL execution error: " + message);
    case ExceptionType::TRANSACTION:
      return MakeSqlError(StatusCode::kConflict, "000625", "57014", "Statement aborted: " + message);
    default:
      return MakeSqlError(StatusCode::kInternal, "000603", "XX000",
                          "SQL execution internal error: " + message);
  }
}

}  // namespace lifeboat::account
