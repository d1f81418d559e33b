#include <algorithm>

#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

struct ParsedTable {
  std::string storage;
  std::vector<NativeColumn> columns;
  std::vector<std::string> sequences;  // DuckDB statements that create them
  std::string query;                   // DuckDB SQL of a CTAS; empty: none
};

Result<NativeColumn> ParseColumn(StatementContext& context, const sql::ColumnDefinition& definition,
                                 size_t position, ParsedTable& table) {
  NativeColumn native;
  TableColumn& column = native.column;
  column.name = definition.name.text;
  column.nullable = !definition.not_null && !definition.primary_key;
  column.primary_key = definition.primary_key;
  column.comment = definition.comment.value_or("");
  if (!definition.type) return UnsupportedFeature("a column without a type");
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::DataType type, sql::ResolveType(*definition.type));
  column.type = sql::ToString(type);
  if (definition.autoincrement) {
    const std::string sequence = SequenceName(table.storage, position);
    column.default_sql = fmt::format("IDENTITY START {} INCREMENT {} NOORDER",
                                     definition.autoincrement->start, definition.autoincrement->step);
    table.sequences.push_back(fmt::format("CREATE SEQUENCE {} START {} INCREMENT {}", sequence,
                                          definition.autoincrement->start, definition.autoincrement->step));
    native.duckdb_default = "nextval('" + sequence + "')";
  } else if (definition.default_value != nullptr) {
    column.default_sql = definition.default_text;
    QueryResolver resolver(context);
    LIFEBOAT_ASSIGN_OR_RETURN(native.duckdb_default, DefaultSql(*definition.default_value, resolver));
  }
  return native;
}

void ApplyConstraints(const std::vector<sql::TableConstraint>& constraints, ParsedTable& table) {
  for (const sql::TableConstraint& constraint : constraints) {
    if (constraint.kind != sql::ConstraintKind::kPrimaryKey) continue;  // recorded nowhere, enforced nowhere
    for (NativeColumn& native : table.columns) {
      const bool part =
          std::any_of(constraint.columns.begin(), constraint.columns.end(),
                      [&](const sql::Identifier& name) { return name.text == native.column.name; });
      if (!part) continue;
      native.column.primary_key = true;
      native.column.nullable = false;
    }
  }
}

// Columns of CREATE TABLE … AS: those of the query, with the names and types the statement adds.
Status ParseQuery(StatementContext& context, const sql::CreateTableStatement& statement, ParsedTable& table) {
  QueryResolver resolver(context);
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery query,
                            sql::TranslateQuery(*statement.query, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const DuckResult shape, context.duck().Describe(query.duckdb_sql));
  if (!statement.columns.empty() && statement.columns.size() != query.columns.size()) {
    return sql::MakeSqlError(
        StatusCode::kInvalidArgument, "002026", "42601",
        fmt::format("SQL compilation error:\nInvalid column definition list: {} column(s) for a "
                    "query of {}",
                    statement.columns.size(), query.columns.size()));
  }
  for (size_t i = 0; i < query.columns.size(); ++i) {
    Column shown = shape.columns.at(i);
    ApplyDeclaredType(query.columns[i].type, shown);
    NativeColumn native;
    native.column.name = query.columns[i].name;
    native.column.type = ColumnTypeText(shown);
    if (!statement.columns.empty()) {
      const sql::ColumnDefinition& definition = statement.columns[i];
      native.column.name = definition.name.text;
      native.column.nullable = !definition.not_null;
      if (definition.type) {
        LIFEBOAT_ASSIGN_OR_RETURN(const sql::DataType type, sql::ResolveType(*definition.type));
        native.column.type = sql::ToString(type);
      }
    }
    table.columns.push_back(std::move(native));
  }
  table.query = query.duckdb_sql;
  return Status::Ok();
}

Result<ParsedTable> ParseTable(StatementContext& context, const sql::CreateTableStatement& statement) {
  ParsedTable table;
  table.storage = NewStorageName(*context.engine().options.random);
  if (statement.query != nullptr) {
    LIFEBOAT_RETURN_IF_ERROR(ParseQuery(context, statement, table));
  } else if (!statement.like_table.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Object* like, GetRelation(context, statement.like_table));
    const auto* native = like->get_if<Table>();
    if (native == nullptr) return UnsupportedFeature("CREATE TABLE … LIKE a view or a linked table");
    for (TableColumn column : native->columns) {
      column.default_sql.clear();
      table.columns.push_back({std::move(column), ""});
    }
  } else {
    for (const sql::ColumnDefinition& definition : statement.columns) {
      LIFEBOAT_ASSIGN_OR_RETURN(NativeColumn column,
                                ParseColumn(context, definition, table.columns.size(), table));
      table.columns.push_back(std::move(column));
    }
  }
  ApplyConstraints(statement.constraints, table);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (table.columns[i].column.name != table.columns[j].column.name) continue;
      return sql::MakeSqlError(
          StatusCode::kInvalidArgument, "002025", "42710",
          fmt::format("SQL compilation error:\nduplicate column name '{}'", table.columns[i].column.name));
    }
  }
  if (table.columns.empty()) return UnsupportedFeature("a table without columns");
  return table;
}

// The DuckDB table first, in a transaction of its own; the object then makes it visible. A crash in between
// leaves a DuckDB table that the next start removes.
Status CreateStorage(DuckConnection& duck, const ParsedTable& table) {
  LIFEBOAT_RETURN_IF_ERROR(duck.Query("BEGIN TRANSACTION").status());
  std::vector<std::string> statements = table.sequences;
  statements.push_back(CreateTableSql(table.storage, table.columns));
  if (!table.query.empty()) statements.push_back("INSERT INTO " + table.storage + " " + table.query);
  Status status;
  for (const std::string& sql : statements) {
    status = duck.Query(sql).status();
    if (!status.ok()) break;
  }
  if (status.ok()) status = duck.Query("COMMIT").status();
  if (!status.ok()) {
    const Status undone = duck.Rollback();
    if (!undone.ok()) return undone;
  }
  return status;
}

}  // namespace

Result<QueryResult> ExecuteCreateTable(StatementContext& context,
                                       const sql::CreateTableStatement& statement) {
  if (statement.kind == sql::ObjectKind::kIcebergTable) {
    return UnsupportedFeature("CREATE ICEBERG TABLE; link a database to the catalog instead");
  }
  if (!statement.clone_of.empty()) return UnsupportedFeature("CREATE TABLE … CLONE");
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target,
                            ResolveInSchema(context, statement.name, SessionScope(context), "CREATE TABLE"));
  if (target.database->as<Database>().link) {
    return UnsupportedFeature("creating tables in linked database " + target.database->name);
  }
  const Object* existing = FindRelation(context.snapshot(), target);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, target.text));
  if (action == ExistingAction::kKeep) return CreatedResult("Table", QuoteIdentifier(target.name), action);
  if (existing != nullptr && existing->kind() != ObjectKind::kTable) return ObjectExists(target.text);
  if (!context.authorizer().CanReach(*target.schema) ||
      !context.authorizer().Has("USAGE", target.schema->id)) {
    return DoesNotExist(ObjectKind::kSchema, context.snapshot().QualifiedName(*target.schema), nullptr);
  }
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kTable, target.schema->id));
  LIFEBOAT_ASSIGN_OR_RETURN(const ParsedTable parsed, ParseTable(context, statement));

  Object object;
  object.parent = target.schema->id;
  object.name = target.name;
  object.owner = context.role();
  LIFEBOAT_ASSIGN_OR_RETURN(object.comment, CommentOf(context, statement.properties));
  Table table;
  table.storage = parsed.storage;
  table.kind = statement.temporary ? "TEMPORARY" : statement.transient ? "TRANSIENT" : "TABLE";
  for (const NativeColumn& column : parsed.columns) table.columns.push_back(column.column);
  object.body = table;

  std::vector<Table> replaced;
  if (action == ExistingAction::kReplace) replaced.push_back(existing->as<Table>());
  LIFEBOAT_RETURN_IF_ERROR(CreateStorage(context.duck(), parsed));
  const Status created = CreateOrReplace(context, action, existing, {std::move(object)}).status();
  DropStorage(context.duck(), created.ok() ? replaced : std::vector<Table>{table});
  if (!created.ok()) return created;
  return CreatedResult("Table", QuoteIdentifier(target.name), action);
}

}  // namespace lifeboat::account
