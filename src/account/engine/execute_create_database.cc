#include <optional>

#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/properties.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

// LINKED_CATALOG = (CATALOG = …, …). Scripts also put what belongs to the database inside the block.
Result<LinkedCatalog> ParseLink(const StatementContext& context, const sql::Properties& properties) {
  LinkedCatalog link;
  for (const sql::Property& property : properties) {
    const std::string& name = property.name;
    if (name == "CATALOG") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.integration, PropertyText(context, property));
    } else if (name == "ALLOWED_NAMESPACES") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.allowed_namespaces, PropertyTexts(context, property));
    } else if (name == "BLOCKED_NAMESPACES") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.blocked_namespaces, PropertyTexts(context, property));
    } else if (name == "ALLOWED_WRITE_OPERATIONS") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.allowed_write_operations, PropertyText(context, property));
    } else if (name == "NAMESPACE_MODE") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.namespace_mode, PropertyText(context, property));
    } else if (name == "NAMESPACE_FLATTEN_DELIMITER") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.flatten_delimiter, PropertyText(context, property));
    } else if (name == "SYNC_INTERVAL_SECONDS") {
      LIFEBOAT_ASSIGN_OR_RETURN(link.sync_interval_seconds, PropertyInteger(context, property));
      if (link.sync_interval_seconds < 1 || link.sync_interval_seconds > 86400) {
        return InvalidProperty(name, "give 1 to 86400 seconds");
      }
    } else if (name == "CATALOG_CASE_SENSITIVITY") {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string sensitivity, PropertyText(context, property));
      link.case_sensitive = ToUpper(sensitivity) == "CASE_SENSITIVE";
    } else if (name != "COMMENT") {
      return UnknownProperty(property);
    }
  }
  if (link.integration.empty()) return MissingOption("CATALOG");
  const std::string mode = link.namespace_mode = ToUpper(link.namespace_mode);
  if (mode != "IGNORE_NESTED_NAMESPACE" && mode != "FLATTEN_NESTED_NAMESPACE") {
    return InvalidProperty("NAMESPACE_MODE", "give IGNORE_NESTED_NAMESPACE or FLATTEN_NESTED_NAMESPACE");
  }
  if (mode == "FLATTEN_NESTED_NAMESPACE" && link.flatten_delimiter.empty()) {
    return MissingOption("NAMESPACE_FLATTEN_DELIMITER");
  }
  return link;
}

// The integration must exist and be usable by the session's roles.
Status CheckIntegration(StatementContext& context, LinkedCatalog& link) {
  const Object* integration = context.snapshot().Find(ObjectKind::kIntegration, kAccountId, link.integration);
  if (integration == nullptr) {
    integration = context.snapshot().FindIgnoringCase(ObjectKind::kIntegration, kAccountId, link.integration);
  }
  if (integration == nullptr || !context.authorizer().CanSee(*integration)) {
    return DoesNotExist(ObjectKind::kIntegration, link.integration, nullptr);
  }
  if (!context.authorizer().Has("USAGE", integration->id)) {
    return InsufficientPrivileges(ObjectKind::kIntegration, integration->name);
  }
  if (integration->as<Integration>().category != "CATALOG") {
    return InvalidProperty("CATALOG", fmt::format("'{}' is no catalog integration", integration->name));
  }
  link.integration = integration->name;
  return Status::Ok();
}

struct ParsedDatabase {
  Object object;
  std::optional<Discovery> discovery;
};

Result<ParsedDatabase> ParseDatabase(StatementContext& context, const sql::CreateObjectStatement& statement) {
  ParsedDatabase parsed;
  Database body;
  body.is_transient = statement.transient;
  std::string volume;
  for (const sql::Property& property : statement.properties) {
    if (property.name == "LINKED_CATALOG") {
      const auto* block = std::get_if<sql::PropertyBlock>(&property.value.node);
      if (block == nullptr) return InvalidProperty("LINKED_CATALOG", "give a block: (CATALOG = …)");
      LIFEBOAT_ASSIGN_OR_RETURN(body.link, ParseLink(context, block->properties));
      LIFEBOAT_ASSIGN_OR_RETURN(parsed.object.comment, CommentOf(context, block->properties));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(parsed.object.comment, PropertyText(context, property));
    } else if (property.name == "DATA_RETENTION_TIME_IN_DAYS") {
      LIFEBOAT_ASSIGN_OR_RETURN(body.retention_days, PropertyInteger(context, property));
    } else if (property.name == "EXTERNAL_VOLUME") {
      LIFEBOAT_ASSIGN_OR_RETURN(volume, PropertyText(context, property));
    } else if (property.name != "MAX_DATA_EXTENSION_TIME_IN_DAYS" && property.name != "CATALOG" &&
               property.name != "DEFAULT_DDL_COLLATION" && property.name != "LOG_LEVEL") {
      return UnknownProperty(property);
    }
  }
  if (body.link) {
    body.link->external_volume = volume;
    LIFEBOAT_RETURN_IF_ERROR(CheckIntegration(context, *body.link));
    // Before anything is created: a catalog that does not answer leaves no half-made database behind.
    Result<Discovery> discovery = context.engine().links->Discover(context.snapshot(), *body.link);
    if (!discovery.ok()) {
      return sql::MakeSqlError(
          discovery.status().code(), "094601", "XX000",
          fmt::format("SQL execution error:\nFailed to link to the catalog of integration '{}': {}",
                      body.link->integration, discovery.status().message()));
    }
    parsed.discovery = std::move(*discovery);
  }
  parsed.object.body = std::move(body);
  return parsed;
}

Status CreateDatabase(StatementContext& context, const Object* replaced, ParsedDatabase parsed) {
  std::vector<Table> dropped;
  ObjectId id = kNoObject;
  {
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    if (replaced != nullptr) {
      dropped = TablesIn(context.snapshot(), *replaced);
      LIFEBOAT_RETURN_IF_ERROR(transaction->Drop(replaced->id));
    }
    const std::string name = parsed.object.name;
    const ObjectId owner = parsed.object.owner;
    const Result<ObjectId> created = transaction->Create(std::move(parsed.object));
    if (created.status().code() == StatusCode::kAlreadyExists) return ObjectExists(QuoteIdentifier(name));
    if (!created.ok()) return created.status();
    id = *created;
    Object schema;
    schema.parent = id;
    schema.name = "PUBLIC";
    schema.owner = owner;
    schema.body = Schema{};
    LIFEBOAT_RETURN_IF_ERROR(transaction->Create(std::move(schema)).status());
    if (parsed.discovery) {
      LIFEBOAT_RETURN_IF_ERROR(context.engine().links->Apply(*parsed.discovery, id, *transaction));
    }
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
  }
  context.Refresh();
  DropStorage(context.duck(), dropped);
  if (parsed.discovery) context.engine().links->Remember(*parsed.discovery, id);
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ExecuteCreateDatabase(StatementContext& context,
                                          const sql::CreateObjectStatement& statement) {
  if (!statement.clone_of.empty()) return UnsupportedFeature("CREATE DATABASE … CLONE");
  if (!statement.replica_of.empty()) return UnsupportedFeature("CREATE DATABASE … AS REPLICA OF");
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kDatabase, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action != ExistingAction::kKeep) {
    LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kDatabase, kAccountId));
    LIFEBOAT_ASSIGN_OR_RETURN(ParsedDatabase parsed, ParseDatabase(context, statement));
    parsed.object.name = name;
    parsed.object.owner = context.role();
    LIFEBOAT_RETURN_IF_ERROR(
        CreateDatabase(context, action == ExistingAction::kReplace ? existing : nullptr, std::move(parsed)));
    context.session().database = name;
    context.session().schema = "PUBLIC";
  }
  QueryResult result = CreatedResult("Database", name, action);
  result.session_changed = action != ExistingAction::kKeep;
  return result;
}

Result<QueryResult> ExecuteCreateSchema(StatementContext& context,
                                        const sql::CreateObjectStatement& statement) {
  if (!statement.clone_of.empty()) return UnsupportedFeature("CREATE SCHEMA … CLONE");
  LIFEBOAT_RETURN_IF_ERROR(CheckKnownProperties(
      statement.properties, {"COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS"}));
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target,
                            ResolveInDatabase(context, statement.name, "CREATE SCHEMA"));
  const Object* existing = context.snapshot().Find(ObjectKind::kSchema, target.database->id, target.name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, target.text));
  if (target.name == "INFORMATION_SCHEMA") return ObjectExists(target.text);
  const std::string database_name = target.database->name;
  if (action != ExistingAction::kKeep) {
    if (target.database->as<Database>().link) {
      return UnsupportedFeature("creating schemas in linked database " + database_name +
                                "; create them in the catalog");
    }
    if (!context.authorizer().Has("USAGE", target.database->id)) {
      return DoesNotExist(ObjectKind::kDatabase, database_name, nullptr);
    }
    LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kSchema, target.database->id));
    std::vector<Table> dropped;
    if (action == ExistingAction::kReplace) dropped = TablesIn(context.snapshot(), *existing);
    Object schema;
    schema.parent = target.database->id;
    schema.name = target.name;
    schema.owner = context.role();
    schema.body = Schema{};
    LIFEBOAT_ASSIGN_OR_RETURN(schema.comment, CommentOf(context, statement.properties));
    LIFEBOAT_RETURN_IF_ERROR(CreateOrReplace(context, action, existing, {std::move(schema)}).status());
    DropStorage(context.duck(), dropped);
    context.session().database = database_name;
    context.session().schema = target.name;
  }
  QueryResult result = CreatedResult("Schema", QuoteIdentifier(target.name), action);
  result.session_changed = action != ExistingAction::kKeep;
  return result;
}

}  // namespace lifeboat::account
