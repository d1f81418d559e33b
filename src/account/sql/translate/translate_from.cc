// FROM clauses: tables, joins, table functions.
#include <algorithm>
#include <utility>

#include "account/sql/parser.h"
#include "account/sql/sql_error.h"
#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

// Relations of both sides, and the columns they share, in the left side's order.
std::vector<ResolvedColumn> SharedColumns(const Scope& scope, size_t left_begin, size_t right_begin) {
  std::vector<ResolvedColumn> shared;
  for (size_t i = left_begin; i < right_begin; ++i) {
    for (const ResolvedColumn& column : scope.relations[i].columns) {
      for (size_t j = right_begin; j < scope.relations.size(); ++j) {
        const auto& right = scope.relations[j].columns;
        const bool found = std::any_of(right.begin(), right.end(), [&](const ResolvedColumn& other) {
          return other.name == column.name;
        });
        if (found) shared.push_back(column);
      }
    }
  }
  return shared;
}

DataType TypeOf(const Scope& scope, size_t begin, const std::string& name) {
  for (size_t i = begin; i < scope.relations.size(); ++i) {
    for (const ResolvedColumn& column : scope.relations[i].columns) {
      if (column.name == name) return column.type;
    }
  }
  return DataType();
}

const Expression* Argument(const FunctionCall& call, std::string_view name, size_t position) {
  for (const FunctionArgument& argument : call.arguments) {
    if (argument.name == name) return argument.value.get();
  }
  if (position < call.arguments.size() && call.arguments[position].name.empty()) {
    return call.arguments[position].value.get();
  }
  return nullptr;
}

}  // namespace

Result<std::string> Translator::TranslateFrom(const TableRef& ref, Scope* scope) {
  std::string sql;
  if (const auto* table = std::get_if<NamedTable>(&ref.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(sql, TranslateTable(*table, ref, scope));
  } else if (const auto* function = std::get_if<TableFunction>(&ref.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(sql, TranslateTableFunction(*function, ref, scope));
  } else if (const auto* derived = std::get_if<DerivedTable>(&ref.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(TranslatedQuery query,
                              Translate(*derived->query, ref.lateral ? scope : scope->parent));
    Relation relation;
    relation.columns = std::move(query.columns);
    sql = AddRelation((ref.lateral ? "LATERAL (" : "(") + query.duckdb_sql + ")", std::move(relation), ref,
                      scope);
  } else if (const auto* values = std::get_if<ValuesTable>(&ref.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(TranslatedQuery query, TranslateValues(*values, scope->parent));
    Relation relation;
    relation.columns = std::move(query.columns);
    sql = AddRelation("(" + query.duckdb_sql + ")", std::move(relation), ref, scope);
  } else if (const auto* join = std::get_if<Join>(&ref.node)) {
    return TranslateJoin(*join, scope);
  } else {
    const TableRef& inner = *std::get<ParenthesizedTable>(ref.node).table;
    LIFEBOAT_ASSIGN_OR_RETURN(sql, TranslateFrom(inner, scope));
    if (std::holds_alternative<Join>(inner.node)) sql = "(" + sql + ")";
    if (!ref.alias.name.text.empty() && !scope->relations.empty()) {
      Relation relation = std::move(scope->relations.back());
      scope->relations.pop_back();
      sql = AddRelation("(SELECT * FROM " + sql + ")", std::move(relation), ref, scope);
    }
  }
  if (ref.sample != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string sample, TranslateSample(*ref.sample, *scope));
    sql += sample;
  }
  return sql;
}

// Puts the relation in scope under its alias, or its own name, and returns "sql AS alias(columns)".
std::string Translator::AddRelation(std::string sql, Relation relation, const TableRef& ref, Scope* scope) {
  if (!ref.alias.name.text.empty()) {
    relation.name = ref.alias.name.text;
    relation.parts.clear();
  }
  if (relation.name.empty()) relation.name = fmt::format("_T{}", scope->relations.size());
  sql += " AS " + QuoteName(relation.name);
  if (!ref.alias.columns.empty()) {
    sql += "(";
    for (size_t i = 0; i < ref.alias.columns.size(); ++i) {
      if (i > 0) sql += ", ";
      sql += QuoteName(ref.alias.columns[i].text);
      if (i < relation.columns.size()) relation.columns[i].name = ref.alias.columns[i].text;
    }
    sql += ")";
  }
  scope->relations.push_back(std::move(relation));
  return sql;
}

const TranslatedQuery* Translator::FindCommonTable(const ObjectName& name) const {
  if (name.parts.size() != 1) return nullptr;
  for (auto table = common_tables_.rbegin(); table != common_tables_.rend(); ++table) {
    if (table->first == name.parts[0].text) return &table->second;
  }
  return nullptr;
}

// IDENTIFIER('a.b') and $variables as names.
Result<ObjectName> Translator::Static(const ObjectName& name) {
  ConstantScope constants;
  constants.variable = [&](std::string_view variable) { return resolver_.Variable(variable); };
  constants.bind = [&](std::string_view bind) { return resolver_.BindValue(bind); };
  LIFEBOAT_ASSIGN_OR_RETURN(const Constant constant, FoldConstant(*name.dynamic, constants));
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectName parsed, ParseObjectName(constant.text));
  parsed.location = name.location;
  return parsed;
}

Result<std::string> Translator::TranslateTable(const NamedTable& table, const TableRef& ref, Scope* scope) {
  if (table.time_travel != nullptr) {
    return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000", "Unsupported feature 'AT | BEFORE'.",
                        ref.location.line, ref.location.position);
  }
  if (table.name.dynamic != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(ObjectName name, Static(table.name));
    return TranslateTable(NamedTable{std::move(name), nullptr}, ref, scope);
  }
  Relation relation;
  relation.name = table.name.last();
  if (const TranslatedQuery* common = FindCommonTable(table.name)) {
    relation.columns = common->columns;
    return AddRelation(QuoteName(table.name.last()), std::move(relation), ref, scope);
  }
  Result<ResolvedTable> resolved = resolver_.ResolveTable(table.name);
  if (!resolved.ok()) return resolved.status();
  for (const Identifier& part : table.name.parts) relation.parts.push_back(part.text);
  relation.columns = std::move(resolved->columns);
  relation.columns_known = resolved->columns_known;
  relation.case_insensitive = resolved->case_insensitive_columns;
  return AddRelation(std::move(resolved->duckdb_sql), std::move(relation), ref, scope);
}

Result<std::string> Translator::TranslateTarget(const ObjectName& name, const TableAlias& alias, Scope* scope,
                                                bool alias_allowed) {
  if (name.dynamic != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const ObjectName parsed, Static(name));
    return TranslateTarget(parsed, alias, scope, alias_allowed);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(ResolvedTable resolved, resolver_.ResolveTarget(name));
  Relation relation;
  relation.name = alias.name.text.empty() ? name.last() : alias.name.text;
  relation.columns = std::move(resolved.columns);
  relation.columns_known = resolved.columns_known;
  std::string sql = resolved.duckdb_sql;
  if (alias_allowed) sql += " AS " + QuoteName(relation.name);
  scope->relations.push_back(std::move(relation));
  return sql;
}

Result<std::string> Translator::TranslateJoin(const Join& join, Scope* scope) {
  const size_t left_begin = scope->relations.size();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string left, TranslateFrom(*join.left, scope));
  const size_t right_begin = scope->relations.size();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string right, TranslateFrom(*join.right, scope));
  if (join.kind == JoinKind::kComma) return left + ", " + right;
  std::string sql = left;
  switch (join.kind) {
    case JoinKind::kLeft:
      sql += " LEFT JOIN ";
      break;
    case JoinKind::kRight:
      sql += " RIGHT JOIN ";
      break;
    case JoinKind::kFull:
      sql += " FULL JOIN ";
      break;
    case JoinKind::kCross:
      sql += " CROSS JOIN ";
      break;
    case JoinKind::kAsof:
      sql += " ASOF LEFT JOIN ";
      break;
    default:
      sql += join.on == nullptr && join.using_columns.empty() && !join.natural ? " CROSS JOIN " : " JOIN ";
  }
  sql += right;
  std::vector<ResolvedColumn> merged;
  if (join.natural) merged = SharedColumns(*scope, left_begin, right_begin);
  for (const Identifier& column : join.using_columns) {
    merged.push_back({column.text, TypeOf(*scope, left_begin, column.text)});
  }
  if (!merged.empty()) {
    std::string list;
    for (const ResolvedColumn& column : merged) list += (list.empty() ? "" : ", ") + QuoteName(column.name);
    sql += " USING (" + list + ")";
    for (ResolvedColumn& column : merged) {
      const bool known = std::any_of(scope->merged.begin(), scope->merged.end(),
                                     [&](const ResolvedColumn& other) { return other.name == column.name; });
      if (!known) scope->merged.push_back(std::move(column));
    }
    return sql;
  }
  std::string condition;
  for (const ExpressionPtr* part : {&join.match_condition, &join.on}) {
    if (*part == nullptr) continue;
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed one, Translate(**part, *scope));
    condition += (condition.empty() ? "" : " AND ") + one.sql;
  }
  if (!condition.empty()) {
    if (join.kind == JoinKind::kCross) return left + " JOIN " + right + " ON " + condition;
    sql += " ON " + condition;
  } else if (join.kind == JoinKind::kLeft || join.kind == JoinKind::kRight || join.kind == JoinKind::kFull) {
    sql += " ON TRUE";
  }
  return sql;
}

Result<std::string> Translator::TranslateTableFunction(const TableFunction& function, const TableRef& ref,
                                                       Scope* scope) {
  const FunctionCall& call = function.call;
  const std::string& name = call.name.last();
  Relation relation;
  relation.name = name;
  if (call.name.parts.size() == 1 && name == "GENERATOR") {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string sql, TranslateGenerator(call, *scope, &relation));
    return AddRelation(std::move(sql), std::move(relation), ref, scope);
  }
  if (call.name.parts.size() == 1 && name == "FLATTEN") {
    LIFEBOAT_ASSIGN_OR_RETURN(std::string sql, TranslateFlatten(call, *scope, &relation));
    return AddRelation(std::move(sql), std::move(relation), ref, scope);
  }
  ConstantScope constants;
  constants.variable = [&](std::string_view variable) { return resolver_.Variable(variable); };
  constants.bind = [&](std::string_view bind) { return resolver_.BindValue(bind); };
  std::vector<NameResolver::TableFunctionArgument> arguments;
  for (const FunctionArgument& argument : call.arguments) {
    // LAST_QUERY_ID() and its kin are constants of the session.
    Result<Constant> value = FoldConstant(*argument.value, constants);
    if (const auto* inner = std::get_if<FunctionCall>(&argument.value->node);
        !value.ok() && inner != nullptr) {
      std::vector<Constant> inner_arguments;
      for (const FunctionArgument& one : inner->arguments) {
        LIFEBOAT_ASSIGN_OR_RETURN(Constant constant, FoldConstant(*one.value, constants));
        inner_arguments.push_back(std::move(constant));
      }
      LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<Constant> result,
                                resolver_.SessionFunction(inner->name.last(), inner_arguments));
      if (result) value = *result;
    }
    if (!value.ok()) return value.status();
    arguments.push_back({argument.name, std::move(value).value()});
  }
  LIFEBOAT_ASSIGN_OR_RETURN(ResolvedTable resolved, resolver_.ResolveTableFunction(call.name, arguments));
  relation.columns = std::move(resolved.columns);
  relation.columns_known = resolved.columns_known;
  relation.case_insensitive = resolved.case_insensitive_columns;
  return AddRelation(std::move(resolved.duckdb_sql), std::move(relation), ref, scope);
}

// GENERATOR(ROWCOUNT => n): n rows for SEQ4() and its kin to count.
Result<std::string> Translator::TranslateGenerator(const FunctionCall& call, const Scope& scope,
                                                   Relation* relation) {
  const Expression* count = Argument(call, "ROWCOUNT", 0);
  if (count == nullptr) return WrongArgumentCount("GENERATOR", call.name.location);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed rows, Translate(*count, scope));
  relation->columns.clear();
  relation->columns.push_back({"_ROW", DataType::Number(18, 0)});
  return fmt::format("(SELECT range AS \"_ROW\" FROM range(CAST({} AS BIGINT)))", rows.sql);
}

// FLATTEN(INPUT => v [, PATH => p]): one row per element of an array or object.
Result<std::string> Translator::TranslateFlatten(const FunctionCall& call, const Scope& scope,
                                                 Relation* relation) {
  const Expression* input = Argument(call, "INPUT", 0);
  if (input == nullptr) return WrongArgumentCount("FLATTEN", call.name.location);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, Translate(*input, scope));
  std::string json = fmt::format("CAST({} AS JSON)", value.sql);
  if (const Expression* path = Argument(call, "PATH", 1)) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed steps, Translate(*path, scope));
    json = fmt::format("json_extract({}, '$.' || {})", json, steps.sql);
  }
  relation->columns = {{"SEQ", DataType::Number(38, 0)},
                       {"KEY", DataType::Text()},
                       {"PATH", DataType::Text()},
                       {"INDEX", DataType::Number(38, 0)},
                       {"VALUE", DataType::Of(TypeKind::kVariant)},
                       {"THIS", DataType::Of(TypeKind::kVariant)}};
  return fmt::format(
      "LATERAL (SELECT 1 AS \"SEQ\", CASE WHEN json_type({0}) = 'OBJECT' THEN each.key END AS \"KEY\", "
      "each.path AS "
      "\"PATH\", CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(each.key AS BIGINT) END AS \"INDEX\", "
      "each.value AS "
      "\"VALUE\", {0} AS \"THIS\" FROM json_each({0}) AS each)",
      json);
}

Result<std::string> Translator::TranslateSample(const Sample& sample, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed size, Translate(*sample.size, scope));
  std::string sql = fmt::format(" TABLESAMPLE {}({}{})",
                                sample.rows     ? "reservoir"
                                : sample.system ? "system"
                                                : "bernoulli",
                                size.sql, sample.rows ? " ROWS" : " PERCENT");
  if (sample.seed != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed seed, Translate(*sample.seed, scope));
    sql += fmt::format(" REPEATABLE ({})", seed.sql);
  }
  return sql;
}

}  // namespace lifeboat::account::sql
