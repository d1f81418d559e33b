// Fuzz target: values of every primitive type in their binary, JSON and text forms, and filters in the REST
// protocol's form. Reading any bytes gives a value or an error; a value that was read is the same again after
// it was written and read.
#include <boost/json/value.hpp>

#include "base/check.h"
#include "iceberg/model/expression_json.h"
#include "iceberg/model/json.h"
#include "iceberg/model/literal.h"
#include "iceberg/model/schema.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace lifeboat;           // NOLINT: a program of its own
using namespace lifeboat::iceberg;  // NOLINT

// A column of each type: "c0", "c1", …
const Schema& Columns() {
  static const Schema schema = [] {
    Schema columns;
    for (const char* type : {"boolean", "int", "long", "float", "double", "decimal(9, 2)", "decimal(38, 10)",
                             "date", "time", "timestamp", "timestamptz", "timestamp_ns", "timestamptz_ns",
                             "string", "uuid", "fixed[3]", "binary"}) {
      Field field;
      field.id = static_cast<int32_t>(columns.fields.size()) + 1;
      field.name = "c" + std::to_string(columns.fields.size());
      field.type = ParsePrimitiveType(type).value();
      columns.fields.push_back(std::move(field));
    }
    return columns;
  }();
  return schema;
}

void CheckError(const Status& status) {
  const StatusCode code = status.code();
  LIFEBOAT_CHECK(code == StatusCode::kInvalidArgument || code == StatusCode::kCorruption ||
                     code == StatusCode::kUnsupported,
                 status.ToString());
}

// Both readings are the same value; NaN counts as itself.
void CheckSame(const Type& type, const Result<Literal>& again, const Literal& first, std::string_view form) {
  LIFEBOAT_CHECK(again.ok(), fmt::format("{} {}: {}", ToString(type), form, again.status().ToString()));
  LIFEBOAT_CHECK(*again == first, fmt::format("{} {}: {} became {}", ToString(type), form,
                                              LiteralToText(type, first), LiteralToText(type, *again)));
}

void FuzzForms(const Type& type, std::string_view text, const boost::json::value* json) {
  const Result<Literal> bytes = LiteralFromBytes(type, text);
  if (!bytes.ok()) {
    CheckError(bytes.status());
  } else if (!bytes->is_null()) {
    CheckSame(type, LiteralFromBytes(type, LiteralToBytes(type, *bytes)), *bytes, "as bytes");
    LiteralToText(type, *bytes);
  }
  const Result<Literal> written = ParseLiteral(type, text);
  if (!written.ok()) {
    CheckError(written.status());
  } else if (!written->is_null()) {
    CheckSame(type, ParseLiteral(type, LiteralToText(type, *written)), *written, "as text");
  }
  if (json == nullptr) return;
  const Result<Literal> read = LiteralFromJson(type, *json);
  if (!read.ok()) return CheckError(read.status());
  if (read->is_null()) return;
  std::string again;
  JsonWriter writer(&again);
  AppendLiteralJson(type, *read, writer);
  const Result<boost::json::value> value = ParseJson(again);
  LIFEBOAT_CHECK(value.ok(), again);
  CheckSame(type, LiteralFromJson(type, *value), *read, "as JSON");
}

std::string ExpressionText(const Expression& expression) {
  std::string text;
  JsonWriter writer(&text);
  AppendExpressionJson(expression, Columns(), writer);
  return text;
}

void FuzzExpression(const boost::json::value& json) {
  const Result<Expression> expression = ParseExpression(json, Columns(), false);
  if (!expression.ok()) return CheckError(expression.status());
  const std::string text = ExpressionText(*expression);
  const Result<boost::json::value> value = ParseJson(text);
  LIFEBOAT_CHECK(value.ok(), text);
  const Result<Expression> again = ParseExpression(*value, Columns(), true);
  LIFEBOAT_CHECK(again.ok(), again.status().ToString() + ": " + text);
  LIFEBOAT_CHECK(ExpressionText(*again) == text, text + " became " + ExpressionText(*again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<boost::json::value> json = ParseJson(text);
  for (const Field& column : Columns().fields) FuzzForms(column.type, text, json.ok() ? &*json : nullptr);
  const Result<Type> type = ParsePrimitiveType(text);
  if (type.ok()) {
    const Result<Type> again = ParsePrimitiveType(ToString(*type));
    LIFEBOAT_CHECK(again.ok() && *again == *type, ToString(*type));
  } else {
    CheckError(type.status());
  }
  if (json.ok()) FuzzExpression(*json);
  return 0;
}

std::vector<std::string> SeedInputs() {
  return {
      "true",
      "42",
      "-9223372036854775808",
      "3.25",
      "1e-7",
      "12.50",
      "\"12.50\"",
      "2026-01-31",
      "\"2026-01-31\"",
      "10:11:12.345678",
      "\"10:11:12.345678\"",
      "2026-01-31T10:11:12.345678901+00:00",
      "\"2026-01-31T10:11:12.345678+00:00\"",
      "f79c3e09-677c-4bbd-a479-3f349cb785e7",
      "\"f79c3e09-677c-4bbd-a479-3f349cb785e7\"",
      "\"0a0b0c\"",
      "decimal(9, 2)",
      "fixed[16]",
      "geography(srid:4326, spherical)",
      std::string("\x00\x00\x00\x80", 4),
      std::string("\x00\x00\x00\x00\x00\x00\xf8\x7f", 8),
      R"({"type":"and","left":{"type":"eq","term":"c1","value":3},"right":{"type":"not-null","term":"c2"}})",
      R"({"type":"or","left":{"type":"in","term":"c13","values":["a","b"]},"right":false})",
      R"({"type":"not","child":{"type":"starts-with","term":"c13","value":"x"}})",
      R"({"type":"lt","term":"c7","value":"2026-01-31"})",
      R"({"type":"gt-eq","term":{"type":"reference","term":"c5"},"value":"1.25"})",
      R"({"type":"is-nan","term":"c4"})",
      R"({"type":"eq","term":{"type":"transform","transform":"bucket[16]","term":"c2"},"value":3})"};
}

std::vector<std::string> Fragments() {
  return {"9223372036854775807", "-2147483648", "NaN",  "Infinity", "-0.0",  "9999-12-31", "-0001-01-01",
          "T23:59:60",           "+14:00",      "null", "\"\"",     "1e308", "c13",        "day",
          "bucket[0]",           "99999999"};
}
