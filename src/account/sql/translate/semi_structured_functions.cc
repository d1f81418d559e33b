// VARIANT, OBJECT and ARRAY.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"PARSE_JSON", 1, 1, "CAST($1 AS JSON)", kVariant, true},
    {"TRY_PARSE_JSON", 1, 1, "TRY_CAST($1 AS JSON)", kVariant, true},
    {"CHECK_JSON", 1, 1, "CASE WHEN json_valid($1) THEN NULL ELSE 'not valid JSON' END", kText, true},
    {"TO_JSON", 1, 1, "CAST(to_json($1) AS VARCHAR)", kText},
    {"TO_VARIANT", 1, 1, "to_json($1)", kVariant},
    {"TYPEOF", 1, 1, "json_type(to_json($1))", kText},
    {"ARRAY_CONSTRUCT", 0, -1, "json_array($*)", kArray},
    {"OBJECT_CONSTRUCT_KEEP_NULL", 0, -1, "json_object($*)", kObject},
    {"ARRAY_SIZE", 1, 1, "json_array_length($1)", kCount},
    {"ARRAY_CONTAINS", 2, 2, "json_contains($2, to_json($1))", kBoolean},
    {"ARRAY_TO_STRING", 2, 2, "array_to_string(CAST($1 AS VARCHAR[]), $2)", kText},
    {"OBJECT_KEYS", 1, 1, "to_json(json_keys($1))", kArray},
    {"GET_PATH", 2, 2, "json_extract($1, '$.' || $2)", kVariant},
    {"IS_NULL_VALUE", 1, 1, "(json_type($1) = 'NULL')", kBoolean},
};

}  // namespace

std::span<const FunctionTemplate> SemiStructuredFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
