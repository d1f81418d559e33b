#include "account/sql/data_type.h"

#include <algorithm>
#include <iterator>

#include "account/sql/sql_error.h"

namespace lifeboat::account::sql {
namespace {

enum class Arguments { kNone, kNumber, kLength, kFraction };

struct Synonym {
  std::string_view name;
  TypeKind kind;
  Arguments arguments;
};

constexpr Synonym kSynonyms[] = {
    {"NUMBER", TypeKind::kNumber, Arguments::kNumber},
    {"NUMERIC", TypeKind::kNumber, Arguments::kNumber},
    {"DECIMAL", TypeKind::kNumber, Arguments::kNumber},
    {"DEC", TypeKind::kNumber, Arguments::kNumber},
    {"INT", TypeKind::kNumber, Arguments::kNone},
    {"INTEGER", TypeKind::kNumber, Arguments::kNone},
    {"BIGINT", TypeKind::kNumber, Arguments::kNone},
    {"SMALLINT", TypeKind::kNumber, Arguments::kNone},
    {"TINYINT", TypeKind::kNumber, Arguments::kNone},
    {"BYTEINT", TypeKind::kNumber, Arguments::kNone},
    {"FLOAT", TypeKind::kFloat, Arguments::kNone},
    {"FLOAT4", TypeKind::kFloat, Arguments::kNone},
    {"FLOAT8", TypeKind::kFloat, Arguments::kNone},
    {"DOUBLE", TypeKind::kFloat, Arguments::kNone},
    {"DOUBLE PRECISION", TypeKind::kFloat, Arguments::kNone},
    {"REAL", TypeKind::kFloat, Arguments::kNone},
    {"VARCHAR", TypeKind::kText, Arguments::kLength},
    {"STRING", TypeKind::kText, Arguments::kLength},
    {"TEXT", TypeKind::kText, Arguments::kLength},
    {"CHAR", TypeKind::kText, Arguments::kLength},
    {"CHARACTER", TypeKind::kText, Arguments::kLength},
    {"NCHAR", TypeKind::kText, Arguments::kLength},
    {"NVARCHAR", TypeKind::kText, Arguments::kLength},
    {"NVARCHAR2", TypeKind::kText, Arguments::kLength},
    {"BINARY", TypeKind::kBinary, Arguments::kLength},
    {"VARBINARY", TypeKind::kBinary, Arguments::kLength},
    {"BOOLEAN", TypeKind::kBoolean, Arguments::kNone},
    {"DATE", TypeKind::kDate, Arguments::kNone},
    {"TIME", TypeKind::kTime, Arguments::kFraction},
    {"DATETIME", TypeKind::kTimestampNtz, Arguments::kFraction},
    {"TIMESTAMP", TypeKind::kTimestampNtz, Arguments::kFraction},
    {"TIMESTAMP_NTZ", TypeKind::kTimestampNtz, Arguments::kFraction},
    {"TIMESTAMPNTZ", TypeKind::kTimestampNtz, Arguments::kFraction},
    {"TIMESTAMP_LTZ", TypeKind::kTimestampLtz, Arguments::kFraction},
    {"TIMESTAMPLTZ", TypeKind::kTimestampLtz, Arguments::kFraction},
    {"TIMESTAMP_TZ", TypeKind::kTimestampTz, Arguments::kFraction},
    {"TIMESTAMPTZ", TypeKind::kTimestampTz, Arguments::kFraction},
    {"VARIANT", TypeKind::kVariant, Arguments::kNone},
    {"OBJECT", TypeKind::kObject, Arguments::kNone},
    {"MAP", TypeKind::kObject, Arguments::kNone},
    {"ARRAY", TypeKind::kArray, Arguments::kNone},
};

Status Unsupported(const std::string& what) {
  return MakeSqlError(StatusCode::kInvalidArgument, "002040", "42601",
                      fmt::format("SQL compilation error:\nUnsupported data type '{}'.", what));
}

Status OutOfRange(const TypeName& name, int64_t value, int64_t low, int64_t high) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "001003", "42000",
      fmt::format("SQL compilation error:\ninvalid value {} for {}: it must be between {} and {}.", value,
                  name.name, low, high));
}

}  // namespace

DataType DataType::Of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kNumber:
      return Number();
    case TypeKind::kText:
      return Text();
    case TypeKind::kBinary:
      return {kind, 0, 0, kMaxBinaryLength};
    case TypeKind::kTime:
    case TypeKind::kTimestampNtz:
    case TypeKind::kTimestampLtz:
    case TypeKind::kTimestampTz:
      return {kind, 9, 0, 0};
    default:
      return {kind, 0, 0, 0};
  }
}

Result<DataType> ResolveType(const TypeName& name) {
  const auto* synonym = std::find_if(std::begin(kSynonyms), std::end(kSynonyms),
                                     [&](const Synonym& candidate) { return candidate.name == name.name; });
  if (synonym == std::end(kSynonyms)) return Unsupported(name.name);
  DataType type = DataType::Of(synonym->kind);
  if (synonym->arguments == Arguments::kLength && name.name.find("CHAR") <= 1 && name.name.find("VAR") > 1) {
    type.length = 1;  // CHAR, CHARACTER, NCHAR: one character unless told
  }
  const std::vector<int64_t>& arguments = name.arguments;
  if (arguments.empty()) return type;
  const size_t most = synonym->arguments == Arguments::kNone     ? 0
                      : synonym->arguments == Arguments::kNumber ? 2
                                                                 : 1;
  if (arguments.size() > most) return Unsupported(name.name + "(…)");
  switch (synonym->arguments) {
    case Arguments::kNumber: {
      if (arguments[0] < 1 || arguments[0] > 38) return OutOfRange(name, arguments[0], 1, 38);
      type.precision = static_cast<int>(arguments[0]);
      const int64_t scale = arguments.size() > 1 ? arguments[1] : 0;
      const int64_t most_scale = std::min<int64_t>(37, arguments[0]);
      if (scale < 0 || scale > most_scale) return OutOfRange(name, scale, 0, most_scale);
      type.scale = static_cast<int>(scale);
      return type;
    }
    case Arguments::kLength: {
      // Longer than the old maximum of 16 MB is allowed by newer accounts; the limit stays a limit.
      const int64_t most_length = type.kind == TypeKind::kText ? 8 * kMaxTextLength : 8 * kMaxBinaryLength;
      if (arguments[0] < 1 || arguments[0] > most_length)
        return OutOfRange(name, arguments[0], 1, most_length);
      type.length = arguments[0];
      return type;
    }
    case Arguments::kFraction:
      if (arguments[0] < 0 || arguments[0] > 9) return OutOfRange(name, arguments[0], 0, 9);
      type.precision = static_cast<int>(arguments[0]);
      return type;
    case Arguments::kNone:
      break;
  }
  return type;
}

std::string ToString(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kUnknown:
      return "UNKNOWN";
    case TypeKind::kNumber:
      return fmt::format("NUMBER({},{})", type.precision, type.scale);
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kText:
      return fmt::format("VARCHAR({})", type.length);
    case TypeKind::kBinary:
      return fmt::format("BINARY({})", type.length);
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return fmt::format("TIME({})", type.precision);
    case TypeKind::kTimestampNtz:
      return fmt::format("TIMESTAMP_NTZ({})", type.precision);
    case TypeKind::kTimestampLtz:
      return fmt::format("TIMESTAMP_LTZ({})", type.precision);
    case TypeKind::kTimestampTz:
      return fmt::format("TIMESTAMP_TZ({})", type.precision);
    case TypeKind::kVariant:
      return "VARIANT";
    case TypeKind::kObject:
      return "OBJECT";
    case TypeKind::kArray:
      return "ARRAY";
  }
  return "UNKNOWN";
}

std::string ToDuckDbType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kNumber:
      return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case TypeKind::kFloat:
      return "DOUBLE";
    case TypeKind::kBinary:
      return "BLOB";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return "TIME";
    case TypeKind::kTimestampNtz:
      return "TIMESTAMP";
    case TypeKind::kTimestampLtz:
    case TypeKind::kTimestampTz:
      return "TIMESTAMP WITH TIME ZONE";
    case TypeKind::kVariant:
    case TypeKind::kObject:
    case TypeKind::kArray:
      return "JSON";
    case TypeKind::kText:
    case TypeKind::kUnknown:
      return "VARCHAR";
  }
  return "VARCHAR";
}

}  // namespace lifeboat::account::sql
