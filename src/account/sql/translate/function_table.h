// Functions that are one DuckDB expression each: a template with $1, $2, … for the arguments and $* for all
// of them. To add a function, add a row to the family's file; functions that look at their arguments are in
// special_functions.cc.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FUNCTION_TABLE_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FUNCTION_TABLE_H_

#include <span>
#include <string_view>

#include "account/sql/data_type.h"

namespace lifeboat::account::sql {

// The type of a function's result.
enum class ResultType {
  kUnknown,
  kText,
  kFloat,
  kBoolean,
  kCount,   // NUMBER(18,0)
  kNumber,  // NUMBER(38,0)
  kDate,
  kTimestampNtz,
  kVariant,
  kArray,
  kObject,
  kFirst,   // of the first argument
  kCommon,  // of all arguments together
};

struct FunctionTemplate {
  std::string_view name;
  int min_arguments;
  int max_arguments;  // -1: any number
  std::string_view sql;
  ResultType result;
  bool text_arguments = false;  // arguments are cast to text first
};

std::span<const FunctionTemplate> AggregateFunctions();       // aggregate_functions.cc, window functions too
std::span<const FunctionTemplate> NumericFunctions();         // numeric_functions.cc
std::span<const FunctionTemplate> TextFunctions();            // text_functions.cc
std::span<const FunctionTemplate> ConditionalFunctions();     // conditional_functions.cc
std::span<const FunctionTemplate> DateFunctions();            // date_functions.cc
std::span<const FunctionTemplate> SemiStructuredFunctions();  // semi_structured_functions.cc

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FUNCTION_TABLE_H_
