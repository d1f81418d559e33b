// GRANT and REVOKE of privileges: on objects, on all objects in a container, and on future ones.
#include <algorithm>

#include "account/engine/execute.h"
#include "account/engine/grant_targets.h"
#include "account/engine/name_lookup.h"
#include "account/engine/object_target.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/objects/privileges.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

Status InvalidPrivilege(std::string_view privilege, ObjectKind kind) {
  return sql::MakeSqlError(StatusCode::kInvalidArgument, "003008", "42601",
                           fmt::format("SQL compilation error:\nInvalid privilege '{}' for object type '{}'.",
                                       privilege, KindName(kind)));
}

Result<std::vector<std::string>> PrivilegesFor(const sql::GrantPrivilegesStatement& statement,
                                               ObjectKind kind) {
  if (statement.all_privileges) {
    const auto all = PrivilegesOn(kind);
    return std::vector<std::string>(all.begin(), all.end());
  }
  for (const std::string& privilege : statement.privileges) {
    if (!IsPrivilegeOn(kind, privilege) || privilege == "OWNERSHIP") return InvalidPrivilege(privilege, kind);
  }
  return statement.privileges;
}

// FUTURE grants need MANAGE GRANTS. Friendly mode lets the container's owner make them, with a warning.
Status CheckFutureGrants(StatementContext& context, const Object& container) {
  if (context.authorizer().HasManageGrants()) return Status::Ok();
  if (!context.strict() && context.authorizer().Owns(container.id)) {
    context.Warn(fmt::format("role {} lacks MANAGE GRANTS; allowed because it owns {}",
                             context.session().role, ObjectText(context, container)));
    return Status::Ok();
  }
  return InsufficientPrivileges(container.kind(), container.name);
}

Result<QueryResult> ExecuteFuture(StatementContext& context, const sql::GrantPrivilegesStatement& statement,
                                  const Object& role) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* container, GrantContainer(context, statement.target));
  const std::optional<ObjectKind> kind = ToObjectKind(statement.target.kind);
  if (!kind) {
    return UnsupportedFeature("future grants on " + std::string(sql::KindPlural(statement.target.kind)));
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckFutureGrants(context, *container));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<std::string> privileges, PrivilegesFor(statement, *kind));
  const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
  for (const std::string& privilege : privileges) {
    if (statement.revoke) {
      transaction->RemoveFutureGrant(privilege, *kind, container->id, role.id);
    } else {
      transaction->AddFutureGrant(
          {privilege, *kind, container->id, role.id, statement.grant_option, context.role(), 0});
    }
  }
  LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  return StatusResult("Statement executed successfully.");
}

// Takes a privilege away, and with CASCADE what its holder passed on.
void Revoke(const Snapshot& snapshot, const std::string& privilege, const Object& object, ObjectId role,
            const sql::GrantPrivilegesStatement& statement, Transaction& transaction) {
  const bool had = transaction.RemoveGrant(privilege, object.id, role);
  if (statement.grant_option && had) {
    // REVOKE GRANT OPTION FOR keeps the privilege itself.
    transaction.AddGrant({privilege, object.id, role, false, kNoObject, 0});
  }
  if (!statement.cascade) return;
  for (const Grant* grant : snapshot.GrantsOn(object.id)) {
    if (grant->privilege == privilege && grant->granted_by == role && grant->grantee != role) {
      Revoke(snapshot, privilege, object, grant->grantee, statement, transaction);
    }
  }
}

}  // namespace

Result<QueryResult> ExecuteGrantPrivileges(StatementContext& context,
                                           const sql::GrantPrivilegesStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role, GranteeRole(context, statement.grantee));
  if (statement.target.scope == sql::GrantScope::kFutureIn) {
    Result<QueryResult> result = ExecuteFuture(context, statement, *role);
    context.Refresh();
    return result;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<const Object*> objects,
                            GrantTargets(context, statement.target));
  const bool all_in = statement.target.scope == sql::GrantScope::kAllIn;
  {
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    for (const Object* object : objects) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<std::string> privileges,
                                PrivilegesFor(statement, object->kind()));
      for (const std::string& privilege : privileges) {
        if (!context.authorizer().CanGrant(privilege, object->id)) {
          // ALL stands for those that the grantor may give.
          if (statement.all_privileges || all_in) continue;
          return InsufficientPrivileges(object->kind(), ObjectText(context, *object));
        }
        if (statement.revoke) {
          Revoke(context.snapshot(), privilege, *object, role->id, statement, *transaction);
        } else {
          transaction->AddGrant({privilege, object->id, role->id, statement.grant_option, context.role(), 0});
        }
      }
    }
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  }
  context.Refresh();
  if (all_in)
    return StatusResult(fmt::format("Statement executed successfully. {} objects affected.", objects.size()));
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
