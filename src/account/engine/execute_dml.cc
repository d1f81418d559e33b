// INSERT, UPDATE, DELETE, MERGE and TRUNCATE on native tables.
#include "account/engine/execute.h"
#include "account/engine/query_resolver.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/translate/translate_dml.h"

namespace lifeboat::account {
namespace {

// Runs the statements as one: in the session's transaction if there is one, else in their own. Answers the
// changed rows of each.
Result<std::vector<int64_t>> RunAll(DuckConnection& duck, const std::vector<std::string>& statements) {
  const bool own_transaction = statements.size() > 1 && !duck.in_transaction();
  if (own_transaction) LIFEBOAT_RETURN_IF_ERROR(duck.Query("BEGIN TRANSACTION").status());
  std::vector<int64_t> counts;
  Status status;
  for (const std::string& sql : statements) {
    Result<DuckResult> result = duck.Query(sql);
    status = result.status();
    if (!status.ok()) break;
    counts.push_back(result->changed_rows);
  }
  if (own_transaction) {
    const Status ended = status.ok() ? duck.Query("COMMIT").status() : duck.Rollback();
    if (status.ok()) status = ended;
  }
  if (!status.ok()) return status;
  return counts;
}

int64_t Sum(const std::vector<int64_t>& counts) {
  int64_t sum = 0;
  for (const int64_t count : counts) sum += count;
  return sum;
}

}  // namespace

Result<QueryResult> ExecuteInsert(StatementContext& context, const sql::InsertStatement& statement) {
  QueryResolver resolver(context);
  resolver.set_target_privileges({"INSERT"});
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedDml dml, sql::TranslateInsert(statement, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, RunAll(context.duck(), dml.duckdb_sql));
  ResultBuilder result(StatementType::kInsert, {{"number of rows inserted", ColumnType::kFixed}});
  result.AddRow({NumberCell(counts.empty() ? 0 : counts.back())});  // INSERT OVERWRITE deletes first
  return result.Take();
}

Result<QueryResult> ExecuteUpdate(StatementContext& context, const sql::UpdateStatement& statement) {
  QueryResolver resolver(context);
  resolver.set_target_privileges({"UPDATE"});
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedDml dml, sql::TranslateUpdate(statement, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, RunAll(context.duck(), dml.duckdb_sql));
  ResultBuilder result(StatementType::kUpdate, {{"number of rows updated", ColumnType::kFixed},
                                                {"number of multi-joined rows updated", ColumnType::kFixed}});
  result.AddRow({NumberCell(Sum(counts)), NumberCell(0)});
  return result.Take();
}

Result<QueryResult> ExecuteDelete(StatementContext& context, const sql::DeleteStatement& statement) {
  QueryResolver resolver(context);
  resolver.set_target_privileges({"DELETE"});
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedDml dml, sql::TranslateDelete(statement, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, RunAll(context.duck(), dml.duckdb_sql));
  ResultBuilder result(StatementType::kDelete, {{"number of rows deleted", ColumnType::kFixed}});
  result.AddRow({NumberCell(Sum(counts))});
  return result.Take();
}

Result<QueryResult> ExecuteMerge(StatementContext& context, const sql::MergeStatement& statement) {
  std::vector<std::string> privileges;
  for (const sql::MergeClause& clause : statement.clauses) {
    switch (clause.action) {
      case sql::MergeActionKind::kUpdate:
        privileges.push_back("UPDATE");
        break;
      case sql::MergeActionKind::kDelete:
        privileges.push_back("DELETE");
        break;
      case sql::MergeActionKind::kInsert:
        privileges.push_back("INSERT");
        break;
    }
  }
  QueryResolver resolver(context);
  resolver.set_target_privileges(std::move(privileges));
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedDml dml, sql::TranslateMerge(statement, resolver));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<int64_t> counts, RunAll(context.duck(), dml.duckdb_sql));
  ResultBuilder result(StatementType::kMerge, {{"number of rows merged", ColumnType::kFixed}});
  result.AddRow({NumberCell(Sum(counts))});
  return result.Take();
}

Result<QueryResult> ExecuteTruncate(StatementContext& context, const sql::TruncateStatement& statement) {
  QueryResolver resolver(context);
  resolver.set_target_privileges({"TRUNCATE"});
  const Result<sql::TranslatedDml> dml = sql::TranslateTruncate(statement, resolver);
  if (!dml.ok()) {
    if (!statement.if_exists || dml.status().code() != StatusCode::kNotFound) return dml.status();
    return StatusResult("Statement executed successfully.");
  }
  LIFEBOAT_RETURN_IF_ERROR(RunAll(context.duck(), dml->duckdb_sql).status());
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
