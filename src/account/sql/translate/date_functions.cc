// Dates and times whose arguments need no look at.
#include "account/sql/translate/function_table.h"

namespace lifeboat::account::sql {
namespace {

using enum ResultType;

constexpr FunctionTemplate kFunctions[] = {
    {"YEAR", 1, 1, "year($1)", kCount},
    {"QUARTER", 1, 1, "quarter($1)", kCount},
    {"MONTH", 1, 1, "month($1)", kCount},
    {"WEEK", 1, 1, "week($1)", kCount},
    {"WEEKISO", 1, 1, "week($1)", kCount},
    {"WEEKOFYEAR", 1, 1, "week($1)", kCount},
    {"YEAROFWEEK", 1, 1, "isoyear($1)", kCount},
    {"DAY", 1, 1, "day($1)", kCount},
    {"DAYOFMONTH", 1, 1, "day($1)", kCount},
    {"DAYOFWEEK", 1, 1, "dayofweek($1)", kCount},
    {"DAYOFWEEKISO", 1, 1, "isodow($1)", kCount},
    {"DAYOFYEAR", 1, 1, "dayofyear($1)", kCount},
    {"HOUR", 1, 1, "hour($1)", kCount},
    {"MINUTE", 1, 1, "minute($1)", kCount},
    {"SECOND", 1, 1, "second($1)", kCount},
    {"DAYNAME", 1, 1, "strftime($1, '%a')", kText},
    {"MONTHNAME", 1, 1, "strftime($1, '%b')", kText},
    {"ADD_MONTHS", 2, 2, "($1 + to_months(CAST($2 AS INTEGER)))", kFirst},
    {"MONTHS_BETWEEN", 2, 2, "CAST(date_diff('month', $2, $1) AS DOUBLE)", kFloat},
    {"DATE_FROM_PARTS", 3, 3, "make_date(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))", kDate},
    {"DATEFROMPARTS", 3, 3, "make_date(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))", kDate},
    {"TIMESTAMP_FROM_PARTS", 6, 6,
     "make_timestamp(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 "
     "AS BIGINT), "
     "CAST($6 AS DOUBLE))",
     kTimestampNtz},
    {"TIMESTAMP_NTZ_FROM_PARTS", 6, 6,
     "make_timestamp(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 "
     "AS BIGINT), "
     "CAST($6 AS DOUBLE))",
     kTimestampNtz},
    {"LAST_DAY", 1, 1, "last_day($1)", kDate},
};

}  // namespace

std::span<const FunctionTemplate> DateFunctions() {
  return kFunctions;
}

}  // namespace lifeboat::account::sql
