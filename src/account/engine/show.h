// SHOW: what its forms have in common (LIKE, STARTS WITH, LIMIT … FROM, IN), and one function for each list.
//
// Columns are Snowflake's, in its order. Source: SNOWFLAKE.md section 4, "SHOW columns".
#ifndef LIFEBOAT_ACCOUNT_ENGINE_SHOW_H_
#define LIFEBOAT_ACCOUNT_ENGINE_SHOW_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "account/engine/result_builder.h"
#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/statement.h"
#include "base/result.h"

namespace lifeboat::account {

// Collects the rows of one SHOW, leaving out what its clauses leave out. Rows come in order of name.
class ShowResult {
 public:
  static Result<ShowResult> Make(const StatementContext& context, const sql::ShowStatement& statement,
                                 std::initializer_list<ColumnSpec> columns);
  // True if a row of that name belongs into the result: ask before building it.
  bool Wants(const std::string& name) const;
  void Add(std::vector<Cell> cells);
  QueryResult Take() { return builder_.Take(); }

 private:
  explicit ShowResult(std::initializer_list<ColumnSpec> columns) : builder_(StatementType::kShow, columns) {}

  ResultBuilder builder_;
  std::optional<std::string> like_, starts_with_, from_;
  std::optional<int64_t> limit_;
  int64_t added_ = 0;
};

// The schemas that IN names: all visible ones of the account, of a database, or one. Errors: 002043.
Result<std::vector<const Object*>> SchemasInScope(const StatementContext& context,
                                                  const sql::ShowStatement& statement);
// The database that IN names; null: the whole account.
Result<const Object*> DatabaseInScope(const StatementContext& context, const sql::ShowStatement& statement);

Result<QueryResult> ShowDatabases(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowSchemas(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowTables(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowIcebergTables(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowViews(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowObjects(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowColumns(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowPrimaryKeys(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowForeignKeys(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowRoles(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowUsers(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowWarehouses(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowIntegrations(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowExternalVolumes(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowGrants(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowFutureGrants(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowParameters(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowVariables(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ShowNothing(StatementContext& context, const sql::ShowStatement& statement);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_SHOW_H_
