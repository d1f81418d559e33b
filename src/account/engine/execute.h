// The statement families: one function each, in the file named after it.
//
// Each takes the statement's AST and answers a result. Changes to the account's objects go through one
// Transaction and are durable before the function returns.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_EXECUTE_H_
#define LIFEBOAT_ACCOUNT_ENGINE_EXECUTE_H_

#include "account/engine/account_service.h"
#include "account/engine/statement_context.h"
#include "account/sql/ast/statement.h"
#include "base/result.h"

namespace lifeboat::account {

// Sends the statement to its family.
Result<QueryResult> ExecuteStatement(StatementContext& context, const sql::Statement& statement,
                                     bool describe_only);

Result<QueryResult> ExecuteQuery(StatementContext& context, const sql::Query& query, bool describe_only);
Result<QueryResult> ExecuteExplain(StatementContext& context, const sql::ExplainStatement& statement);
Result<QueryResult> ExecuteUse(StatementContext& context, const sql::UseStatement& statement);
Result<QueryResult> ExecuteSet(StatementContext& context, const sql::SetStatement& statement);
Result<QueryResult> ExecuteUnset(StatementContext& context, const sql::UnsetStatement& statement);
Result<QueryResult> ExecuteAlterSession(StatementContext& context,
                                        const sql::AlterSessionStatement& statement);
Result<QueryResult> ExecuteTransaction(StatementContext& context, const sql::TransactionStatement& statement);

Result<QueryResult> ExecuteCreateObject(StatementContext& context,
                                        const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateRole(StatementContext& context, const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateUser(StatementContext& context, const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateWarehouse(StatementContext& context,
                                           const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateDatabase(StatementContext& context,
                                          const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateSchema(StatementContext& context,
                                        const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateIntegration(StatementContext& context,
                                             const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteCreateExternalVolume(StatementContext& context,
                                                const sql::CreateObjectStatement& statement);
Result<QueryResult> ExecuteAlterObject(StatementContext& context, const sql::AlterObjectStatement& statement);
Result<QueryResult> ExecuteDrop(StatementContext& context, const sql::DropStatement& statement);
Result<QueryResult> ExecuteComment(StatementContext& context, const sql::CommentStatement& statement);

Result<QueryResult> ExecuteCreateTable(StatementContext& context, const sql::CreateTableStatement& statement);
Result<QueryResult> ExecuteAlterTable(StatementContext& context, const sql::AlterTableStatement& statement);
Result<QueryResult> ExecuteCreateView(StatementContext& context, const sql::CreateViewStatement& statement);

Result<QueryResult> ExecuteGrantRole(StatementContext& context, const sql::GrantRoleStatement& statement);
Result<QueryResult> ExecuteGrantPrivileges(StatementContext& context,
                                           const sql::GrantPrivilegesStatement& statement);
Result<QueryResult> ExecuteGrantOwnership(StatementContext& context,
                                          const sql::GrantOwnershipStatement& statement);

Result<QueryResult> ExecuteShow(StatementContext& context, const sql::ShowStatement& statement);
Result<QueryResult> ExecuteDescribe(StatementContext& context, const sql::DescribeStatement& statement);

Result<QueryResult> ExecuteInsert(StatementContext& context, const sql::InsertStatement& statement);
Result<QueryResult> ExecuteUpdate(StatementContext& context, const sql::UpdateStatement& statement);
Result<QueryResult> ExecuteDelete(StatementContext& context, const sql::DeleteStatement& statement);
Result<QueryResult> ExecuteMerge(StatementContext& context, const sql::MergeStatement& statement);
Result<QueryResult> ExecuteTruncate(StatementContext& context, const sql::TruncateStatement& statement);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_EXECUTE_H_
