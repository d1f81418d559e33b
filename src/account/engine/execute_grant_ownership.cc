#include "account/engine/execute.h"
#include "account/engine/grant_targets.h"
#include "account/engine/name_lookup.h"
#include "account/engine/object_target.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

Status TransferOne(StatementContext& context, const sql::GrantOwnershipStatement& statement,
                   const Object& object, const Object& role, Transaction& transaction) {
  if (!context.authorizer().Owns(object.id) && !context.authorizer().HasManageGrants()) {
    return InsufficientPrivileges(object.kind(), ObjectText(context, object));
  }
  const std::vector<const Grant*> grants = context.snapshot().GrantsOn(object.id);
  if (!grants.empty() && statement.current_grants == sql::CurrentGrants::kUnspecified) {
    return sql::MakeSqlError(
        StatusCode::kFailedPrecondition, "003036", "42601",
        fmt::format("SQL execution error: Dependent grant of privilege '{}' on securable '{}' to role '{}' "
                    "exists. It "
                    "must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' "
                    "command to view "
                    "them. To revoke all dependent grants while transferring object ownership, use "
                    "convenience command "
                    "'GRANT OWNERSHIP ON <target_objects> TO <target_role> REVOKE CURRENT GRANTS'.",
                    grants[0]->privilege, ObjectText(context, object),
                    context.snapshot().NameOf(grants[0]->grantee)));
  }
  if (statement.current_grants == sql::CurrentGrants::kRevoke) transaction.RemoveGrantsOn(object.id);
  Object changed = *transaction.view().Get(object.id);
  changed.owner = role.id;
  return transaction.Update(std::move(changed));
}

Status AddFuture(StatementContext& context, const sql::GrantOwnershipStatement& statement,
                 const Object& role) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* container, GrantContainer(context, statement.target));
  const std::optional<ObjectKind> kind = ToObjectKind(statement.target.kind);
  if (!kind)
    return UnsupportedFeature("future grants on " + std::string(sql::KindPlural(statement.target.kind)));
  if (!context.authorizer().HasManageGrants())
    return InsufficientPrivileges(container->kind(), container->name);
  const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
  transaction->AddFutureGrant({"OWNERSHIP", *kind, container->id, role.id, false, context.role(), 0});
  return transaction->Commit();
}

}  // namespace

Result<QueryResult> ExecuteGrantOwnership(StatementContext& context,
                                          const sql::GrantOwnershipStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role, GranteeRole(context, statement.grantee));
  if (statement.target.scope == sql::GrantScope::kFutureIn) {
    LIFEBOAT_RETURN_IF_ERROR(AddFuture(context, statement, *role));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<const Object*> objects,
                              GrantTargets(context, statement.target));
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    for (const Object* object : objects) {
      if (object->kind() == ObjectKind::kAccount) return UnsupportedFeature("OWNERSHIP of the account");
      LIFEBOAT_RETURN_IF_ERROR(TransferOne(context, statement, *object, *role, *transaction));
    }
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  }
  context.Refresh();
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
