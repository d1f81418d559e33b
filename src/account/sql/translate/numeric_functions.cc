// Numbers.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"ABS", 1, 1, "abs($1)", kFirst},
    {"SIGN", 1, 1, "sign($1)", kNumber},
    {"SQRT", 1, 1, "sqrt($1)", kFloat},
    {"CBRT", 1, 1, "cbrt($1)", kFloat},
    {"EXP", 1, 1, "exp($1)", kFloat},
    {"LN", 1, 1, "ln($1)", kFloat},
    {"LOG", 2, 2, "(ln($2) / ln($1))", kFloat},
    {"POWER", 2, 2, "power($1, $2)", kFloat},
    {"POW", 2, 2, "power($1, $2)", kFloat},
    {"SQUARE", 1, 1, "power($1, 2)", kFloat},
    {"PI", 0, 0, "pi()", kFloat},
    {"SIN", 1, 1, "sin($1)", kFloat},
    {"COS", 1, 1, "cos($1)", kFloat},
    {"TAN", 1, 1, "tan($1)", kFloat},
    {"ASIN", 1, 1, "asin($1)", kFloat},
    {"ACOS", 1, 1, "acos($1)", kFloat},
    {"ATAN", 1, 1, "atan($1)", kFloat},
    {"ATAN2", 2, 2, "atan2($1, $2)", kFloat},
    {"DEGREES", 1, 1, "degrees($1)", kFloat},
    {"RADIANS", 1, 1, "radians($1)", kFloat},
    {"MOD", 2, 2, "(CASE WHEN $2 = 0 THEN error('Division by zero') ELSE $1 % $2 END)", kFirst},
    {"BITAND", 2, 2, "(CAST($1 AS BIGINT) & CAST($2 AS BIGINT))", kNumber},
    {"BITOR", 2, 2, "(CAST($1 AS BIGINT) | CAST($2 AS BIGINT))", kNumber},
    {"BITXOR", 2, 2, "xor(CAST($1 AS BIGINT), CAST($2 AS BIGINT))", kNumber},
    {"BITNOT", 1, 1, "(~ CAST($1 AS BIGINT))", kNumber},
    {"BITSHIFTLEFT", 2, 2, "(CAST($1 AS BIGINT) << CAST($2 AS INTEGER))", kNumber},
    {"BITSHIFTRIGHT", 2, 2, "(CAST($1 AS BIGINT) >> CAST($2 AS INTEGER))", kNumber},
    {"FACTORIAL", 1, 1, "factorial(CAST($1 AS INTEGER))", kNumber},
    {"RANDOM", 0, 1, "CAST(floor((random() - 0.5) * 18446744073709549568) AS HUGEINT)", kNumber},
    {"HASH", 1, -1, "CAST(hash($*) AS HUGEINT) - 9223372036854775808", kNumber},
    {"WIDTH_BUCKET", 4, 4,
     "CASE WHEN $1 < $2 THEN 0 WHEN $1 >= $3 THEN $4 + 1 ELSE CAST(floor(($1 - $2) * $4 / ($3 - $2)) AS "
     "BIGINT) + 1 END",
     kNumber},
};

}  // namespace

std::span<const FunctionTemplate> NumericFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
