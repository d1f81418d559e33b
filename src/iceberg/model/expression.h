// Expression: a filter over the columns of a table, bound to field ids. It is used to leave out files that
// cannot hold matching rows; reading engines still filter the rows.
//
// Null semantics follow SQL: a comparison with null is not true, so a column that is all null matches none.
#ifndef LIFEBOAT_ICEBERG_MODEL_EXPRESSION_H_
#define LIFEBOAT_ICEBERG_MODEL_EXPRESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/model/literal.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

struct Expression {
  enum class Op : uint8_t {
    kTrue,
    kFalse,
    kAnd,
    kOr,
    kNot,
    kIsNull,
    kNotNull,
    kIsNan,
    kNotNan,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kEqual,
    kNotEqual,
    kIn,
    kNotIn,
    kStartsWith,
    kNotStartsWith,
  };

  Op op = Op::kTrue;
  std::vector<Expression> children;  // kAnd, kOr: any number; kNot: one
  int32_t field_id = 0;              // predicates: the column
  // Comparisons and kStartsWith: one; kIn, kNotIn: any number. Of the column's type (see CastLiteral), never
  // null.
  std::vector<Literal> literals;
  // Predicates: the predicate is on the column transformed, its literals are of the transform's result type.
  std::optional<Transform> transform;
  // kNotEqual, kNotIn, kNotStartsWith: true of null too, as in Iceberg's own expressions.
  bool matches_null = false;

  bool operator==(const Expression&) const = default;

  static Expression True() { return {}; }
  static Expression False();
  static Expression And(std::vector<Expression> children);
  static Expression Or(std::vector<Expression> children);
  static Expression Not(Expression child);
  static Expression IsNull(int32_t field_id);
  static Expression NotNull(int32_t field_id);
  static Expression Compare(Op op, int32_t field_id, Literal literal);
  static Expression Equal(int32_t field_id, Literal literal);
  static Expression In(int32_t field_id, std::vector<Literal> literals);
  static Expression StartsWith(int32_t field_id, std::string prefix);
};

// The operation that is true where `op` is not: kLess → kGreaterOrEqual, kAnd → kOr, kTrue → kFalse; kNot has
// none and stays.
Expression::Op Negated(Expression::Op op);

// The same filter without kNot: negation is pushed into the predicates.
Expression RewriteNot(const Expression& expression);

// Every predicate names a field of `schema`, a primitive one unless it only asks for null, and carries
// literals of its alternative; kInvalidArgument names the field otherwise.
Status ValidateExpression(const Expression& expression, const Schema& schema);

// For messages: `(campaign_id = 'CMP-1' AND hour < 3)`.
std::string ToString(const Expression& expression, const Schema& schema);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_EXPRESSION_H_
