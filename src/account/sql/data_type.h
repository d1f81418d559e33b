// DataType: a Snowflake SQL type with its synonyms resolved. INT is NUMBER(38,0), STRING is
// VARCHAR(16777216), DATETIME is TIMESTAMP_NTZ(9), TIMESTAMP follows TIMESTAMP_TYPE_MAPPING (NTZ). Source:
// Snowflake documentation, "Summary of data types".
#ifndef LIFEBOAT_ACCOUNT_SQL_DATA_TYPE_H_
#define LIFEBOAT_ACCOUNT_SQL_DATA_TYPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::account::sql {

enum class TypeKind {
  kUnknown,  // not inferred; never the type of a declared column
  kNumber,
  kFloat,
  kText,
  kBinary,
  kBoolean,
  kDate,
  kTime,
  kTimestampNtz,
  kTimestampLtz,
  kTimestampTz,
  kVariant,
  kObject,
  kArray,
};

inline constexpr int64_t kMaxTextLength = 16777216;   // characters
inline constexpr int64_t kMaxBinaryLength = 8388608;  // bytes

struct DataType {
  TypeKind kind = TypeKind::kUnknown;
  int precision = 0;   // kNumber: digits (38 unless given); times: fractional digits (9 unless given)
  int scale = 0;       // kNumber: digits after the point
  int64_t length = 0;  // kText: characters; kBinary: bytes

  static DataType Number(int precision = 38, int scale = 0) {
    return {TypeKind::kNumber, precision, scale, 0};
  }
  static DataType Float() { return {TypeKind::kFloat, 0, 0, 0}; }
  static DataType Text(int64_t length = kMaxTextLength) { return {TypeKind::kText, 0, 0, length}; }
  static DataType Boolean() { return {TypeKind::kBoolean, 0, 0, 0}; }
  static DataType Of(TypeKind kind);  // with the defaults of that kind

  bool known() const { return kind != TypeKind::kUnknown; }
  bool is_number() const { return kind == TypeKind::kNumber; }
  bool is_timestamp() const {
    return kind == TypeKind::kTimestampNtz || kind == TypeKind::kTimestampLtz ||
           kind == TypeKind::kTimestampTz;
  }
  bool operator==(const DataType&) const = default;
};

// A type as written: name words in upper case ("DOUBLE PRECISION"), arguments in order.
struct TypeName {
  std::string name;
  std::vector<int64_t> arguments;
};

// Resolves synonyms and defaults. Errors: 002040 (unsupported type), 001003-style range errors as
// kInvalidArgument.
Result<DataType> ResolveType(const TypeName& name);

// "NUMBER(38,0)", "VARCHAR(100)", "TIMESTAMP_NTZ(9)": as DESCRIBE TABLE shows it.
std::string ToString(const DataType& type);

// The DuckDB type that holds it: NUMBER(p,s) → DECIMAL(p,s), TIMESTAMP_LTZ/_TZ → TIMESTAMPTZ,
// VARIANT/OBJECT/ARRAY → JSON.
std::string ToDuckDbType(const DataType& type);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_DATA_TYPE_H_
