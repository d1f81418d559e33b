#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

Status UseRole(StatementContext& context, const sql::UseStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role,
                            FindAccountObject(context, ObjectKind::kRole, statement.name));
  if (role == nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto parts, context.Parts(statement.name));
    return DoesNotExist(ObjectKind::kRole, NameText(parts), nullptr);
  }
  for (const ObjectId granted : Authorizer::RolesOf(context.snapshot(), context.session().user)) {
    if (Authorizer::Closure(context.snapshot(), granted).contains(role->id)) {
      context.session().role = role->name;
      context.Refresh();
      return Status::Ok();
    }
  }
  return RoleNotAssigned(role->name);
}

Status UseWarehouse(StatementContext& context, const sql::UseStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* warehouse,
                            FindAccountObject(context, ObjectKind::kWarehouse, statement.name));
  if (warehouse == nullptr || !context.authorizer().Has("USAGE", warehouse->id)) return CannotBePerformed();
  context.session().warehouse = warehouse->name;
  return Status::Ok();
}

Status UseDatabase(StatementContext& context, const sql::UseStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* database,
                            FindAccountObject(context, ObjectKind::kDatabase, statement.name));
  if (database == nullptr || !context.authorizer().Has("USAGE", database->id)) return CannotBePerformed();
  context.session().database = database->name;
  // PUBLIC becomes current where it can be used.
  const Object* schema = context.snapshot().Find(ObjectKind::kSchema, database->id, "PUBLIC");
  context.session().schema =
      schema != nullptr && context.authorizer().Has("USAGE", schema->id) ? "PUBLIC" : "";
  return Status::Ok();
}

Status UseSchema(StatementContext& context, const sql::UseStatement& statement) {
  const Result<QualifiedTarget> target = ResolveInDatabase(context, statement.name, "USE SCHEMA");
  if (!target.ok()) {
    return target.status().code() == StatusCode::kNotFound ? CannotBePerformed() : target.status();
  }
  sql::Identifier name;
  name.text = target->name;
  const Object* schema = FindSchemaIn(context.snapshot(), *target->database, name);
  const bool is_information_schema = target->name == "INFORMATION_SCHEMA";
  const bool may_enter =
      context.authorizer().Has("USAGE", target->database->id) &&
      (is_information_schema || (schema != nullptr && context.authorizer().Has("USAGE", schema->id)));
  if (!may_enter) return CannotBePerformed();
  context.session().database = target->database->name;
  context.session().schema = is_information_schema ? target->name : schema->name;
  return Status::Ok();
}

Status UseSecondaryRoles(StatementContext& context, const sql::UseStatement& statement) {
  SessionContext& session = context.session();
  std::vector<std::string> names;
  for (const sql::Identifier& name : statement.roles) {
    const Object* role = context.snapshot().Find(ObjectKind::kRole, kAccountId, name.text);
    if (role == nullptr) return DoesNotExist(ObjectKind::kRole, QuoteIdentifier(name.text), nullptr);
    bool granted = false;
    for (const ObjectId mine : Authorizer::RolesOf(context.snapshot(), session.user)) {
      granted = granted || Authorizer::Closure(context.snapshot(), mine).contains(role->id);
    }
    if (!granted) return RoleNotAssigned(role->name);
    names.push_back(role->name);
  }
  session.secondary_roles_all = statement.secondary == sql::SecondaryRoles::kAll;
  session.secondary_roles = std::move(names);
  context.Refresh();
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ExecuteUse(StatementContext& context, const sql::UseStatement& statement) {
  switch (statement.kind) {
    case sql::UseKind::kRole:
      LIFEBOAT_RETURN_IF_ERROR(UseRole(context, statement));
      break;
    case sql::UseKind::kWarehouse:
      LIFEBOAT_RETURN_IF_ERROR(UseWarehouse(context, statement));
      break;
    case sql::UseKind::kDatabase:
      LIFEBOAT_RETURN_IF_ERROR(UseDatabase(context, statement));
      break;
    case sql::UseKind::kSchema:
      LIFEBOAT_RETURN_IF_ERROR(UseSchema(context, statement));
      break;
    case sql::UseKind::kSecondaryRoles:
      LIFEBOAT_RETURN_IF_ERROR(UseSecondaryRoles(context, statement));
      break;
  }
  QueryResult result = StatusResult("Statement executed successfully.", StatementType::kUse);
  result.session_changed = true;
  return result;
}

}  // namespace lifeboat::account
