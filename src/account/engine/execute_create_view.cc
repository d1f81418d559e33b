#include "account/engine/create_object.h"
#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/native_tables.h"
#include "account/engine/query_resolver.h"
#include "account/engine/statement_error.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

// Names and types as they are when the view is created; DESCRIBE shows them and every use is checked against
// them.
Result<std::vector<TableColumn>> ViewColumns(StatementContext& context,
                                             const sql::CreateViewStatement& statement,
                                             const QualifiedTarget& target) {
  // Unqualified names in the query are those of the view's own schema, now and whenever it is expanded.
  QueryResolver resolver(context, context.authorizer(), {target.database->name, target.schema->name}, 0);
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery query,
                            sql::TranslateQuery(*statement.query, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const DuckResult shape, context.duck().Describe(query.duckdb_sql));
  if (!statement.columns.empty() && statement.columns.size() != query.columns.size()) {
    return sql::MakeSqlError(
        StatusCode::kInvalidArgument, "002057", "42601",
        fmt::format("SQL compilation error:\nInvalid column definition list: {} name(s) for {} "
                    "column(s)",
                    statement.columns.size(), query.columns.size()));
  }
  std::vector<TableColumn> columns;
  for (size_t i = 0; i < query.columns.size(); ++i) {
    Column shown = shape.columns.at(i);
    ApplyDeclaredType(query.columns[i].type, shown);
    TableColumn column;
    column.name = query.columns[i].name;
    column.type = ColumnTypeText(shown);
    if (!statement.columns.empty()) {
      column.name = statement.columns[i].name.text;
      column.comment = statement.columns[i].comment.value_or("");
    }
    for (const TableColumn& other : columns) {
      if (other.name == column.name) {
        return sql::MakeSqlError(
            StatusCode::kInvalidArgument, "002025", "42710",
            fmt::format("SQL compilation error:\nduplicate column name '{}'", column.name));
      }
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

Result<QueryResult> ExecuteCreateView(StatementContext& context, const sql::CreateViewStatement& statement) {
  if (statement.materialized) return UnsupportedFeature("CREATE MATERIALIZED VIEW");
  if (statement.recursive) return UnsupportedFeature("CREATE RECURSIVE VIEW");
  LIFEBOAT_ASSIGN_OR_RETURN(const QualifiedTarget target,
                            ResolveInSchema(context, statement.name, SessionScope(context), "CREATE VIEW"));
  const Object* existing = FindRelation(context.snapshot(), target);
  LIFEBOAT_ASSIGN_OR_RETURN(const ExistingAction action,
                            DecideExisting(context, existing, statement.flags, target.text));
  if (action == ExistingAction::kKeep) return CreatedResult("View", QuoteIdentifier(target.name), action);
  if (existing != nullptr && existing->kind() != ObjectKind::kView) return ObjectExists(target.text);
  if (!context.authorizer().CanReach(*target.schema) ||
      !context.authorizer().Has("USAGE", target.schema->id)) {
    return DoesNotExist(ObjectKind::kSchema, context.snapshot().QualifiedName(*target.schema), nullptr);
  }
  LIFEBOAT_RETURN_IF_ERROR(context.CheckCreate(ObjectKind::kView, target.schema->id));

  Object object;
  object.parent = target.schema->id;
  object.name = target.name;
  object.owner = context.role();
  object.comment = statement.comment.value_or("");
  View view;
  view.text = statement.text;
  view.query = statement.query_text;
  view.is_secure = statement.secure;
  LIFEBOAT_ASSIGN_OR_RETURN(view.columns, ViewColumns(context, statement, target));
  object.body = std::move(view);

  std::vector<Grant> kept;
  if (action == ExistingAction::kReplace && statement.copy_grants) {
    for (const Grant* grant : context.snapshot().GrantsOn(existing->id)) kept.push_back(*grant);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const ObjectId id,
                            CreateOrReplace(context, action, existing, {std::move(object)}));
  if (!kept.empty()) {
    const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
    for (Grant& grant : kept) {
      grant.object = id;
      transaction->AddGrant(grant);
    }
    LIFEBOAT_RETURN_IF_ERROR(transaction->Commit());
    context.Refresh();
  }
  return CreatedResult("View", QuoteIdentifier(target.name), action);
}

}  // namespace lifeboat::account
