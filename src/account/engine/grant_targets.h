// Which objects a GRANT or REVOKE is about.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_GRANT_TARGETS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_GRANT_TARGETS_H_

#include <vector>

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/statement.h"
#include "base/result.h"

namespace lifeboat::account {

// The objects of kObject and kAllIn targets; empty where a container holds none. REQUIRES: not kFutureIn.
Result<std::vector<const Object*>> GrantTargets(const StatementContext& context,
                                                const sql::GrantTarget& target);

// The database or schema of kAllIn and kFutureIn.
Result<const Object*> GrantContainer(const StatementContext& context, const sql::GrantTarget& target);

// The role named as grantee; visible or not. Errors: 002003; kUnsupported for shares and database roles.
Result<const Object*> GranteeRole(const StatementContext& context, const sql::Grantee& grantee);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_GRANT_TARGETS_H_
