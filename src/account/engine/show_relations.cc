// SHOW TABLES, ICEBERG TABLES, VIEWS, OBJECTS, COLUMNS and keys.
#include <algorithm>
#include <boost/json.hpp>
#include <functional>

#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/object_rows.h"
#include "account/engine/object_target.h"
#include "account/engine/show.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

constexpr ColumnSpec kCreatedOn = {"created_on", ColumnType::kTimestampLtz};

// Calls `visit` with every visible relation in the statement's scope that its clauses want.
template <typename F>
Status ForEachRelation(StatementContext& context, const sql::ShowStatement& statement,
                       const ShowResult& result, F&& visit) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<const Object*> schemas, SchemasInScope(context, statement));
  for (const Object* schema : schemas) {
    const std::string database = context.snapshot().NameOf(schema->parent);
    for (const Object* relation : VisibleRelations(context, *schema)) {
      if (result.Wants(relation->name)) visit(*relation, database, schema->name);
    }
  }
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ShowTables(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"name"},
                                                                 {"database_name"},
                                                                 {"schema_name"},
                                                                 {"kind"},
                                                                 {"comment"},
                                                                 {"cluster_by"},
                                                                 {"rows", ColumnType::kFixed},
                                                                 {"bytes", ColumnType::kFixed},
                                                                 {"owner"},
                                                                 {"retention_time"},
                                                                 {"automatic_clustering"},
                                                                 {"change_tracking"},
                                                                 {"search_optimization"},
                                                                 {"search_optimization_progress"},
                                                                 {"search_optimization_bytes"},
                                                                 {"is_external"},
                                                                 {"enable_schema_evolution"},
                                                                 {"owner_role_type"},
                                                                 {"is_event"},
                                                                 {"budget"},
                                                                 {"is_iceberg"}}));
  LIFEBOAT_RETURN_IF_ERROR(
      ForEachRelation(context, statement, result,
                      [&](const Object& table, const std::string& database, const std::string& schema) {
                        if (table.kind() == ObjectKind::kView) return;
                        const auto* native = table.get_if<Table>();
                        result.Add({TimeCell(table.created_micros),
                                    table.name,
                                    database,
                                    schema,
                                    native == nullptr ? "TABLE" : native->kind,
                                    table.comment,
                                    "",
                                    NullCell(),
                                    NullCell(),
                                    context.snapshot().NameOf(table.owner),
                                    "1",
                                    "OFF",
                                    "OFF",
                                    "OFF",
                                    NullCell(),
                                    NullCell(),
                                    "N",
                                    "N",
                                    OwnerRoleType(table),
                                    "N",
                                    NullCell(),
                                    YesNoCell(native == nullptr)});
                      }));
  return result.Take();
}

Result<QueryResult> ShowIcebergTables(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result,
                            ShowResult::Make(context, statement,
                                             {kCreatedOn,
                                              {"name"},
                                              {"database_name"},
                                              {"schema_name"},
                                              {"owner"},
                                              {"external_volume_name"},
                                              {"catalog_name"},
                                              {"iceberg_table_type"},
                                              {"catalog_table_name"},
                                              {"catalog_namespace"},
                                              {"base_location"},
                                              {"can_write_metadata"},
                                              {"comment"},
                                              {"name_mapping"},
                                              {"owner_role_type"},
                                              {"catalog_sync_name"},
                                              {"auto_refresh_status"},
                                              {"iceberg_table_format_version", ColumnType::kFixed}}));
  LIFEBOAT_RETURN_IF_ERROR(
      ForEachRelation(context, statement, result,
                      [&](const Object& object, const std::string& database, const std::string& schema) {
                        const auto* table = object.get_if<IcebergTable>();
                        if (table == nullptr) return;
                        std::string name_space;
                        for (const std::string& level : table->catalog_namespace)
                          name_space += (name_space.empty() ? "" : ".") + level;
                        result.Add({TimeCell(object.created_micros), object.name, database, schema,
                                    context.snapshot().NameOf(object.owner), table->external_volume,
                                    table->integration, "UNMANAGED", table->catalog_table, name_space,
                                    table->location, "N", object.comment, NullCell(), OwnerRoleType(object),
                                    NullCell(), NullCell(), NumberCell(table->format_version)});
                      }));
  return result.Take();
}

Result<QueryResult> ShowViews(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"name"},
                                                                 {"reserved"},
                                                                 {"database_name"},
                                                                 {"schema_name"},
                                                                 {"owner"},
                                                                 {"comment"},
                                                                 {"text"},
                                                                 {"is_secure"},
                                                                 {"is_materialized"},
                                                                 {"owner_role_type"},
                                                                 {"change_tracking"}}));
  LIFEBOAT_RETURN_IF_ERROR(ForEachRelation(
      context, statement, result,
      [&](const Object& object, const std::string& database, const std::string& schema) {
        const auto* view = object.get_if<View>();
        if (view == nullptr) return;
        result.Add({TimeCell(object.created_micros), object.name, "", database, schema,
                    context.snapshot().NameOf(object.owner), object.comment, view->text,
                    view->is_secure ? "true" : "false", "false", OwnerRoleType(object), "OFF"});
      }));
  return result.Take();
}

Result<QueryResult> ShowObjects(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"name"},
                                                                 {"database_name"},
                                                                 {"schema_name"},
                                                                 {"kind"},
                                                                 {"comment"},
                                                                 {"cluster_by"},
                                                                 {"rows", ColumnType::kFixed},
                                                                 {"bytes", ColumnType::kFixed},
                                                                 {"owner"},
                                                                 {"retention_time"},
                                                                 {"owner_role_type"}}));
  LIFEBOAT_RETURN_IF_ERROR(ForEachRelation(
      context, statement, result,
      [&](const Object& object, const std::string& database, const std::string& schema) {
        result.Add({TimeCell(object.created_micros), object.name, database, schema,
                    object.kind() == ObjectKind::kView ? "VIEW" : "TABLE", object.comment, "", NullCell(),
                    NullCell(), context.snapshot().NameOf(object.owner), "1", OwnerRoleType(object)});
      }));
  return result.Take();
}

namespace {

// {"type":"TEXT","length":16777216,"byteLength":…,"nullable":true,"fixed":false}: SHOW COLUMNS' data_type.
std::string ColumnTypeJson(const TableColumn& column) {
  const sql::DataType type = ParseColumnType(column.type);
  boost::json::object json;
  switch (type.kind) {
    case sql::TypeKind::kNumber:
      json = {{"type", "FIXED"}, {"precision", type.precision}, {"scale", type.scale}};
      break;
    case sql::TypeKind::kFloat:
      json = {{"type", "REAL"}};
      break;
    case sql::TypeKind::kText:
      json = {{"type", "TEXT"},
              {"length", type.length},
              {"byteLength", std::min<int64_t>(type.length * 4, 16777216)}};
      break;
    case sql::TypeKind::kBinary:
      json = {{"type", "BINARY"}, {"length", type.length}, {"byteLength", type.length}};
      break;
    case sql::TypeKind::kTime:
    case sql::TypeKind::kTimestampNtz:
    case sql::TypeKind::kTimestampLtz:
    case sql::TypeKind::kTimestampTz: {
      const std::string text = sql::ToString(type);
      json = {{"type", text.substr(0, text.find('('))}, {"precision", 0}, {"scale", type.precision}};
      break;
    }
    default:
      json = {{"type", sql::ToString(type)}};
      break;
  }
  json["nullable"] = column.nullable;
  return boost::json::serialize(json);
}

void AddColumns(const Object& relation, const std::string& database, const std::string& schema,
                ShowResult& result) {
  for (const TableColumn& column : ColumnsOf(relation)) {
    if (!result.Wants(column.name)) continue;
    result.Add({relation.name, schema, column.name, ColumnTypeJson(column),
                column.nullable ? "true" : "NOT_NULL", column.default_sql, "COLUMN", "", column.comment,
                database, column.default_sql.rfind("IDENTITY", 0) == 0 ? column.default_sql : ""});
  }
}

// The tables that IN names for SHOW COLUMNS and keys: one table or view, or all of a schema, database or
// account.
Status ForEachNamed(StatementContext& context, const sql::ShowStatement& statement,
                    const std::function<void(const Object&, const std::string&, const std::string&)>& visit) {
  const bool may_be_table = statement.in_kind == sql::ScopeKind::kTable ||
                            statement.in_kind == sql::ScopeKind::kView ||
                            statement.in_kind == sql::ScopeKind::kUnspecified;
  if (may_be_table) {
    const Result<const Object*> relation = GetRelation(context, statement.in_name);
    if (relation.ok()) {
      const Object* schema = context.snapshot().Get((*relation)->parent);
      visit(**relation, context.snapshot().NameOf(schema->parent), schema->name);
      return Status::Ok();
    }
    if (statement.in_kind != sql::ScopeKind::kUnspecified) return relation.status();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<const Object*> schemas, SchemasInScope(context, statement));
  for (const Object* schema : schemas) {
    const std::string database = context.snapshot().NameOf(schema->parent);
    for (const Object* relation : VisibleRelations(context, *schema))
      visit(*relation, database, schema->name);
  }
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ShowColumns(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {{"table_name"},
                                                                 {"schema_name"},
                                                                 {"column_name"},
                                                                 {"data_type"},
                                                                 {"null?"},
                                                                 {"default"},
                                                                 {"kind"},
                                                                 {"expression"},
                                                                 {"comment"},
                                                                 {"database_name"},
                                                                 {"autoincrement"}}));
  LIFEBOAT_RETURN_IF_ERROR(
      ForEachNamed(context, statement,
                   [&](const Object& relation, const std::string& database, const std::string& schema) {
                     AddColumns(relation, database, schema, result);
                   }));
  return result.Take();
}

Result<QueryResult> ShowPrimaryKeys(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"database_name"},
                                                                 {"schema_name"},
                                                                 {"table_name"},
                                                                 {"column_name"},
                                                                 {"key_sequence", ColumnType::kFixed},
                                                                 {"constraint_name"},
                                                                 {"rely"},
                                                                 {"comment"}}));
  LIFEBOAT_RETURN_IF_ERROR(ForEachNamed(
      context, statement,
      [&](const Object& relation, const std::string& database, const std::string& schema) {
        int64_t sequence = 0;
        for (const TableColumn& column : ColumnsOf(relation)) {
          if (!column.primary_key) continue;
          result.Add({TimeCell(relation.created_micros), database, schema, relation.name, column.name,
                      NumberCell(++sequence), "PK_" + relation.name, "false", NullCell()});
        }
      }));
  return result.Take();
}

// Foreign keys are accepted and not kept, so there are none to show.
Result<QueryResult> ShowForeignKeys(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"pk_database_name"},
                                                                 {"pk_schema_name"},
                                                                 {"pk_table_name"},
                                                                 {"pk_column_name"},
                                                                 {"fk_database_name"},
                                                                 {"fk_schema_name"},
                                                                 {"fk_table_name"},
                                                                 {"fk_column_name"},
                                                                 {"key_sequence", ColumnType::kFixed},
                                                                 {"update_rule"},
                                                                 {"delete_rule"},
                                                                 {"fk_name"},
                                                                 {"pk_name"},
                                                                 {"deferrability"},
                                                                 {"rely"},
                                                                 {"comment"}}));
  return result.Take();
}

Result<QueryResult> ShowNothing(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement,
                       {kCreatedOn, {"name"}, {"database_name"}, {"schema_name"}, {"owner"}, {"comment"}}));
  return result.Take();
}

}  // namespace lifeboat::account
