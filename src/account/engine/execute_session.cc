// SET, UNSET, ALTER SESSION, BEGIN, COMMIT and ROLLBACK.
#include "account/engine/execute.h"
#include "account/engine/properties.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

QueryResult Done() {
  QueryResult result = StatusResult("Statement executed successfully.", StatementType::kScl);
  result.session_changed = true;
  return result;
}

sql::Constant ToConstant(const Column& column, const Cell& cell) {
  if (!cell) return {};
  switch (column.type) {
    case ColumnType::kFixed:
    case ColumnType::kReal:
      return {sql::LiteralKind::kNumber, *cell};
    case ColumnType::kBoolean:
      return {sql::LiteralKind::kBoolean, *cell == "1" ? "TRUE" : "FALSE"};
    case ColumnType::kBinary:
      return {sql::LiteralKind::kBinary, *cell};
    default:
      return {sql::LiteralKind::kString, *cell};
  }
}

// The value of an expression, by folding or, where that is not enough, by running it.
Result<std::vector<sql::Constant>> Evaluate(StatementContext& context, const sql::Expression& expression) {
  Result<sql::Constant> folded = context.Fold(expression);
  if (folded.ok()) return std::vector<sql::Constant>{std::move(*folded)};
  if (folded.status().code() != StatusCode::kUnsupported) return folded.status();
  QueryResolver resolver(context);
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery query, sql::TranslateExpression(expression, resolver));
  // Dates and times become text as SQL shows them, not as the driver protocol does.
  LIFEBOAT_ASSIGN_OR_RETURN(DuckResult rows, context.duck().Query(query.duckdb_sql));
  const auto is_time = [](const Column& column) {
    return column.type == ColumnType::kDate || column.type == ColumnType::kTime ||
           column.type == ColumnType::kTimestampNtz || column.type == ColumnType::kTimestampLtz;
  };
  for (const Column& column : rows.columns) {
    if (!is_time(column)) continue;
    LIFEBOAT_ASSIGN_OR_RETURN(
        rows, context.duck().Query("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + query.duckdb_sql + ")"));
    break;
  }
  std::vector<sql::Constant> values;
  if (rows.rows.size() > 1) {
    return sql::MakeSqlError(StatusCode::kInvalidArgument, "090150", "22000",
                             "Single-row subquery returns more than one row.");
  }
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    values.push_back(rows.rows.empty() ? sql::Constant() : ToConstant(rows.columns[i], rows.rows[0][i]));
  }
  return values;
}

}  // namespace

Result<QueryResult> ExecuteSet(StatementContext& context, const sql::SetStatement& statement) {
  std::vector<sql::Constant> values;
  for (const sql::ExpressionPtr& expression : statement.values) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::vector<sql::Constant> some, Evaluate(context, *expression));
    values.insert(values.end(), some.begin(), some.end());
  }
  if (values.size() != statement.names.size()) {
    return sql::MakeSqlError(StatusCode::kInvalidArgument, "001068", "42601",
                             fmt::format("SQL compilation error:\nSET assigns {} value(s) to {} variable(s)",
                                         values.size(), statement.names.size()));
  }
  for (size_t i = 0; i < values.size(); ++i)
    context.session().variables[statement.names[i]] = std::move(values[i]);
  return Done();
}

Result<QueryResult> ExecuteUnset(StatementContext& context, const sql::UnsetStatement& statement) {
  for (const std::string& name : statement.names) context.session().variables.erase(name);
  return Done();
}

Result<QueryResult> ExecuteAlterSession(StatementContext& context,
                                        const sql::AlterSessionStatement& statement) {
  for (const sql::Property& property : statement.set) {
    LIFEBOAT_ASSIGN_OR_RETURN(context.session().parameters[property.name], PropertyText(context, property));
  }
  for (const std::string& name : statement.unset) context.session().parameters.erase(name);
  return Done();
}

Result<QueryResult> ExecuteTransaction(StatementContext& context,
                                       const sql::TransactionStatement& statement) {
  DuckConnection& duck = context.duck();
  if (statement.kind == sql::TransactionKind::kBegin) {
    // A second BEGIN is ignored, as is COMMIT or ROLLBACK outside a transaction.
    if (!duck.in_transaction()) LIFEBOAT_RETURN_IF_ERROR(duck.Query("BEGIN TRANSACTION").status());
  } else if (duck.in_transaction()) {
    const bool commit = statement.kind == sql::TransactionKind::kCommit;
    LIFEBOAT_RETURN_IF_ERROR(commit ? duck.Query("COMMIT").status() : duck.Rollback());
  }
  return StatusResult("Statement executed successfully.", StatementType::kTcl);
}

}  // namespace lifeboat::account
