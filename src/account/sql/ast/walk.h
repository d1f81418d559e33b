// Walking expressions without naming every kind of them.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_WALK_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_WALK_H_

#include <functional>

#include "account/sql/ast/expression.h"

namespace lifeboat::account::sql {

// Calls `visit` with each direct, non-null sub-expression, in the order they are written. Queries inside are
// not entered, `visit_query` is called with them instead (it may be empty).
void ForEachChild(const Expression& expression, const std::function<void(const Expression&)>& visit,
                  const std::function<void(const Query&)>& visit_query = nullptr);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_WALK_H_
