#include <algorithm>
#include <array>

#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/object_properties.h"
#include "account/engine/properties.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

// Spellings of sizes, without case and hyphens, and how SHOW writes them.
struct Size {
  std::string_view spelling;
  std::string_view shown;
};
constexpr std::array<Size, 14> kSizes = {{{"XSMALL", "X-Small"},
                                          {"SMALL", "Small"},
                                          {"MEDIUM", "Medium"},
                                          {"LARGE", "Large"},
                                          {"XLARGE", "X-Large"},
                                          {"XXLARGE", "2X-Large"},
                                          {"2XLARGE", "2X-Large"},
                                          {"XXXLARGE", "3X-Large"},
                                          {"3XLARGE", "3X-Large"},
                                          {"X4LARGE", "4X-Large"},
                                          {"4XLARGE", "4X-Large"},
                                          {"X5LARGE", "5X-Large"},
                                          {"5XLARGE", "5X-Large"},
                                          {"6XLARGE", "6X-Large"}}};

Result<std::string> ParseSize(const std::string& text) {
  std::string spelling;
  for (const char c : text) {
    if (c != '-' && c != '_') spelling += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  for (const Size& size : kSizes) {
    if (size.spelling == spelling) return std::string(size.shown);
  }
  return InvalidProperty("WAREHOUSE_SIZE", fmt::format("'{}' is no size; the smallest is XSMALL", text));
}

// Accepted because scripts set them; nothing here depends on them.
constexpr std::array<std::string_view, 6> kWithoutEffect = {
    "RESOURCE_MONITOR",      "ENABLE_QUERY_ACCELERATION",           "QUERY_ACCELERATION_MAX_SCALE_FACTOR",
    "MAX_CONCURRENCY_LEVEL", "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS", "STATEMENT_TIMEOUT_IN_SECONDS"};

}  // namespace

Status ApplyWarehouseProperties(const StatementContext& context, const sql::Properties& properties,
                                Object& object) {
  Warehouse warehouse = object.as<Warehouse>();
  for (const sql::Property& property : properties) {
    const std::string& name = property.name;
    if (name == "AUTO_SUSPEND") {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, PropertyText(context, property));
      if (text == "NULL" || text.empty()) {
        warehouse.auto_suspend_seconds = 0;
      } else {
        LIFEBOAT_ASSIGN_OR_RETURN(warehouse.auto_suspend_seconds, PropertyInteger(context, property));
      }
    } else if (name == "AUTO_RESUME") {
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.auto_resume, PropertySwitch(context, property));
    } else if (name == "INITIALLY_SUSPENDED") {
      LIFEBOAT_ASSIGN_OR_RETURN(const bool suspended, PropertySwitch(context, property));
      warehouse.started = !suspended;
    } else if (name == "MIN_CLUSTER_COUNT") {
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.min_cluster_count, PropertyInteger(context, property));
    } else if (name == "MAX_CLUSTER_COUNT") {
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.max_cluster_count, PropertyInteger(context, property));
    } else if (name == "WAREHOUSE_SIZE") {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, PropertyText(context, property));
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.size, ParseSize(text));
    } else if (name == "WAREHOUSE_TYPE" || name == "TYPE") {
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.type, PropertyText(context, property));
    } else if (name == "SCALING_POLICY") {
      LIFEBOAT_ASSIGN_OR_RETURN(warehouse.scaling_policy, PropertyText(context, property));
    } else if (name == "COMMENT") {
      LIFEBOAT_ASSIGN_OR_RETURN(object.comment, PropertyText(context, property));
    } else if (std::find(kWithoutEffect.begin(), kWithoutEffect.end(), name) == kWithoutEffect.end()) {
      return UnknownProperty(property);
    }
  }
  object.body = std::move(warehouse);
  return Status::Ok();
}

Result<QueryResult> ExecuteCreateWarehouse(StatementContext& context,
                                           const sql::CreateObjectStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, AccountObjectName(context, statement.name));
  const Object* existing = context.snapshot().Find(ObjectKind::kWarehouse, kAccountId, name);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, name));
  if (action != ExistingAction::kKeep) {
    LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kWarehouse, kAccountId));
    Object warehouse;
    warehouse.name = name;
    warehouse.owner = context.role();
    warehouse.body = Warehouse{};
    LIFEBOAT_RETURN_IF_ERROR(ApplyWarehouseProperties(context, statement.properties, warehouse));
    LIFEBOAT_RETURN_IF_ERROR(CreateOrReplace(context, action, existing, {std::move(warehouse)}).status());
    context.session().warehouse = name;
  }
  QueryResult result = CreatedResult("Warehouse", name, action);
  result.session_changed = action != ExistingAction::kKeep;
  return result;
}

}  // namespace lifeboat::account
