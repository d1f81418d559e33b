#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/object_properties.h"
#include "account/engine/properties.h"
#include "account/engine/statement_error.h"
#include "account/objects/password.h"

namespace lifeboat::account {

Status ApplyUserProperties(const StatementContext& context, const sql::Properties& properties,
                           Object& object) {
  User user = object.as<User>();
  for (const sql::Property& property : properties) {
    if (property.name == "DEFAULT_SECONDARY_ROLES") {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<std::string> roles, PropertyTexts(context, property));
      user.secondary_roles_all = !roles.empty();
      continue;
    }
    if (property.name == "DISABLED") {
      LIFEBOAT_ASSIGN_OR_RETURN(user.disabled, PropertySwitch(context, property));
      continue;
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, PropertyText(context, property));
    if (property.name == "PASSWORD") {
      LIFEBOAT_ASSIGN_OR_RETURN(user.password_hash, HashPassword(text, *context.engine().options.random));
    } else if (property.name == "DEFAULT_ROLE") {
      user.default_role = text;
    } else if (property.name == "DEFAULT_WAREHOUSE") {
      user.default_warehouse = text;
    } else if (property.name == "DEFAULT_NAMESPACE") {
      const size_t dot = text.find('.');
      user.default_database = text.substr(0, dot);
      user.default_schema = dot == std::string::npos ? "" : text.substr(dot + 1);
    } else if (property.name == "COMMENT") {
      object.comment = text;
    } else if (property.name != "LOGIN_NAME" && property.name != "DISPLAY_NAME" && property.name != "EMAIL" &&
               property.name != "FIRST_NAME" && property.name != "LAST_NAME" &&
               property.name != "MUST_CHANGE_PASSWORD" && property.name != "TYPE") {
      return UnknownProperty(property);
    }
  }
  object.body = std::move(user);
  return Status::Ok();
}

Result<QueryResult> ExecuteCreateUser(StatementContext& context,
                                      const sql::CreateObjectStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kUser, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action == ExistingAction::kKeep) return CreatedResult("User", name, action);
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kUser, kAccountId));
  Object user;
  user.name = name;
  user.owner = context.role();
  user.body = User{};
  LIFEBOAT_RETURN_IF_ERROR(ApplyUserProperties(context, statement.properties, user));
  LIFEBOAT_RETURN_IF_ERROR(CreateOrReplace(context, action, existing, {std::move(user)}).status());
  return CreatedResult("User", name, action);
}

}  // namespace lifeboat::account
