// INFORMATION_SCHEMA: the views every database has about itself.
#include <algorithm>

#include "account/engine/native_tables.h"
#include "account/engine/object_rows.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"

namespace lifeboat::account {
namespace {

constexpr auto kNumber = ColumnType::kFixed;
constexpr auto kTime = ColumnType::kTimestampLtz;

QueryResult Tables(StatementContext& context, const Object& database) {
  ResultBuilder result(StatementType::kSelect, {{"TABLE_CATALOG"},
                                                {"TABLE_SCHEMA"},
                                                {"TABLE_NAME"},
                                                {"TABLE_OWNER"},
                                                {"TABLE_TYPE"},
                                                {"IS_TRANSIENT"},
                                                {"CLUSTERING_KEY"},
                                                {"ROW_COUNT", kNumber},
                                                {"BYTES", kNumber},
                                                {"RETENTION_TIME", kNumber},
                                                {"CREATED", kTime},
                                                {"LAST_ALTERED", kTime},
                                                {"COMMENT"},
                                                {"IS_ICEBERG"}});
  for (const Object* schema : VisibleSchemas(context, database)) {
    for (const Object* relation : VisibleRelations(context, *schema)) {
      const bool is_view = relation->kind() == ObjectKind::kView;
      result.AddRow({database.name, schema->name, relation->name, context.snapshot().NameOf(relation->owner),
                     is_view ? "VIEW" : "BASE TABLE", "NO", NullCell(), NullCell(), NullCell(), NumberCell(1),
                     TimeCell(relation->created_micros), TimeCell(relation->created_micros),
                     relation->comment, relation->kind() == ObjectKind::kIcebergTable ? "YES" : "NO"});
    }
  }
  return result.Take();
}

QueryResult Views(StatementContext& context, const Object& database) {
  ResultBuilder result(StatementType::kSelect, {{"TABLE_CATALOG"},
                                                {"TABLE_SCHEMA"},
                                                {"TABLE_NAME"},
                                                {"TABLE_OWNER"},
                                                {"VIEW_DEFINITION"},
                                                {"CHECK_OPTION"},
                                                {"IS_UPDATABLE"},
                                                {"INSERTABLE_INTO"},
                                                {"IS_SECURE"},
                                                {"CREATED", kTime},
                                                {"LAST_ALTERED", kTime},
                                                {"COMMENT"}});
  for (const Object* schema : VisibleSchemas(context, database)) {
    for (const Object* relation : VisibleRelations(context, *schema)) {
      const auto* view = relation->get_if<View>();
      if (view == nullptr) continue;
      result.AddRow({database.name, schema->name, relation->name, context.snapshot().NameOf(relation->owner),
                     view->text, "NONE", "NO", "NO", view->is_secure ? "YES" : "NO",
                     TimeCell(relation->created_micros), TimeCell(relation->created_micros),
                     relation->comment});
    }
  }
  return result.Take();
}

std::string TypeWord(const sql::DataType& type) {
  const std::string text = sql::ToString(type);
  return text.substr(0, text.find('(')) == "VARCHAR" ? "TEXT" : text.substr(0, text.find('('));
}

QueryResult Columns(StatementContext& context, const Object& database) {
  ResultBuilder result(StatementType::kSelect, {{"TABLE_CATALOG"},
                                                {"TABLE_SCHEMA"},
                                                {"TABLE_NAME"},
                                                {"COLUMN_NAME"},
                                                {"ORDINAL_POSITION", kNumber},
                                                {"COLUMN_DEFAULT"},
                                                {"IS_NULLABLE"},
                                                {"DATA_TYPE"},
                                                {"CHARACTER_MAXIMUM_LENGTH", kNumber},
                                                {"NUMERIC_PRECISION", kNumber},
                                                {"NUMERIC_SCALE", kNumber},
                                                {"DATETIME_PRECISION", kNumber},
                                                {"COMMENT"}});
  for (const Object* schema : VisibleSchemas(context, database)) {
    for (const Object* relation : VisibleRelations(context, *schema)) {
      int64_t position = 0;
      for (const TableColumn& column : ColumnsOf(*relation)) {
        const sql::DataType type = ParseColumnType(column.type);
        const bool is_number = type.is_number();
        const bool is_time = type.is_timestamp() || type.kind == sql::TypeKind::kTime;
        result.AddRow({database.name, schema->name, relation->name, column.name, NumberCell(++position),
                       column.default_sql.empty() ? NullCell() : Cell(column.default_sql),
                       column.nullable ? "YES" : "NO", TypeWord(type),
                       type.kind == sql::TypeKind::kText ? NumberCell(type.length) : NullCell(),
                       is_number ? NumberCell(type.precision) : NullCell(),
                       is_number ? NumberCell(type.scale) : NullCell(),
                       is_time ? NumberCell(type.precision) : NullCell(),
                       column.comment.empty() ? NullCell() : Cell(column.comment)});
      }
    }
  }
  return result.Take();
}

QueryResult Schemata(StatementContext& context, const Object& database) {
  ResultBuilder result(StatementType::kSelect, {{"CATALOG_NAME"},
                                                {"SCHEMA_NAME"},
                                                {"SCHEMA_OWNER"},
                                                {"IS_TRANSIENT"},
                                                {"RETENTION_TIME", kNumber},
                                                {"CREATED", kTime},
                                                {"LAST_ALTERED", kTime},
                                                {"COMMENT"}});
  for (const Object* schema : VisibleSchemas(context, database)) {
    result.AddRow({database.name, schema->name, context.snapshot().NameOf(schema->owner), "NO", NumberCell(1),
                   TimeCell(schema->created_micros), TimeCell(schema->created_micros), schema->comment});
  }
  result.AddRow({database.name, "INFORMATION_SCHEMA", NullCell(), "NO", NumberCell(1),
                 TimeCell(database.created_micros), TimeCell(database.created_micros),
                 "Views describing the contents of schemas in this database"});
  return result.Take();
}

QueryResult Databases(StatementContext& context) {
  ResultBuilder result(StatementType::kSelect, {{"DATABASE_NAME"},
                                                {"DATABASE_OWNER"},
                                                {"IS_TRANSIENT"},
                                                {"COMMENT"},
                                                {"CREATED", kTime},
                                                {"LAST_ALTERED", kTime},
                                                {"RETENTION_TIME", kNumber},
                                                {"TYPE"}});
  for (const Object* database : context.snapshot().All(ObjectKind::kDatabase)) {
    if (!context.authorizer().CanSee(*database)) continue;
    const auto& body = database->as<Database>();
    result.AddRow({database->name, context.snapshot().NameOf(database->owner),
                   body.is_transient ? "YES" : "NO", database->comment, TimeCell(database->created_micros),
                   TimeCell(database->created_micros), NumberCell(body.retention_days),
                   body.link ? "CATALOG-LINKED DATABASE" : "STANDARD"});
  }
  return result.Take();
}

QueryResult Roles(StatementContext& context) {
  ResultBuilder result(StatementType::kSelect, {{"ROLE_NAME"}, {"ROLE_OWNER"}});
  for (const Object* role : context.snapshot().All(ObjectKind::kRole)) {
    if (context.authorizer().HasRole(role->id)) {
      result.AddRow({role->name, context.snapshot().NameOf(role->owner)});
    }
  }
  return result.Take();
}

}  // namespace

Result<std::optional<QueryResult>> InformationSchemaView(StatementContext& context, const Object& database,
                                                         const std::string& name) {
  if (name == "TABLES") return std::optional(Tables(context, database));
  if (name == "VIEWS") return std::optional(Views(context, database));
  if (name == "COLUMNS") return std::optional(Columns(context, database));
  if (name == "SCHEMATA") return std::optional(Schemata(context, database));
  if (name == "DATABASES") return std::optional(Databases(context));
  if (name == "APPLICABLE_ROLES" || name == "ENABLED_ROLES") return std::optional(Roles(context));
  return std::optional<QueryResult>();
}

}  // namespace lifeboat::account
