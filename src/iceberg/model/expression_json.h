// The JSON form of expressions in the REST protocol.
//
//   {"type": "and", "left": {"type": "eq", "term": "day", "value": "2026-01-31"}, "right": true}
//
// Source: Iceberg REST specification 1.11, "Expression"; what the reference parser (Java's ExpressionParser)
// takes beyond it is taken too: bare booleans, {"type": "literal", "value": …} and {"type": "reference"}.
#ifndef LIFEBOAT_ICEBERG_MODEL_EXPRESSION_JSON_H_
#define LIFEBOAT_ICEBERG_MODEL_EXPRESSION_JSON_H_

#include <boost/json/value.hpp>
#include <cstddef>

#include "base/result.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/json.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

// Expressions are evaluated for every file of a table; these bound what one may cost.
inline constexpr size_t kExpressionDepthMax = 256;
inline constexpr size_t kExpressionPredicatesMax = 2'000;
inline constexpr size_t kExpressionLiteralsMax = 10'000;

// The expression bound to `schema`, with negation pushed into its predicates (no kNot). kInvalidArgument with
// the path for an unknown column, a value that is not of the column's type, or an expression beyond the
// limits.
Result<Expression> ParseExpression(const boost::json::value& value, const Schema& schema, bool case_sensitive,
                                   const JsonPath& path = {});

// Columns are written by their name in `schema`.
void AppendExpressionJson(const Expression& expression, const Schema& schema, JsonWriter& writer);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_EXPRESSION_JSON_H_
