// Aggregates and window functions.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"MIN", 1, 1, "min($1)", kFirst},
    {"MAX", 1, 1, "max($1)", kFirst},
    {"ANY_VALUE", 1, 1, "any_value($1)", kFirst},
    {"MODE", 1, 1, "mode($1)", kFirst},
    {"MEDIAN", 1, 1, "median($1)", kUnknown},
    {"STDDEV", 1, 1, "stddev_samp($1)", kFloat},
    {"STDDEV_SAMP", 1, 1, "stddev_samp($1)", kFloat},
    {"STDDEV_POP", 1, 1, "stddev_pop($1)", kFloat},
    {"VARIANCE", 1, 1, "var_samp($1)", kFloat},
    {"VAR_SAMP", 1, 1, "var_samp($1)", kFloat},
    {"VAR_POP", 1, 1, "var_pop($1)", kFloat},
    {"CORR", 2, 2, "corr($1, $2)", kFloat},
    {"COVAR_SAMP", 2, 2, "covar_samp($1, $2)", kFloat},
    {"COVAR_POP", 2, 2, "covar_pop($1, $2)", kFloat},
    {"APPROX_COUNT_DISTINCT", 1, 1, "approx_count_distinct($1)", kCount},
    {"HLL", 1, 1, "approx_count_distinct($1)", kCount},
    {"COUNT_IF", 1, 1, "count_if($1)", kCount},
    {"BOOLAND_AGG", 1, 1, "bool_and($1)", kBoolean},
    {"BOOLOR_AGG", 1, 1, "bool_or($1)", kBoolean},
    {"BITAND_AGG", 1, 1, "bit_and($1)", kNumber},
    {"BITOR_AGG", 1, 1, "bit_or($1)", kNumber},
    {"MIN_BY", 2, 2, "min_by($1, $2)", kFirst},
    {"MAX_BY", 2, 2, "max_by($1, $2)", kFirst},
    {"SKEW", 1, 1, "skewness($1)", kFloat},
    {"KURTOSIS", 1, 1, "kurtosis($1)", kFloat},
    {"ROW_NUMBER", 0, 0, "row_number()", kCount},
    {"RANK", 0, 0, "rank()", kCount},
    {"DENSE_RANK", 0, 0, "dense_rank()", kCount},
    {"PERCENT_RANK", 0, 0, "percent_rank()", kFloat},
    {"CUME_DIST", 0, 0, "cume_dist()", kFloat},
    {"NTILE", 1, 1, "ntile(CAST($1 AS BIGINT))", kCount},
};

}  // namespace

std::span<const FunctionTemplate> AggregateFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
