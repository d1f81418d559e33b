#include "account/engine/execute.h"
#include "account/engine/native_tables.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

// A query that reads tables needs a warehouse; friendly mode runs it and says so.
Status CheckWarehouse(StatementContext& context, bool reads_tables) {
  if (!reads_tables || !context.session().warehouse.empty()) return Status::Ok();
  if (context.strict()) return NoActiveWarehouse();
  context.Warn("no warehouse is selected; the statement ran without one");
  return Status::Ok();
}

}  // namespace

Result<QueryResult> ExecuteQuery(StatementContext& context, const sql::Query& query, bool describe_only) {
  QueryResolver resolver(context);
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery translated, sql::TranslateQuery(query, resolver));
  LIFEBOAT_RETURN_IF_ERROR(CheckWarehouse(context, resolver.read_anything()));
  Result<DuckResult> rows = describe_only ? context.duck().Describe(translated.duckdb_sql)
                                          : context.duck().Query(translated.duckdb_sql);
  if (!rows.ok()) return rows.status();
  QueryResult result;
  result.type = StatementType::kSelect;
  result.columns = std::move(rows->columns);
  result.rows = std::move(rows->rows);
  for (size_t i = 0; i < result.columns.size() && i < translated.columns.size(); ++i) {
    result.columns[i].name = translated.columns[i].name;
    ApplyDeclaredType(translated.columns[i].type, result.columns[i]);
  }
  return result;
}

Result<QueryResult> ExecuteExplain(StatementContext& context, const sql::ExplainStatement& statement) {
  QueryResolver resolver(context);
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery translated,
                            sql::TranslateQuery(*statement.query, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(DuckResult plan, context.duck().Query("EXPLAIN " + translated.duckdb_sql));
  ResultBuilder result(StatementType::kSelect, {{"step"}, {"plan"}});
  for (std::vector<Cell>& row : plan.rows) result.AddRow(std::move(row));
  return result.Take();
}

}  // namespace lifeboat::account
