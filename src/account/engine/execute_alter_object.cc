#include <algorithm>

#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/object_properties.h"
#include "account/engine/object_target.h"
#include "account/engine/properties.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

void SetProperty(std::vector<Property>& properties, Property property) {
  for (Property& existing : properties) {
    if (existing.name != property.name) continue;
    existing = std::move(property);
    return;
  }
  properties.push_back(std::move(property));
}

Status ApplyIntegration(const StatementContext& context, const sql::Properties& properties, Object& object) {
  Integration integration = object.as<Integration>();
  for (const sql::Property& property : properties) {
    if (property.name == "ENABLED") {
      LIFEBOAT_ASSIGN_OR_RETURN(integration.enabled, PropertySwitch(context, property));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else {
      LIFEBOAT_ASSIGN_OR_RETURN(Property stored, ToStoredProperty(context, property));
      SetProperty(integration.properties, std::move(stored));
    }
  }
  object.body = std::move(integration);
  return Status::Ok();
}

Status ApplyVolume(const StatementContext& context, const sql::Properties& properties, Object& object) {
  ExternalVolume volume = object.as<ExternalVolume>();
  for (const sql::Property& property : properties) {
    if (property.name == "ALLOW_WRITES") {
      LIFEBOAT_ASSIGN_OR_RETURN(volume.allow_writes, PropertySwitch(context, property));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else {
      return UnknownProperty(property);
    }
  }
  object.body = std::move(volume);
  return Status::Ok();
}

Status ApplyDatabase(const StatementContext& context, const sql::Properties& properties, Object& object) {
  Database database = object.as<Database>();
  for (const sql::Property& property : properties) {
    if (property.name == "DATA_RETENTION_TIME_IN_DAYS") {
      LIFEBOAT_ASSIGN_OR_RETURN(database.retention_days, PropertyInteger(context, property));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else {
      return UnknownProperty(property);
    }
  }
  object.body = std::move(database);
  return Status::Ok();
}

Status ApplyView(const StatementContext& context, const sql::Properties& properties, Object& object) {
  View view = object.as<View>();
  for (const sql::Property& property : properties) {
    if (property.name == "SECURE") {
      LIFEBOAT_ASSIGN_OR_RETURN(view.is_secure, PropertySwitch(context, property));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else {
      return UnknownProperty(property);
    }
  }
  object.body = std::move(view);
  return Status::Ok();
}

Status ApplyCommentOnly(const StatementContext& context, const sql::Properties& properties, Object& object) {
  LIFEBOAT_RETURN_IF_ERROR(CheckKnownProperties(properties, {"COMMENT", "DATA_RETENTION_TIME_IN_DAYS"}));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<std::string> comment,
                            OptionalText(context, properties, "COMMENT"));
  if (comment) object.comment = *comment;
  return Status::Ok();
}

Status Apply(const StatementContext& context, const sql::Properties& properties, Object& object) {
  switch (object.kind()) {
    case ObjectKind::kUser:
      return ApplyUserProperties(context, properties, object);
    case ObjectKind::kWarehouse:
      return ApplyWarehouseProperties(context, properties, object);
    case ObjectKind::kIntegration:
      return ApplyIntegration(context, properties, object);
    case ObjectKind::kExternalVolume:
      return ApplyVolume(context, properties, object);
    case ObjectKind::kDatabase:
      return ApplyDatabase(context, properties, object);
    case ObjectKind::kView:
      return ApplyView(context, properties, object);
    default:
      return ApplyCommentOnly(context, properties, object);
  }
}

Status ApplyUnset(const std::vector<std::string>& names, Object& object) {
  for (const std::string& name : names) {
    if (name == "COMMENT") {
      object.comment.clear();
    } else if (auto* view = std::get_if<View>(&object.body); view != nullptr && name == "SECURE") {
      view->is_secure = false;
    } else {
      return InvalidProperty(name, "only COMMENT can be unset");
    }
  }
  return Status::Ok();
}

// The new name of ALTER … RENAME TO; objects inside databases may move to another schema.
Status ApplyRename(StatementContext& context, const sql::ObjectName& name, Object& object) {
  if (object.parent == kAccountId) {
    LIFEBOAT_ASSIGN_OR_RETURN(object.name, AccountObjectName(context, name));
    return Status::Ok();
  }
  if (object.kind() == ObjectKind::kSchema) {
    LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target, ResolveInDatabase(context, name, "ALTER SCHEMA"));
    object.name = target.name;
    object.parent = target.database->id;
    return Status::Ok();
  }
  // An unqualified new name stays in the object's own schema.
  const Object* schema = context.snapshot().Get(object.parent);
  const NameScope scope{context.snapshot().NameOf(schema->parent), schema->name};
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target, ResolveInSchema(context, name, scope, "ALTER"));
  if (target.schema->id != object.parent) {
    LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(object.kind(), target.schema->id));
  }
  object.name = target.name;
  object.parent = target.schema->id;
  return Status::Ok();
}

Status CheckMayAlter(const StatementContext& context, const Object& object, sql::AlterVerb verb) {
  const Authorizer& authorizer = context.authorizer();
  if (object.kind() == ObjectKind::kWarehouse) {
    const bool operates = verb == sql::AlterVerb::kSuspend || verb == sql::AlterVerb::kResume ||
                          verb == sql::AlterVerb::kAbortAllQueries;
    if (authorizer.Has(operates ? "OPERATE" : "MODIFY", object.id)) return Status::Ok();
  }
  if (object.kind() == ObjectKind::kUser && object.id == context.session().user) return Status::Ok();
  if (object.kind() == ObjectKind::kDatabase && verb == sql::AlterVerb::kRefresh &&
      authorizer.Has("MODIFY", object.id)) {
    return Status::Ok();
  }
  return CheckOwner(context, object);
}

Result<LinkedCatalog*> LinkOf(Object& object) {
  auto* database = std::get_if<Database>(&object.body);
  if (database == nullptr || !database->link) {
    return UnsupportedFeature("discovery of a database that is not linked to a catalog");
  }
  return &*database->link;
}

Status ApplyLinkUpdate(const StatementContext& context, const sql::Properties& properties,
                       LinkedCatalog& link) {
  for (const sql::Property& property : properties) {
    if (property.name == "ALLOWED_NAMESPACES" || property.name == "ADD_ALLOWED_NAMESPACES") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.allowed_namespaces, PropertyTexts(context, property));
    } else if (property.name == "BLOCKED_NAMESPACES") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.blocked_namespaces, PropertyTexts(context, property));
    } else if (property.name == "SYNC_INTERVAL_SECONDS") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.sync_interval_seconds, PropertyInteger(context, property));
    } else if (property.name == "ALLOWED_WRITE_OPERATIONS") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.allowed_write_operations, PropertyText(context, property));
    } else {
      return UnknownProperty(property);
    }
  }
  return Status::Ok();
}

// Changes `object` as the statement says.
Status ApplyVerb(StatementContext& context, const sql::AlterObjectStatement& statement, Object& object) {
  switch (statement.verb) {
    case sql::AlterVerb::kSet:
      return Apply(context, statement.properties, object);
    case sql::AlterVerb::kUnset:
      return ApplyUnset(statement.names, object);
    case sql::AlterVerb::kRenameTo:
      return ApplyRename(context, statement.target, object);
    case sql::AlterVerb::kSuspend:
    case sql::AlterVerb::kResume: {
      auto* warehouse = std::get_if<Warehouse>(&object.body);
      if (warehouse == nullptr) break;
      const bool resume = statement.verb == sql::AlterVerb::kResume;
      if (warehouse->started == resume && !statement.if_suspended) {
        return sql::MakeSqlError(StatusCode::kFailedPrecondition, "090063", "22000",
                                 fmt::format("Invalid state. Warehouse '{}' cannot be {}.", object.name,
                                             resume ? "resumed" : "suspended"));
      }
      warehouse->started = resume;
      return Status::Ok();
    }
    case sql::AlterVerb::kAbortAllQueries:
      if (object.kind() == ObjectKind::kWarehouse) return Status::Ok();
      break;
    case sql::AlterVerb::kSuspendDiscovery:
    case sql::AlterVerb::kResumeDiscovery: {
      LIFEBOAT_ASSIGN_OR_RETURN(LinkedCatalog * link, LinkOf(object));
      link->discovery_suspended = statement.verb == sql::AlterVerb::kSuspendDiscovery;
      return Status::Ok();
    }
    case sql::AlterVerb::kUpdateLinkedCatalog: {
      LIFEBOAT_ASSIGN_OR_RETURN(LinkedCatalog * link, LinkOf(object));
      return ApplyLinkUpdate(context, statement.properties, *link);
    }
    default:
      break;
  }
  return UnsupportedFeature("this ALTER " + std::string(sql::KindName(statement.kind)));
}

Result<QueryResult> RefreshLink(StatementContext& context, Object object) {
  LIFEBOAT_RETURN_IF_ERROR(LinkOf(object).status());
  const Status synced = context.engine().links->Sync(object.id);
  if (!synced.ok()) {
    return sql::MakeSqlError(synced.code(), "094601", "XX000",
                             fmt::format("SQL execution error:\nDatabase {} cannot be refreshed: {}",
                                         object.name, synced.message()));
  }
  context.Refresh();
  return StatusResult("Statement executed successfully.");
}

}  // namespace

Result<QueryResult> ExecuteAlterObject(StatementContext& context,
                                       const sql::AlterObjectStatement& statement) {
  Result<const Object*> found = statement.name.empty() && statement.kind == sql::ObjectKind::kUser
                                    ? Result<const Object*>(context.snapshot().Get(context.session().user))
                                    : GetObject(context, statement.kind, statement.name);
  if (!found.ok()) {
    if (statement.if_exists && found.status().code() == StatusCode::kNotFound) {
      return StatusResult("Statement executed successfully.");
    }
    return found.status();
  }
  Object object = **found;
  LIFEBOAT_RETURN_IF_ERROR(CheckMayAlter(context, object, statement.verb));
  if (statement.verb == sql::AlterVerb::kRefresh) return RefreshLink(context, std::move(object));
  LIFEBOAT_RETURN_IF_ERROR(ApplyVerb(context, statement, object));
  {
    const std::string name = QuoteIdentifier(object.name);
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    const Status updated = transaction->Update(std::move(object));
    if (updated.code() == StatusCode::kAlreadyExists) return ObjectExists(name);
    LIFEBOAT_RETURN_IF_ERROR(updated);
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  }
  context.Refresh();
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
