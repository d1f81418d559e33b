// CREATE … INTEGRATION and CREATE EXTERNAL VOLUME.
#include <algorithm>

#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/properties.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

bool Has(const std::vector<Property>& properties, std::string_view name) {
  return std::any_of(properties.begin(), properties.end(), [&](const Property& p) { return p.name == name; });
}

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

Status CheckComplete(const Integration& integration) {
  std::string missing;
  const auto require = [&](std::string_view name) {
    if (!Has(integration.properties, name)) missing += (missing.empty() ? "" : ", ") + std::string(name);
  };
  if (integration.category == "CATALOG") {
    require("CATALOG_SOURCE");
    if (ToUpper(integration.Text("CATALOG_SOURCE")) == "ICEBERG_REST") require("REST_CONFIG");
  } else {
    require("STORAGE_PROVIDER");
  }
  if (!missing.empty()) return MissingOption(missing);
  const auto config = integration.Block("REST_CONFIG");
  if (integration.category == "CATALOG" && Has(integration.properties, "REST_CONFIG") &&
      !config.contains("CATALOG_URI")) {
    return MissingOption("CATALOG_URI");
  }
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ExecuteCreateIntegration(StatementContext& context,
                                             const sql::CreateObjectStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kIntegration, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action == ExistingAction::kKeep) return CreatedResult("Integration", name, action);
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kIntegration, kAccountId));

  Object object;
  object.name = name;
  object.owner = context.role();
  Integration integration;
  const bool is_catalog = statement.kind == sql::ObjectKind::kCatalogIntegration;
  integration.category = is_catalog ? "CATALOG" : "STORAGE";
  integration.type = is_catalog ? "CATALOG" : "EXTERNAL_STAGE";
  bool enabled_given = false;
  for (const sql::Property& property : statement.properties) {
    if (property.name == "ENABLED") {
      LIFEBOAT_ASSIGN_OR_RETURN(integration.enabled, PropertySwitch(context, property));
      enabled_given = true;
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else if (property.name == "TYPE" && !is_catalog) {
      LIFEBOAT_ASSIGN_OR_RETURN(integration.type, PropertyText(context, property));
    } else {
      LIFEBOAT_ASSIGN_OR_RETURN(Property stored, ToStoredProperty(context, property));
      integration.properties.push_back(std::move(stored));
    }
  }
  if (!enabled_given) return MissingOption("ENABLED");
  LIFEBOAT_RETURN_IF_ERROR(CheckComplete(integration));
  object.body = std::move(integration);
  // Databases that link through it keep working with the new definition.
  LIFEBOAT_RETURN_IF_ERROR(
      CreateOrReplace(context, action, existing, {.object = std::move(object), .keep_identity = true})
          .status());
  return CreatedResult("Integration", name, action);
}

Result<QueryResult> ExecuteCreateExternalVolume(StatementContext& context,
                                                const sql::CreateObjectStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kExternalVolume, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action == ExistingAction::kKeep) return CreatedResult("External volume", name, action);
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kExternalVolume, kAccountId));

  Object object;
  object.name = name;
  object.owner = context.role();
  ExternalVolume volume;
  for (const sql::Property& property : statement.properties) {
    if (property.name == "ALLOW_WRITES") {
      LIFEBOAT_ASSIGN_OR_RETURN(volume.allow_writes, PropertySwitch(context, property));
    } else if (property.name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else {
      LIFEBOAT_ASSIGN_OR_RETURN(Property stored, ToStoredProperty(context, property));
      volume.properties.push_back(std::move(stored));
    }
  }
  if (!Has(volume.properties, "STORAGE_LOCATIONS")) return MissingOption("STORAGE_LOCATIONS");
  object.body = std::move(volume);
  LIFEBOAT_RETURN_IF_ERROR(
      CreateOrReplace(context, action, existing, {.object = std::move(object), .keep_identity = true})
          .status());
  return CreatedResult("External volume", name, action);
}

}  // namespace lifeboat::account
