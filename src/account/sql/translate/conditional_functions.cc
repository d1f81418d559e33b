// Conditions and nulls.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"COALESCE", 1, -1, "coalesce($*)", kCommon},
    {"NVL", 2, 2, "coalesce($1, $2)", kCommon},
    {"IFNULL", 2, 2, "coalesce($1, $2)", kCommon},
    {"NULLIF", 2, 2, "nullif($1, $2)", kFirst},
    {"ZEROIFNULL", 1, 1, "coalesce($1, 0)", kFirst},
    {"NULLIFZERO", 1, 1, "nullif($1, 0)", kFirst},
    {"EQUAL_NULL", 2, 2, "($1 IS NOT DISTINCT FROM $2)", kBoolean},
    {"BOOLAND", 2, 2, "(CAST($1 AS BOOLEAN) AND CAST($2 AS BOOLEAN))", kBoolean},
    {"BOOLOR", 2, 2, "(CAST($1 AS BOOLEAN) OR CAST($2 AS BOOLEAN))", kBoolean},
    {"BOOLNOT", 1, 1, "(NOT CAST($1 AS BOOLEAN))", kBoolean},
    {"BOOLXOR", 2, 2, "(CAST($1 AS BOOLEAN) <> CAST($2 AS BOOLEAN))", kBoolean},
    // Any null makes the result null, unlike DuckDB's own.
    {"GREATEST_IGNORE_NULLS", 1, -1, "greatest($*)", kCommon},
    {"LEAST_IGNORE_NULLS", 1, -1, "least($*)", kCommon},
};

}  // namespace

std::span<const FunctionTemplate> ConditionalFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
