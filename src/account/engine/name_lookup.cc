#include "account/engine/name_lookup.h"

#include <algorithm>

#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

using Parts = std::vector<sql::Identifier>;

const Object* FindDatabaseByName(const Snapshot& snapshot, std::string_view name) {
  return snapshot.Find(ObjectKind::kDatabase, kAccountId, name);
}

// A database can be entered by whoever may use it; it is visible to MANAGE GRANTS as well.
bool IsVisible(const StatementContext& context, const Object& object) {
  return context.authorizer().CanSee(object) || context.authorizer().Has("USAGE", object.id);
}

}  // namespace

NameScope SessionScope(const StatementContext& context) {
  return {context.session().database, context.session().schema};
}

std::string NameText(const Parts& parts) {
  std::string text;
  for (const sql::Identifier& part : parts) text += (text.empty() ? "" : ".") + QuoteIdentifier(part.text);
  return text;
}

bool IgnoresCase(const Object& database) {
  const auto* body = database.get_if<Database>();
  return body != nullptr && body->link && !body->link->case_sensitive;
}

Result<const Object*> FindAccountObject(const StatementContext& context, ObjectKind kind,
                                        const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Parts parts, context.Parts(name));
  if (parts.size() != 1) return DoesNotExist(kind, NameText(parts), &name.location);
  return context.snapshot().Find(kind, kAccountId, parts[0].text);
}

Result<const Object*> GetAccountObject(const StatementContext& context, ObjectKind kind,
                                       const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* object, FindAccountObject(context, kind, name));
  if (object == nullptr || !IsVisible(context, *object)) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Parts parts, context.Parts(name));
    return DoesNotExist(kind, NameText(parts), nullptr);
  }
  return object;
}

Result<const Object*> GetDatabase(const StatementContext& context, const sql::ObjectName& name) {
  return GetAccountObject(context, ObjectKind::kDatabase, name);
}

const Object* FindSchemaIn(const Snapshot& snapshot, const Object& database, const sql::Identifier& name) {
  const Object* schema = snapshot.Find(ObjectKind::kSchema, database.id, name.text);
  if (schema == nullptr && IgnoresCase(database)) {
    schema = snapshot.FindIgnoringCase(ObjectKind::kSchema, database.id, name.text);
  }
  return schema;
}

Result<const Object*> CurrentDatabase(const StatementContext& context, std::string_view action) {
  const NameScope scope = SessionScope(context);
  const Object* database =
      scope.database.empty() ? nullptr : FindDatabaseByName(context.snapshot(), scope.database);
  if (database == nullptr) return NoCurrentDatabase(action);
  return database;
}

Result<const Object*> CurrentSchema(const StatementContext& context, std::string_view action) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* database, CurrentDatabase(context, action));
  const NameScope scope = SessionScope(context);
  const Object* schema = scope.schema.empty()
                             ? nullptr
                             : context.snapshot().Find(ObjectKind::kSchema, database->id, scope.schema);
  if (schema == nullptr) return NoCurrentSchema(action);
  return schema;
}

Result<const Object*> GetSchema(const StatementContext& context, const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target, ResolveInDatabase(context, name, "this operation"));
  sql::Identifier identifier{target.name, target.quoted, target.location};
  const Object* schema = FindSchemaIn(context.snapshot(), *target.database, identifier);
  if (schema == nullptr || !IsVisible(context, *schema)) {
    return DoesNotExist(ObjectKind::kSchema, target.text, nullptr);
  }
  return schema;
}

Result<QualifiedTarget> ResolveInDatabase(const StatementContext& context, const sql::ObjectName& name,
                                          std::string_view action) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Parts parts, context.Parts(name));
  if (parts.empty() || parts.size() > 2)
    return DoesNotExist(ObjectKind::kSchema, NameText(parts), &name.location);
  QualifiedTarget target;
  target.location = name.location;
  target.name = parts.back().text;
  target.quoted = parts.back().quoted;
  if (parts.size() == 2) {
    target.database = FindDatabaseByName(context.snapshot(), parts[0].text);
    if (target.database == nullptr || !IsVisible(context, *target.database)) {
      return DoesNotExist(ObjectKind::kDatabase, QuoteIdentifier(parts[0].text), nullptr);
    }
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(target.database, CurrentDatabase(context, action));
  }
  target.text = QuoteIdentifier(target.database->name) + "." + QuoteIdentifier(target.name);
  return target;
}

Result<QualifiedTarget> ResolveInSchema(const StatementContext& context, const sql::ObjectName& name,
                                        const NameScope& scope, std::string_view action) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Parts parts, context.Parts(name));
  if (parts.empty() || parts.size() > 3)
    return DoesNotExist(ObjectKind::kTable, NameText(parts), &name.location);
  const Snapshot& snapshot = context.snapshot();
  QualifiedTarget target;
  target.location = name.location;
  target.name = parts.back().text;
  target.quoted = parts.back().quoted;

  const std::string database_name = parts.size() == 3 ? parts[0].text : scope.database;
  target.database = database_name.empty() ? nullptr : FindDatabaseByName(snapshot, database_name);
  if (target.database == nullptr) {
    if (parts.size() == 3)
      return DoesNotExist(ObjectKind::kDatabase, QuoteIdentifier(database_name), nullptr);
    return NoCurrentDatabase(action);
  }
  sql::Identifier schema_name;
  schema_name.text = parts.size() >= 2 ? parts[parts.size() - 2].text : scope.schema;
  if (schema_name.text.empty()) return NoCurrentSchema(action);
  target.schema = FindSchemaIn(snapshot, *target.database, schema_name);
  target.text = QuoteIdentifier(target.database->name) + "." + QuoteIdentifier(schema_name.text);
  if (target.schema == nullptr) {
    if (parts.size() == 1) return NoCurrentSchema(action);
    return DoesNotExist(ObjectKind::kSchema, target.text, nullptr);
  }
  target.text += "." + QuoteIdentifier(target.name);
  return target;
}

const Object* FindRelation(const Snapshot& snapshot, const QualifiedTarget& target) {
  const Object* relation = snapshot.FindRelation(target.schema->id, target.name);
  if (relation == nullptr && IgnoresCase(*target.database)) {
    relation = snapshot.FindRelationIgnoringCase(target.schema->id, target.name);
  }
  return relation;
}

Result<const Object*> GetRelation(const StatementContext& context, const sql::ObjectName& name) {
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target,
                            ResolveInSchema(context, name, SessionScope(context), "this operation"));
  const Object* relation = FindRelation(context.snapshot(), target);
  if (relation == nullptr || !context.authorizer().CanReach(*relation) ||
      !context.authorizer().CanSee(*relation)) {
    return DoesNotExist(ObjectKind::kTable, target.text, nullptr);
  }
  return relation;
}

std::optional<ObjectKind> ToObjectKind(sql::ObjectKind kind) {
  switch (kind) {
    case sql::ObjectKind::kAccount:
      return ObjectKind::kAccount;
    case sql::ObjectKind::kUser:
      return ObjectKind::kUser;
    case sql::ObjectKind::kRole:
      return ObjectKind::kRole;
    case sql::ObjectKind::kWarehouse:
      return ObjectKind::kWarehouse;
    case sql::ObjectKind::kDatabase:
      return ObjectKind::kDatabase;
    case sql::ObjectKind::kSchema:
      return ObjectKind::kSchema;
    case sql::ObjectKind::kTable:
      return ObjectKind::kTable;
    case sql::ObjectKind::kIcebergTable:
      return ObjectKind::kIcebergTable;
    case sql::ObjectKind::kView:
    case sql::ObjectKind::kMaterializedView:
      return ObjectKind::kView;
    case sql::ObjectKind::kIntegration:
    case sql::ObjectKind::kStorageIntegration:
    case sql::ObjectKind::kCatalogIntegration:
      return ObjectKind::kIntegration;
    case sql::ObjectKind::kExternalVolume:
      return ObjectKind::kExternalVolume;
    default:
      return std::nullopt;
  }
}

}  // namespace lifeboat::account
