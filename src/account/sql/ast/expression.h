// Expressions of the Snowflake dialect as the parser understands them; nothing is resolved yet.
//
// An Expression is a variant of small structs. Sub-expressions are never null in a parsed statement unless a
// comment says "may be null". `height` bounds the recursion that any walk over the tree needs.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_EXPRESSION_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_EXPRESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "account/sql/ast/name.h"
#include "account/sql/data_type.h"

namespace lifeboat::account::sql {

struct Query;
using QueryPtr = std::unique_ptr<Query>;

enum class LiteralKind { kNull, kBoolean, kNumber, kString, kBinary };

// `text` is the value: escapes resolved for strings, digits as written for numbers ("1.50", "1e3"),
// "TRUE"/"FALSE", hexadecimal digits for X'…'.
struct Literal {
  LiteralKind kind = LiteralKind::kNull;
  std::string text;
};

// DATE '2024-01-01', TIMESTAMP_NTZ '…': a constant cast of the text.
struct TypedLiteral {
  TypeName type;
  std::string text;
};

// INTERVAL '1 day, 2 hours'.
struct IntervalLiteral {
  std::string text;
};

// a, t.a, s.t.a, d.s.t.a.
struct ColumnRef {
  std::vector<Identifier> parts;
};

// $1 or t.$1: the n-th column of a FROM item.
struct PositionalColumn {
  std::vector<Identifier> qualifier;
  int index = 1;
};

// $name: a session variable, upper-case.
struct VariableRef {
  std::string name;
};

// `?` (named "1", "2", … in order of appearance), `:1` or `:name`.
struct Bind {
  std::string name;
};

// IDENTIFIER(expr) where a column is expected.
struct IdentifierRef {
  ExpressionPtr name;
};

// *, t.*, with its modifiers. Also the argument of COUNT(*).
struct Star {
  std::vector<Identifier> qualifier;
  std::string ilike;  // `* ILIKE '%x%'`; empty: none
  std::vector<Identifier> exclude;
  std::vector<std::pair<ExpressionPtr, Identifier>> replace;  // REPLACE (expr AS column)
  std::vector<std::pair<Identifier, Identifier>> rename;      // RENAME (column AS new)
};

enum class UnaryOperator { kMinus, kPlus, kNot };
struct Unary {
  UnaryOperator op = UnaryOperator::kMinus;
  ExpressionPtr operand;
};

enum class BinaryOperator {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kConcat,
  kMultiply,
  kDivide,
  kModulo
};
std::string_view OperatorText(BinaryOperator op);  // "<>" for kNotEqual
struct Binary {
  BinaryOperator op = BinaryOperator::kAnd;
  ExpressionPtr left, right;
};

struct Case {
  ExpressionPtr operand;  // may be null: searched CASE
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> branches;
  ExpressionPtr otherwise;  // may be null
};

// CAST(x AS t), x::t, TRY_CAST(x AS t).
struct Cast {
  ExpressionPtr operand;
  TypeName type;
  bool try_cast = false;
};

struct Between {
  ExpressionPtr operand, low, high;
  bool negated = false;
};

// x IN (1, 2), x IN (SELECT …); exactly one of list and query.
struct In {
  ExpressionPtr operand;  // a Row for (a, b) IN (…)
  std::vector<ExpressionPtr> list;
  QueryPtr query;
  bool negated = false;
};

struct Exists {
  QueryPtr query;
};

struct ScalarSubquery {
  QueryPtr query;
};

// x = ANY (SELECT …), x > ALL (SELECT …).
struct QuantifiedComparison {
  BinaryOperator op = BinaryOperator::kEqual;
  ExpressionPtr operand;
  bool all = false;
  QueryPtr query;
};

enum class LikeKind { kLike, kIlike, kRlike };
enum class Quantifier { kNone, kAny, kAll };
// x [NOT] LIKE p [ESCAPE e], x ILIKE ANY (p, q), x RLIKE p (REGEXP is the same).
struct Like {
  LikeKind kind = LikeKind::kLike;
  Quantifier quantifier = Quantifier::kNone;
  bool negated = false;
  ExpressionPtr operand;
  std::vector<ExpressionPtr> patterns;  // one unless quantified
  ExpressionPtr escape;                 // may be null
};

// x IS [NOT] NULL / TRUE / FALSE.
enum class IsKind { kNull, kTrue, kFalse };
struct Is {
  ExpressionPtr operand;
  IsKind kind = IsKind::kNull;
  bool negated = false;
};

// a IS [NOT] DISTINCT FROM b.
struct IsDistinct {
  ExpressionPtr left, right;
  bool negated = false;
};

struct OrderItem {
  ExpressionPtr expression;
  bool descending = false;
  std::optional<bool> nulls_first;  // nothing: Snowflake's default, last ascending and first descending
};

enum class FrameUnit { kRows, kRange };
enum class FrameBoundKind { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };
struct FrameBound {
  FrameBoundKind kind = FrameBoundKind::kCurrentRow;
  ExpressionPtr offset;  // null unless kPreceding or kFollowing
};
struct WindowFrame {
  FrameUnit unit = FrameUnit::kRows;
  FrameBound start, end;
};
struct WindowSpec {
  Identifier base;  // OVER w, OVER (w …); empty text: none
  std::vector<ExpressionPtr> partition_by;
  std::vector<OrderItem> order_by;
  std::optional<WindowFrame> frame;
};

struct FunctionArgument {
  std::string name;  // upper-case, of `name => value`; empty: positional
  ExpressionPtr value;
};
enum class NullTreatment { kDefault, kIgnoreNulls, kRespectNulls };

// f(…), s.f(…), SYSTEM$F(…), and the functions written without parentheses (CURRENT_TIMESTAMP).
struct FunctionCall {
  ObjectName name;
  std::vector<FunctionArgument> arguments;
  bool distinct = false;
  bool parentheses = true;
  std::vector<OrderItem> within_group;
  ExpressionPtr filter;  // may be null
  NullTreatment nulls = NullTreatment::kDefault;
  std::unique_ptr<WindowSpec> over;  // may be null
};

// EXTRACT(part FROM x).
struct Extract {
  std::string part;  // upper-case
  ExpressionPtr operand;
};

// v:field and what follows it with a dot; names of fields are case-sensitive and never folded.
struct Path {
  ExpressionPtr operand;
  std::string field;
};

// v[0], v['field'].
struct Subscript {
  ExpressionPtr operand, index;
};

struct ObjectLiteral {
  std::vector<std::pair<std::string, ExpressionPtr>> fields;
};
struct ArrayLiteral {
  std::vector<ExpressionPtr> elements;
};
// (a, b), at least two elements.
struct Row {
  std::vector<ExpressionPtr> elements;
};
struct Collate {
  ExpressionPtr operand;
  std::string collation;
};

struct Expression {
  using Node = std::variant<Literal, TypedLiteral, IntervalLiteral, ColumnRef, PositionalColumn, VariableRef,
                            Bind, IdentifierRef, Star, Unary, Binary, Case, Cast, Between, In, Exists,
                            ScalarSubquery, QuantifiedComparison, Like, Is, IsDistinct, FunctionCall, Extract,
                            Path, Subscript, ObjectLiteral, ArrayLiteral, Row, Collate>;
  Node node;
  Span span;
  int height = 1;
};

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_EXPRESSION_H_
