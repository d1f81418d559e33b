#include <variant>

#include "account/engine/execute.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

// Statements that change objects end the open transaction first, as in Snowflake.
template <typename T>
constexpr bool kIsDdl =
    std::is_same_v<T, sql::CreateObjectStatement> || std::is_same_v<T, sql::AlterObjectStatement> ||
    std::is_same_v<T, sql::DropStatement> || std::is_same_v<T, sql::CreateTableStatement> ||
    std::is_same_v<T, sql::AlterTableStatement> || std::is_same_v<T, sql::CreateViewStatement> ||
    std::is_same_v<T, sql::GrantRoleStatement> || std::is_same_v<T, sql::GrantPrivilegesStatement> ||
    std::is_same_v<T, sql::GrantOwnershipStatement> || std::is_same_v<T, sql::CommentStatement>;

class Dispatcher {
 public:
  Dispatcher(StatementContext& context, bool describe_only)
      : context_(context), describe_only_(describe_only) {}

  Result<QueryResult> operator()(const sql::EmptyStatement&) {
    if (context_.strict()) {
      return sql::MakeSqlError(StatusCode::kInvalidArgument, "000900", "42601",
                               "SQL compilation error:\nEmpty SQL statement.");
    }
    context_.Warn("a statement without SQL was ignored");
    return StatusResult("Statement executed successfully.", StatementType::kScl);
  }
  Result<QueryResult> operator()(const sql::SelectStatement& statement) {
    return ExecuteQuery(context_, *statement.query, describe_only_);
  }
  Result<QueryResult> operator()(const sql::ExplainStatement& statement) {
    return ExecuteExplain(context_, statement);
  }
  Result<QueryResult> operator()(const sql::UseStatement& statement) {
    return ExecuteUse(context_, statement);
  }
  Result<QueryResult> operator()(const sql::SetStatement& statement) {
    return ExecuteSet(context_, statement);
  }
  Result<QueryResult> operator()(const sql::UnsetStatement& statement) {
    return ExecuteUnset(context_, statement);
  }
  Result<QueryResult> operator()(const sql::AlterSessionStatement& statement) {
    return ExecuteAlterSession(context_, statement);
  }
  Result<QueryResult> operator()(const sql::TransactionStatement& statement) {
    return ExecuteTransaction(context_, statement);
  }
  Result<QueryResult> operator()(const sql::CreateObjectStatement& statement) {
    return ExecuteCreateObject(context_, statement);
  }
  Result<QueryResult> operator()(const sql::AlterObjectStatement& statement) {
    return ExecuteAlterObject(context_, statement);
  }
  Result<QueryResult> operator()(const sql::DropStatement& statement) {
    return ExecuteDrop(context_, statement);
  }
  Result<QueryResult> operator()(const sql::CreateTableStatement& statement) {
    return ExecuteCreateTable(context_, statement);
  }
  Result<QueryResult> operator()(const sql::AlterTableStatement& statement) {
    return ExecuteAlterTable(context_, statement);
  }
  Result<QueryResult> operator()(const sql::CreateViewStatement& statement) {
    return ExecuteCreateView(context_, statement);
  }
  Result<QueryResult> operator()(const sql::GrantRoleStatement& statement) {
    return ExecuteGrantRole(context_, statement);
  }
  Result<QueryResult> operator()(const sql::GrantPrivilegesStatement& statement) {
    return ExecuteGrantPrivileges(context_, statement);
  }
  Result<QueryResult> operator()(const sql::GrantOwnershipStatement& statement) {
    return ExecuteGrantOwnership(context_, statement);
  }
  Result<QueryResult> operator()(const sql::ShowStatement& statement) {
    return ExecuteShow(context_, statement);
  }
  Result<QueryResult> operator()(const sql::DescribeStatement& statement) {
    return ExecuteDescribe(context_, statement);
  }
  Result<QueryResult> operator()(const sql::InsertStatement& statement) {
    return ExecuteInsert(context_, statement);
  }
  Result<QueryResult> operator()(const sql::UpdateStatement& statement) {
    return ExecuteUpdate(context_, statement);
  }
  Result<QueryResult> operator()(const sql::DeleteStatement& statement) {
    return ExecuteDelete(context_, statement);
  }
  Result<QueryResult> operator()(const sql::MergeStatement& statement) {
    return ExecuteMerge(context_, statement);
  }
  Result<QueryResult> operator()(const sql::TruncateStatement& statement) {
    return ExecuteTruncate(context_, statement);
  }
  Result<QueryResult> operator()(const sql::CommentStatement& statement) {
    return ExecuteComment(context_, statement);
  }
  Result<QueryResult> operator()(const sql::CallStatement&) { return UnsupportedFeature("CALL"); }
  Result<QueryResult> operator()(const sql::ExecuteImmediateStatement& statement) {
    if (!statement.using_variables.empty()) return UnsupportedFeature("EXECUTE IMMEDIATE … USING");
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, context_.FoldText(*statement.text));
    LIFEBOAT_ASSIGN_OR_RETURN(const sql::Statement inner, sql::Parse(text));
    if (std::holds_alternative<sql::ExecuteImmediateStatement>(inner.node)) {
      return UnsupportedFeature("EXECUTE IMMEDIATE of EXECUTE IMMEDIATE");
    }
    return ExecuteStatement(context_, inner, describe_only_);
  }

 private:
  StatementContext& context_;
  const bool describe_only_;
};

// What a statement that only describes itself answers when its columns depend on nothing.
QueryResult DescribedStatus(StatementType type) {
  QueryResult result = StatusResult("", type);
  result.rows.clear();
  return result;
}

}  // namespace

Result<QueryResult> ExecuteStatement(StatementContext& context, const sql::Statement& statement,
                                     bool describe_only) {
  return std::visit(
      [&](const auto& node) -> Result<QueryResult> {
        using Node = std::decay_t<decltype(node)>;
        constexpr bool kReads =
            std::is_same_v<Node, sql::SelectStatement> || std::is_same_v<Node, sql::ShowStatement> ||
            std::is_same_v<Node, sql::DescribeStatement> || std::is_same_v<Node, sql::ExplainStatement>;
        if (describe_only && !kReads) {
          return DescribedStatus(kIsDdl<Node> ? StatementType::kDdl : StatementType::kDml);
        }
        if constexpr (kIsDdl<Node>) {
          if (context.duck().in_transaction())
            LIFEBOAT_RETURN_IF_ERROR(context.duck().Query("COMMIT").status());
        }
        return Dispatcher(context, describe_only)(node);
      },
      statement.node);
}

}  // namespace lifeboat::account
