#include "account/engine/execute.h"
#include "account/engine/name_lookup.h"
#include "account/engine/object_target.h"
#include "account/engine/result_builder.h"
#include "account/engine/statement_error.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account {
namespace {

Status CommentColumn(StatementContext& context, const sql::ObjectName& name, const std::string& text) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<sql::Identifier> parts, context.Parts(name));
  sql::ObjectName relation_name;
  relation_name.location = name.location;
  const std::string column_name = parts.back().text;
  parts.pop_back();
  relation_name.parts = std::move(parts);
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* relation, GetRelation(context, relation_name));
  LIFEBOAT_RETURN_IF_ERROR(CheckOwner(context, *relation));
  Object changed = *relation;
  bool found = false;
  const auto apply = [&](std::vector<TableColumn>& columns) {
    for (TableColumn& column : columns) {
      if (column.name != column_name) continue;
      column.comment = text;
      found = true;
    }
  };
  if (auto* table = std::get_if<Table>(&changed.body)) apply(table->columns);
  if (auto* view = std::get_if<View>(&changed.body)) apply(view->columns);
  if (!found) {
    return sql::MakeSqlError(StatusCode::kNotFound, "000904", "42000",
                             fmt::format("SQL compilation error:\ninvalid identifier '{}'", column_name));
  }
  const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
  LIFEBOAT_RETURN_IF_ERROR(transaction->Update(std::move(changed)));
  return transaction->Commit();
}

}  // namespace

Result<QueryResult> ExecuteComment(StatementContext& context, const sql::CommentStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, context.FoldText(*statement.text));
  Status done;
  if (statement.kind == sql::ObjectKind::kColumn) {
    done = CommentColumn(context, statement.name, text);
  } else {
    const Result<const Object*> found = GetObject(context, statement.kind, statement.name);
    done = found.status();
    if (found.ok()) {
      LIFEBOAT_RETURN_IF_ERROR(CheckOwner(context, **found));
      Object changed = **found;
      changed.comment = text;
      const std::unique_ptr<Transaction> transaction = context.engine().objects->Begin();
      LIFEBOAT_RETURN_IF_ERROR(transaction->Update(std::move(changed)));
      done = transaction->Commit();
    }
  }
  if (!done.ok() && !(statement.if_exists && done.code() == StatusCode::kNotFound)) return done;
  context.Refresh();
  return StatusResult("Statement executed successfully.");
}

}  // namespace lifeboat::account
