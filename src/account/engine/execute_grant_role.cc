#include <algorithm>

#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {

Result<QueryResult> ExecuteGrantRole(StatementContext& context, const sql::GrantRoleStatement& statement) {
  if (statement.database_role) return UnsupportedFeature("database roles");
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role,
                            FindAccountObject(context, ObjectKind::kRole, statement.role));
  if (role == nullptr) return DoesNotExist(ObjectKind::kRole, ToString(statement.role), nullptr);
  const bool to_user = statement.grantee.kind == sql::GranteeKind::kUser;
  if (!to_user && statement.grantee.kind != sql::GranteeKind::kRole) {
    return UnsupportedFeature("granting roles to shares and database roles");
  }
  const ObjectKind kind = to_user ? ObjectKind::kUser : ObjectKind::kRole;
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* grantee, FindAccountObject(context, kind, statement.grantee.name));
  if (grantee == nullptr) return DoesNotExist(kind, ToString(statement.grantee.name), nullptr);
  if (!context.authorizer().CanGrant("USAGE", role->id))
    return InsufficientPrivileges(ObjectKind::kRole, role->name);

  const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
  if (statement.revoke) {
    if (!transaction->RemoveRoleGrant(role->id, grantee->id)) {
      context.Warn(fmt::format("role {} was not granted to {}", role->name, grantee->name));
    }
  } else {
    const auto members = Authorizer::Closure(transaction->view(), role->id);
    if (!to_user && members.contains(grantee->id)) {
      return sql::MakeSqlError(
          StatusCode::kInvalidArgument, "003013", "42501",
          fmt::format("SQL compilation error:\nRole {} cannot be granted to role {}: {} is "
                      "already granted to {}.",
                      role->name, grantee->name, grantee->name, role->name));
    }
    transaction->AddRoleGrant(role->id, grantee->id, context.role());
  }
  LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  context.Refresh();
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
