#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/properties.h"

namespace lifeboat::account {

Result<QueryResult> ExecuteCreateRole(StatementContext& context,
                                      const sql::CreateObjectStatement& statement) {
  LIFEBOAT_RETURN_IF_ERROR(CheckKnownProperties(statement.properties, {"COMMENT"}));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kRole, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action == ExistingAction::kKeep) return CreatedResult("Role", name, action);
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kRole, kAccountId));
  Object role;
  role.name = name;
  role.owner = context.role();
  role.body = Role{};
  LIFEBOAT_ASSIGN_OR_RETURN(role.comment, CommentOf(context, statement.properties));
  LIFEBOAT_RETURN_IF_ERROR(CreateOrReplace(context, action, existing, {std::move(role)}).status());
  return CreatedResult("Role", name, action);
}

}  // namespace lifeboat::account
