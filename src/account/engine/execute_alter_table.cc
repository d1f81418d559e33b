#include <algorithm>

#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/object_target.h"
#include "account/engine/properties.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

// The table's new description and the DuckDB statements that bring its storage there.
struct Change {
  Object object;
  Table table;
  std::vector<std::string> storage_sql;
};

TableColumn* FindColumn(Table& table, const std::string& name) {
  for (TableColumn& column : table.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

Status InvalidIdentifier(const sql::Identifier& name) {
  return sql::MakeSqlError(
      StatusCode::kNotFound, "000904", "42000",
      fmt::format("SQL compilation error: error line {} at position {}\ninvalid identifier '{}'",
                  name.location.line, name.location.position, QuoteIdentifier(name.text)),
      name.location.line, name.location.position);
}

Status AddColumns(StatementContext& context, const sql::TableAction& action, Change& change) {
  for (const sql::ColumnDefinition& definition : action.columns) {
    if (FindColumn(change.table, definition.name.text) != nullptr) {
      if (action.if_exists) continue;
      return sql::MakeSqlError(StatusCode::kAlreadyExists, "001430", "42601",
                               fmt::format("SQL compilation error:\ncolumn {} already exists",
                                           QuoteIdentifier(definition.name.text)));
    }
    if (!definition.type || definition.autoincrement || definition.not_null) {
      return UnsupportedFeature("adding a column that is NOT NULL, AUTOINCREMENT or without a type");
    }
    NativeColumn native;
    LIFEBOAT_ASSIGN_OR_RETURN(const sql::DataType type, sql::ResolveType(*definition.type));
    native.column.name = definition.name.text;
    native.column.type = sql::ToString(type);
    native.column.comment = definition.comment.value_or("");
    if (definition.default_value != nullptr) {
      native.column.default_sql = definition.default_text;
      QueryResolver resolver(context);
      LIFEBOAT_ASSIGN_OR_RETURN(native.duckdb_default, DefaultSql(*definition.default_value, resolver));
    }
    if (type.kind == sql::TypeKind::kText && type.length < sql::kMaxTextLength) {
      return UnsupportedFeature("adding a VARCHAR column with a length; declare it without one");
    }
    change.storage_sql.push_back(
        fmt::format("ALTER TABLE {} ADD COLUMN {}", change.table.storage, NativeColumnSql(native)));
    change.table.columns.push_back(std::move(native.column));
  }
  return Status::Ok();
}

Status DropColumns(const sql::TableAction& action, Change& change) {
  for (const sql::Identifier& name : action.names) {
    const TableColumn* column = FindColumn(change.table, name.text);
    if (column == nullptr) {
      if (action.if_exists) continue;
      return InvalidIdentifier(name);
    }
    change.storage_sql.push_back(
        fmt::format("ALTER TABLE {} DROP COLUMN {}", change.table.storage, DuckIdentifier(name.text)));
    std::erase_if(change.table.columns, [&](const TableColumn& other) { return other.name == name.text; });
  }
  return Status::Ok();
}

Status RenameColumn(const sql::TableAction& action, Change& change) {
  TableColumn* column = FindColumn(change.table, action.names.at(0).text);
  if (column == nullptr) return InvalidIdentifier(action.names[0]);
  column->name = action.new_name.text;
  change.storage_sql.push_back(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", change.table.storage,
                                           DuckIdentifier(action.names[0].text),
                                           DuckIdentifier(action.new_name.text)));
  return Status::Ok();
}

Status CommentColumn(const sql::TableAction& action, Change& change) {
  TableColumn* column = FindColumn(change.table, action.names.at(0).text);
  if (column == nullptr) return InvalidIdentifier(action.names[0]);
  column->comment = action.kind == sql::TableActionKind::kCommentColumn ? action.comment : "";
  return Status::Ok();
}

Status RenameTable(StatementContext& context, const sql::TableAction& action, Change& change) {
  const Object* schema = context.snapshot().Get(change.object.parent);
  const NameScope scope{context.snapshot().NameOf(schema->parent), schema->name};
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target,
                            ResolveInSchema(context, action.target, scope, "ALTER TABLE"));
  if (target.schema->id != change.object.parent) {
    LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kTable, target.schema->id));
  }
  change.object.name = target.name;
  change.object.parent = target.schema->id;
  return Status::Ok();
}

Status SetProperties(StatementContext& context, const sql::TableAction& action, Change& change) {
  LIFEBOAT_RETURN_IF_ERROR(
      CheckKnownProperties(action.properties, {"COMMENT", "DATA_RETENTION_TIME_IN_DAYS", "CHANGE_TRACKING"}));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<std::string> comment,
                            OptionalText(context, action.properties, "COMMENT"));
  if (comment) change.object.comment = *comment;
  return Status::Ok();
}

Status ApplyAction(StatementContext& context, const sql::TableAction& action, Change& change) {
  switch (action.kind) {
    case sql::TableActionKind::kAddColumns:
      return AddColumns(context, action, change);
    case sql::TableActionKind::kDropColumns:
      return DropColumns(action, change);
    case sql::TableActionKind::kRenameColumn:
      return RenameColumn(action, change);
    case sql::TableActionKind::kCommentColumn:
    case sql::TableActionKind::kUnsetColumnComment:
      return CommentColumn(action, change);
    case sql::TableActionKind::kRenameTo:
      return RenameTable(context, action, change);
    case sql::TableActionKind::kSet:
      return SetProperties(context, action, change);
    case sql::TableActionKind::kUnset:
      change.object.comment.clear();
      return Status::Ok();
    default:
      return UnsupportedFeature("this ALTER TABLE");
  }
}

// Storage and description change together: the DuckDB transaction is committed last, once the description is
// durable.
Status Commit(StatementContext& context, Change change) {
  DuckConnection& duck = context.duck();
  change.object.body = std::move(change.table);
  if (!change.storage_sql.empty()) LIFEBOAT_RETURN_IF_ERROR(duck.Query("BEGIN TRANSACTION").status());
  Status status;
  for (const std::string& sql : change.storage_sql) {
    status = duck.Query(sql).status();
    if (!status.ok()) break;
  }
  if (status.ok()) {
    const std::string name = QuoteIdentifier(change.object.name);
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    status = transaction->Update(std::move(change.object));
    if (status.code() == StatusCode::kAlreadyExists) status = ObjectExists(name);
    if (status.ok()) status = transaction->Commit();
  }
  if (!change.storage_sql.empty()) {
    const Status ended = status.ok() ? duck.Query("COMMIT").status() : duck.Rollback();
    if (status.ok()) status = ended;
  }
  context.Refresh();
  return status;
}

}  // namespace

Result<QueryResult> ExecuteAlterTable(StatementContext& context, const sql::AlterTableStatement& statement) {
  const Result<const Object*> found = GetObject(context, statement.kind, statement.name);
  if (!found.ok()) {
    if (statement.if_exists && found.status().code() == StatusCode::kNotFound) {
      return StatusResult("Statement executed successfully.");
    }
    return found.status();
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckOwner(context, **found));
  const auto* table = (*found)->get_if<Table>();
  if (table == nullptr) {
    const bool only_refresh = std::all_of(
        statement.actions.begin(), statement.actions.end(),
        [](const sql::TableAction& action) { return action.kind == sql::TableActionKind::kRefresh; });
    // A linked table is read at its current snapshot by every query: there is nothing to refresh.
    if (only_refresh) return StatusResult("Statement executed successfully.");
    return UnsupportedFeature("altering a linked table; change it in its catalog");
  }
  Change change{**found, *table, {}};
  for (const sql::TableAction& action : statement.actions) {
    LIFEBOAT_RETURN_IF_ERROR(ApplyAction(context, action, change));
  }
  LIFEBOAT_RETURN_IF_ERROR(Commit(context, std::move(change)));
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
