// Queries: what stands wherever SELECT may stand.
//
// A Query is WITH … body ORDER BY … LIMIT …; its body is a SELECT block, VALUES, a parenthesised Query, or a
// chain of set operations whose branches keep the order they are written in.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_QUERY_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_QUERY_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "account/sql/ast/expression.h"
#include "account/sql/ast/name.h"

namespace lifeboat::account::sql {

struct QueryBody;
using QueryBodyPtr = std::unique_ptr<QueryBody>;
struct TableRef;
using TableRefPtr = std::unique_ptr<TableRef>;

struct SelectItem {
  ExpressionPtr expression;  // a Star for *
  std::optional<Identifier> alias;
  std::string text;  // the expression as written, which names the column where there is no alias
};

struct TableAlias {
  Identifier name;  // empty text: no alias
  std::vector<Identifier> columns;
};

// SAMPLE / TABLESAMPLE [BERNOULLI|SYSTEM] (n [ROWS]) [SEED (k)].
struct Sample {
  ExpressionPtr size;
  bool rows = false;
  bool system = false;
  ExpressionPtr seed;  // may be null
};

// AT/BEFORE (TIMESTAMP => e | OFFSET => e | STATEMENT => e | VERSION => e).
struct TimeTravel {
  bool before = false;
  std::string kind;  // upper-case
  ExpressionPtr value;
};

struct NamedTable {
  ObjectName name;
  std::unique_ptr<TimeTravel> time_travel;  // may be null
};
// TABLE(f(…)); a FLATTEN or a function written without TABLE( ) after LATERAL too.
struct TableFunction {
  FunctionCall call;
};
struct DerivedTable {
  QueryPtr query;
};
struct ValuesTable {
  std::vector<std::vector<ExpressionPtr>> rows;
};
enum class JoinKind { kInner, kLeft, kRight, kFull, kCross, kComma, kAsof };
struct Join {
  JoinKind kind = JoinKind::kInner;
  bool natural = false;
  TableRefPtr left, right;
  ExpressionPtr on;  // may be null
  std::vector<Identifier> using_columns;
  ExpressionPtr match_condition;  // ASOF; may be null
};
struct ParenthesizedTable {
  TableRefPtr table;
};

struct TableRef {
  std::variant<NamedTable, TableFunction, DerivedTable, ValuesTable, Join, ParenthesizedTable> node;
  bool lateral = false;
  TableAlias alias;
  std::unique_ptr<Sample> sample;  // may be null
  Location location;
  int height = 1;
};

// GROUP BY elements: an expression (or ordinal), or a grouping construct over lists of expressions.
enum class GroupingKind { kExpression, kRollup, kCube, kSets };
struct GroupingElement {
  GroupingKind kind = GroupingKind::kExpression;
  std::vector<std::vector<ExpressionPtr>> sets;  // kExpression: one set of one
};

struct NamedWindow {
  Identifier name;
  WindowSpec spec;
};

struct Select {
  bool distinct = false;
  ExpressionPtr top;  // SELECT TOP n in a branch of a set operation; may be null
  std::vector<SelectItem> items;
  TableRefPtr from;  // may be null
  ExpressionPtr where;
  bool group_by_all = false;
  std::vector<GroupingElement> group_by;
  ExpressionPtr having;
  std::vector<NamedWindow> windows;
  ExpressionPtr qualify;
};

struct ParenthesizedQuery {
  QueryPtr query;
};

enum class SetOperator { kUnion, kExcept, kIntersect };
// `op` joins what stands before with `body`.
struct SetOperationTerm {
  SetOperator op = SetOperator::kUnion;
  bool all = false;
  bool by_name = false;
  QueryBodyPtr body;
};
// Left to right; INTERSECT, which binds tighter, is already nested.
struct SetOperation {
  QueryBodyPtr first;
  std::vector<SetOperationTerm> rest;
};

struct QueryBody {
  std::variant<Select, ValuesTable, ParenthesizedQuery, SetOperation> node;
};

struct CommonTable {
  Identifier name;
  std::vector<Identifier> columns;
  QueryPtr query;
};

struct Query {
  bool recursive = false;
  std::vector<CommonTable> with;
  QueryBodyPtr body;
  std::vector<OrderItem> order_by;
  bool order_by_all = false;
  ExpressionPtr limit, offset;  // may be null; LIMIT NULL is null
  Span span;                    // the query's own text, comments inside included
  int height = 1;               // of the tallest expression inside, nested queries included
};

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_QUERY_H_
