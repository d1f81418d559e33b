#include "account/sql/translate/translate_dml.h"

#include <utility>

#include "account/sql/sql_error.h"
#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

std::string ColumnList(const std::vector<Identifier>& columns) {
  std::string list;
  for (const Identifier& column : columns) list += (list.empty() ? "" : ", ") + QuoteName(column.text);
  return list;
}

Status CheckColumn(const Relation& target, const Identifier& column) {
  if (!target.columns_known) return Status::Ok();
  for (const ResolvedColumn& known : target.columns) {
    if (known.name == column.text) return Status::Ok();
  }
  return InvalidIdentifier(ToString(column), column.location);
}

Result<std::string> Assignments(Translator& translator, const std::vector<Assignment>& assignments,
                                const Relation& target, const Scope& scope) {
  std::string sql;
  for (const Assignment& assignment : assignments) {
    LIFEBOAT_RETURN_IF_ERROR(CheckColumn(target, assignment.column.back()));
    std::string value = "DEFAULT";
    if (assignment.value != nullptr) {
      LIFEBOAT_ASSIGN_OR_RETURN(const Typed translated, translator.Translate(*assignment.value, scope));
      value = translated.sql;
    }
    sql += fmt::format("{}{} = {}", sql.empty() ? "" : ", ", QuoteName(assignment.column.back().text), value);
  }
  return sql;
}

Result<std::string> Where(Translator& translator, const ExpressionPtr& where, const Scope& scope) {
  if (where == nullptr) return std::string();
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed condition, translator.Translate(*where, scope));
  return " WHERE " + condition.sql;
}

Result<std::string> MergeAction(Translator& translator, const MergeClause& clause, const Relation& target,
                                const Scope& scope) {
  std::string sql = clause.matched ? " WHEN MATCHED" : " WHEN NOT MATCHED";
  if (clause.condition != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed condition, translator.Translate(*clause.condition, scope));
    sql += " AND " + condition.sql;
  }
  if (clause.action == MergeActionKind::kDelete) return sql + " THEN DELETE";
  if (clause.action == MergeActionKind::kUpdate) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string assignments,
                              Assignments(translator, clause.assignments, target, scope));
    return sql + " THEN UPDATE SET " + assignments;
  }
  for (const Identifier& column : clause.columns) LIFEBOAT_RETURN_IF_ERROR(CheckColumn(target, column));
  std::string values;
  for (const ExpressionPtr& expression : clause.values) {
    values += values.empty() ? "" : ", ";
    if (expression == nullptr) {
      values += "DEFAULT";
      continue;
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, translator.Translate(*expression, scope));
    values += value.sql;
  }
  sql += " THEN INSERT";
  if (!clause.columns.empty()) sql += " (" + ColumnList(clause.columns) + ")";
  return sql + " VALUES (" + values + ")";
}

}  // namespace

Result<TranslatedDml> TranslateInsert(const InsertStatement& statement, NameResolver& resolver) {
  Translator translator(resolver);
  Scope scope;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string target,
                            translator.TranslateTarget(statement.table, TableAlias(), &scope, false));
  const Relation& table = scope.relations.front();
  for (const Identifier& column : statement.columns) LIFEBOAT_RETURN_IF_ERROR(CheckColumn(table, column));
  LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery query, translator.Translate(*statement.query, nullptr));
  const size_t wanted = statement.columns.empty() ? table.columns.size() : statement.columns.size();
  if (table.columns_known && query.columns.size() != wanted) {
    return MakeSqlError(
        StatusCode::kInvalidArgument, "002020", "21S01",
        fmt::format("SQL compilation error:\nInsert value list does not match column list expecting {} but "
                    "got {}",
                    wanted, query.columns.size()));
  }
  TranslatedDml dml;
  if (statement.overwrite) dml.duckdb_sql.push_back("DELETE FROM " + target);
  std::string columns;
  if (!statement.columns.empty()) columns = " (" + ColumnList(statement.columns) + ")";
  dml.duckdb_sql.push_back(fmt::format("INSERT INTO {}{} {}", target, columns, query.duckdb_sql));
  return dml;
}

Result<TranslatedDml> TranslateUpdate(const UpdateStatement& statement, NameResolver& resolver) {
  Translator translator(resolver);
  Scope scope;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string target,
                            translator.TranslateTarget(statement.table, statement.alias, &scope, true));
  const Relation table = scope.relations.front();
  std::string from;
  if (statement.from != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(from, translator.TranslateFrom(*statement.from, &scope));
    from = " FROM " + from;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string assignments,
                            Assignments(translator, statement.assignments, table, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string where, Where(translator, statement.where, scope));
  TranslatedDml dml;
  dml.duckdb_sql.push_back("UPDATE " + target + " SET " + assignments + from + where);
  return dml;
}

Result<TranslatedDml> TranslateDelete(const DeleteStatement& statement, NameResolver& resolver) {
  Translator translator(resolver);
  Scope scope;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string target,
                            translator.TranslateTarget(statement.table, statement.alias, &scope, true));
  std::string sql = "DELETE FROM " + target;
  if (statement.using_tables != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string tables,
                              translator.TranslateFrom(*statement.using_tables, &scope));
    sql += " USING " + tables;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string where, Where(translator, statement.where, scope));
  TranslatedDml dml;
  dml.duckdb_sql.push_back(sql + where);
  return dml;
}

Result<TranslatedDml> TranslateMerge(const MergeStatement& statement, NameResolver& resolver) {
  Translator translator(resolver);
  Scope scope;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string target,
                            translator.TranslateTarget(statement.table, statement.alias, &scope, true));
  const Relation table = scope.relations.front();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string source, translator.TranslateFrom(*statement.source, &scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed on, translator.Translate(*statement.on, scope));
  std::string sql = fmt::format("MERGE INTO {} USING {} ON {}", target, source, on.sql);
  for (const MergeClause& clause : statement.clauses) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string action, MergeAction(translator, clause, table, scope));
    sql += action;
  }
  TranslatedDml dml;
  dml.duckdb_sql.push_back(std::move(sql));
  return dml;
}

Result<TranslatedDml> TranslateTruncate(const TruncateStatement& statement, NameResolver& resolver) {
  Translator translator(resolver);
  Scope scope;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string target,
                            translator.TranslateTarget(statement.table, TableAlias(), &scope, false));
  TranslatedDml dml;
  dml.duckdb_sql.push_back("DELETE FROM " + target);
  return dml;
}

}  // namespace lifeboat::account::sql
