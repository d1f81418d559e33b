#include <boost/json.hpp>

#include "account/engine/execute.h"
#include "account/engine/native_tables.h"
#include "account/engine/object_rows.h"
#include "account/engine/object_target.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

Result<QueryResult> DescribeRelation(const Object& relation) {
  const bool is_iceberg = relation.kind() == ObjectKind::kIcebergTable;
  ResultBuilder plain(StatementType::kDescribe, {{"name"},
                                                 {"type"},
                                                 {"kind"},
                                                 {"null?"},
                                                 {"default"},
                                                 {"primary key"},
                                                 {"unique key"},
                                                 {"check"},
                                                 {"expression"},
                                                 {"comment"},
                                                 {"policy name"},
                                                 {"privacy domain"},
                                                 {"schema evolution record"}});
  ResultBuilder iceberg(StatementType::kDescribe, {{"name"},
                                                   {"type"},
                                                   {"kind"},
                                                   {"null?"},
                                                   {"default"},
                                                   {"primary key"},
                                                   {"unique key"},
                                                   {"check"},
                                                   {"expression"},
                                                   {"comment"},
                                                   {"policy name"},
                                                   {"privacy domain"},
                                                   {"schema evolution record"},
                                                   {"source iceberg type"}});
  for (const TableColumn& column : ColumnsOf(relation)) {
    std::vector<Cell> row = {column.name,
                             column.type,
                             "COLUMN",
                             YesNoCell(column.nullable),
                             column.default_sql.empty() ? NullCell() : Cell(column.default_sql),
                             YesNoCell(column.primary_key),
                             "N",
                             NullCell(),
                             NullCell(),
                             column.comment.empty() ? NullCell() : Cell(column.comment),
                             NullCell(),
                             NullCell(),
                             NullCell()};
    if (is_iceberg) {
      row.push_back(column.source_type);
      iceberg.AddRow(std::move(row));
    } else {
      plain.AddRow(std::move(row));
    }
  }
  return is_iceberg ? iceberg.Take() : plain.Take();
}

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

// Secrets are never shown, whatever their property is called.
bool IsSecret(const std::string& name) {
  const std::string upper = ToUpper(name);
  return upper.find("SECRET") != std::string::npos || upper.find("PASSWORD") != std::string::npos ||
         upper.find("BEARER_TOKEN") != std::string::npos;
}

boost::json::value ToJson(const Property& property) {
  if (const auto* text = std::get_if<std::string>(&property.value)) {
    return boost::json::value(IsSecret(property.name) ? "****" : *text);
  }
  if (const auto* list = std::get_if<std::vector<std::string>>(&property.value)) {
    boost::json::array array;
    for (const std::string& item : *list) array.emplace_back(item);
    return array;
  }
  const auto& block = std::get<std::vector<Property>>(property.value);
  const bool is_list = !block.empty() && block[0].name.empty();
  if (is_list) {
    boost::json::array array;
    for (const Property& entry : block) array.push_back(ToJson(entry));
    return array;
  }
  boost::json::object object;
  for (const Property& entry : block) object[entry.name] = ToJson(entry);
  return object;
}

std::string PropertyTypeName(const Property& property) {
  const auto* text = std::get_if<std::string>(&property.value);
  if (text == nullptr)
    return std::holds_alternative<std::vector<std::string>>(property.value) ? "List" : "Object";
  const bool is_number = !text->empty() && text->find_first_not_of("0123456789") == std::string::npos;
  return is_number ? "Integer" : *text == "TRUE" || *text == "FALSE" ? "Boolean" : "String";
}

std::string ShownValue(const Property& property) {
  if (const auto* text = std::get_if<std::string>(&property.value))
    return IsSecret(property.name) ? "****" : *text;
  if (const auto* list = std::get_if<std::vector<std::string>>(&property.value)) {
    std::string joined;
    for (const std::string& item : *list) joined += (joined.empty() ? "" : ",") + item;
    return joined;
  }
  return boost::json::serialize(ToJson(property));
}

Result<QueryResult> DescribeIntegration(const Object& object) {
  ResultBuilder result(StatementType::kDescribe,
                       {{"property"}, {"property_type"}, {"property_value"}, {"property_default"}});
  const auto& integration = object.as<Integration>();
  result.AddRow({"ENABLED", "Boolean", integration.enabled ? "true" : "false", "false"});
  for (const Property& property : integration.properties) {
    result.AddRow({property.name, PropertyTypeName(property), ShownValue(property), ""});
  }
  result.AddRow({"COMMENT", "String", object.comment, ""});
  return result.Take();
}

Result<QueryResult> DescribeVolume(const Object& object) {
  ResultBuilder result(
      StatementType::kDescribe,
      {{"parent_property"}, {"property"}, {"property_type"}, {"property_value"}, {"property_default"}});
  const auto& volume = object.as<ExternalVolume>();
  result.AddRow({"", "ALLOW_WRITES", "Boolean", volume.allow_writes ? "true" : "false", "true"});
  std::string active;
  for (const Property& property : volume.properties) {
    const auto* locations = std::get_if<std::vector<Property>>(&property.value);
    if (property.name != "STORAGE_LOCATIONS" || locations == nullptr) {
      result.AddRow({"", property.name, PropertyTypeName(property), ShownValue(property), ""});
      continue;
    }
    int number = 0;
    for (const Property& location : *locations) {
      const boost::json::value json = ToJson(location);
      if (active.empty() && json.is_object() && json.as_object().contains("NAME")) {
        active = std::string(json.as_object().at("NAME").as_string());
      }
      result.AddRow({"STORAGE_LOCATIONS", fmt::format("STORAGE_LOCATION_{}", ++number), "String",
                     boost::json::serialize(json), ""});
    }
  }
  result.AddRow({"STORAGE_LOCATIONS", "ACTIVE", "String", active, ""});
  result.AddRow({"", "COMMENT", "String", object.comment, ""});
  return result.Take();
}

Result<QueryResult> DescribeContainer(StatementContext& context, const Object& object) {
  ResultBuilder result(StatementType::kDescribe,
                       {{"created_on", ColumnType::kTimestampLtz}, {"name"}, {"kind"}});
  if (object.kind() == ObjectKind::kDatabase) {
    for (const Object* schema : VisibleSchemas(context, object)) {
      result.AddRow({TimeCell(schema->created_micros), schema->name, "SCHEMA"});
    }
  } else {
    for (const Object* relation : VisibleRelations(context, object)) {
      result.AddRow({TimeCell(relation->created_micros), relation->name,
                     relation->kind() == ObjectKind::kView ? "VIEW" : "TABLE"});
    }
  }
  return result.Take();
}

Result<QueryResult> DescribeUser(const Object& object) {
  ResultBuilder result(StatementType::kDescribe, {{"property"}, {"value"}, {"default"}, {"description"}});
  const auto& user = object.as<User>();
  const auto add = [&](const char* name, const std::string& value, const char* description) {
    result.AddRow({name, value, NullCell(), description});
  };
  add("NAME", object.name, "Name");
  add("COMMENT", object.comment, "user comment associated to an object in the dictionary");
  add("LOGIN_NAME", object.name, "Login name of the user");
  add("DISABLED", user.disabled ? "true" : "false", "Whether the user is disabled");
  add("DEFAULT_WAREHOUSE", user.default_warehouse, "Default warehouse for this user");
  add("DEFAULT_NAMESPACE",
      user.default_database + (user.default_schema.empty() ? "" : "." + user.default_schema),
      "Default database namespace prefix for this user");
  add("DEFAULT_ROLE", user.default_role, "Primary principal of user session will be set to this role");
  add("DEFAULT_SECONDARY_ROLES", user.secondary_roles_all ? "[\"ALL\"]" : "[]",
      "The secondary roles will be set to all roles provided here");
  return result.Take();
}

Result<QueryResult> DescribeWarehouse(const Object& object) {
  ResultBuilder result(StatementType::kDescribe,
                       {{"created_on", ColumnType::kTimestampLtz}, {"name"}, {"kind"}});
  result.AddRow({TimeCell(object.created_micros), object.name, "WAREHOUSE"});
  return result.Take();
}

Result<QueryResult> DescribeResult(StatementContext& context, const sql::Expression& expression) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string query_id, context.FoldText(expression));
  for (const SessionContext::PastResult& past : context.session().past_results) {
    if (past.query_id != query_id) continue;
    Object shape;
    View columns;
    for (const Column& column : past.result->columns) {
      columns.columns.push_back({.name = column.name,
                                 .type = ColumnTypeText(column),
                                 .nullable = column.nullable,
                                 .default_sql = "",
                                 .comment = "",
                                 .source_type = ""});
    }
    shape.body = std::move(columns);
    return DescribeRelation(shape);
  }
  return sql::MakeSqlError(StatusCode::kNotFound, "000709", "02000",
                           fmt::format("Statement {} not found", query_id));
}

}  // namespace

Result<QueryResult> ExecuteDescribe(StatementContext& context, const sql::DescribeStatement& statement) {
  if (statement.result_of != nullptr) return DescribeResult(context, *statement.result_of);
  if (statement.stage_type) return UnsupportedFeature("DESCRIBE TABLE … TYPE = STAGE");
  Result<const Object*> found = GetObject(context, statement.kind, statement.name);
  // DESCRIBE TABLE also describes views.
  if (!found.ok() && statement.kind == sql::ObjectKind::kTable &&
      found.status().code() == StatusCode::kNotFound) {
    const Result<const Object*> view = GetObject(context, sql::ObjectKind::kView, statement.name);
    if (view.ok()) found = view;
  }
  if (!found.ok()) return found.status();
  const Object& object = **found;
  switch (object.kind()) {
    case ObjectKind::kTable:
    case ObjectKind::kIcebergTable:
    case ObjectKind::kView:
      return DescribeRelation(object);
    case ObjectKind::kIntegration:
      return DescribeIntegration(object);
    case ObjectKind::kExternalVolume:
      return DescribeVolume(object);
    case ObjectKind::kDatabase:
    case ObjectKind::kSchema:
      return DescribeContainer(context, object);
    case ObjectKind::kUser:
      return DescribeUser(object);
    case ObjectKind::kWarehouse:
      return DescribeWarehouse(object);
    default:
      return UnsupportedFeature("DESCRIBE " + std::string(sql::KindName(statement.kind)));
  }
}

}  // namespace lifeboat::account
