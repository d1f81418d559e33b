// Constants: values known before a query runs — DDL properties, SHOW patterns, SET of plain values.
#ifndef LIFEBOAT_ACCOUNT_SQL_CONSTANT_H_
#define LIFEBOAT_ACCOUNT_SQL_CONSTANT_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "account/sql/ast/expression.h"
#include "base/result.h"

namespace lifeboat::account::sql {

struct Constant {
  LiteralKind kind = LiteralKind::kNull;
  std::string text;  // as in Literal

  // 'it''s', 1.5, TRUE, NULL: parses back to the same constant.
  std::string ToSql() const;
};

// Values of $variables and placeholders by name; nothing: not set.
struct ConstantScope {
  std::function<std::optional<Constant>(std::string_view name)> variable;
  std::function<std::optional<Constant>(std::string_view name)> bind;
};

// Literals, signs, `||`, $variables, binds and parentheses. Anything else is kUnsupported, so that a caller
// who can run queries (SET v = (SELECT …)) may do that instead. An unset variable is 002211: Session variable
// '$X' does not exist.
Result<Constant> FoldConstant(const Expression& expression, const ConstantScope& scope);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_CONSTANT_H_
