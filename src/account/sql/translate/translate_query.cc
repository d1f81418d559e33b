#include "account/sql/translate/translate_query.h"

#include <algorithm>
#include <utility>

#include "account/sql/sql_error.h"
#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

// The name Snowflake gives a column that has none: what was written, in upper case, with blanks as single
// ones.
std::string NameFromText(std::string_view text) {
  std::string name;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !name.empty()) name.push_back(' ');
    blank = false;
    name.push_back(c);
  }
  return UpperCase(name);
}

std::string OutputName(const SelectItem& item) {
  if (item.alias) return item.alias->text;
  if (const auto* column = std::get_if<ColumnRef>(&item.expression->node)) return column->parts.back().text;
  return NameFromText(item.text);
}

bool Excluded(const Star& star, const std::string& name) {
  return std::any_of(star.exclude.begin(), star.exclude.end(),
                     [&](const Identifier& one) { return UpperCase(one.text) == UpperCase(name); });
}

// LIKE with % and _, letter case aside: what `* ILIKE '…'` filters names by.
bool MatchesPattern(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (MatchesPattern(pattern.substr(1), text.substr(skip))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  if (pattern.front() != '_' && UpperCase(pattern.substr(0, 1)) != UpperCase(text.substr(0, 1))) return false;
  return MatchesPattern(pattern.substr(1), text.substr(1));
}

}  // namespace

Result<TranslatedQuery> Translator::Translate(const Query& query, const Scope* parent) {
  const size_t common_before = common_tables_.size();
  std::string with;
  for (const CommonTable& table : query.with) {
    if (query.recursive && !table.columns.empty()) {
      // The body refers to the table itself, by the column list it declares.
      TranslatedQuery self;
      for (const Identifier& column : table.columns) self.columns.push_back({column.text, DataType()});
      common_tables_.emplace_back(table.name.text, std::move(self));
    }
    LIFEBOAT_ASSIGN_OR_RETURN(TranslatedQuery body, Translate(*table.query, parent));
    if (query.recursive && !table.columns.empty()) common_tables_.pop_back();
    with += with.empty() ? (query.recursive ? "WITH RECURSIVE " : "WITH ") : ", ";
    with += QuoteName(table.name.text);
    if (!table.columns.empty()) {
      if (table.columns.size() != body.columns.size()) {
        return MakeSqlError(StatusCode::kInvalidArgument, "002057", "42601",
                            fmt::format("SQL compilation error:\n'{}' has {} columns, its column list has {}",
                                        table.name.text, body.columns.size(), table.columns.size()));
      }
      with += "(";
      for (size_t i = 0; i < table.columns.size(); ++i) {
        if (i > 0) with += ", ";
        with += QuoteName(table.columns[i].text);
        body.columns[i].name = table.columns[i].text;
      }
      with += ")";
    }
    with += " AS (" + body.duckdb_sql + ")";
    common_tables_.emplace_back(table.name.text, std::move(body));
  }
  Scope order_scope;
  order_scope.parent = parent;
  Result<TranslatedQuery> result = TranslateBody(*query.body, parent, &order_scope);
  if (result.ok()) {
    for (const ResolvedColumn& column : result->columns)
      order_scope.aliases.emplace(column.name, column.type);
    Result<std::string> tail = TranslateTail(query, order_scope);
    if (!tail.ok()) {
      result = tail.status();
    } else {
      result->duckdb_sql = (with.empty() ? "" : with + " ") + result->duckdb_sql + *tail;
    }
  }
  common_tables_.resize(common_before);
  return result;
}

Result<TranslatedQuery> Translator::TranslateBody(const QueryBody& body, const Scope* parent,
                                                  Scope* order_scope) {
  if (const auto* select = std::get_if<Select>(&body.node))
    return TranslateSelect(*select, parent, order_scope);
  if (const auto* values = std::get_if<ValuesTable>(&body.node)) return TranslateValues(*values, parent);
  if (const auto* inner = std::get_if<ParenthesizedQuery>(&body.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(TranslatedQuery query, Translate(*inner->query, parent));
    query.duckdb_sql = "(" + query.duckdb_sql + ")";
    return query;
  }
  return TranslateSetOperation(std::get<SetOperation>(body.node), parent);
}

Result<TranslatedQuery> Translator::TranslateSetOperation(const SetOperation& operation,
                                                          const Scope* parent) {
  Scope unused;
  LIFEBOAT_ASSIGN_OR_RETURN(TranslatedQuery result, TranslateBody(*operation.first, parent, &unused));
  for (const SetOperationTerm& term : operation.rest) {
    Scope branch_scope;
    LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery branch, TranslateBody(*term.body, parent, &branch_scope));
    if (!term.by_name && branch.columns.size() != result.columns.size()) {
      return MakeSqlError(
          StatusCode::kInvalidArgument, "001789", "42601",
          fmt::format("SQL compilation error:\ninvalid number of result columns for set operator input "
                      "branches, expected {}, got {} in another branch",
                      result.columns.size(), branch.columns.size()));
    }
    const char* op = term.op == SetOperator::kUnion    ? "UNION"
                     : term.op == SetOperator::kExcept ? "EXCEPT"
                                                       : "INTERSECT";
    result.duckdb_sql += fmt::format(" {}{}{} {}", op, term.all ? " ALL" : "", term.by_name ? " BY NAME" : "",
                                     branch.duckdb_sql);
    for (size_t i = 0; i < result.columns.size() && i < branch.columns.size(); ++i) {
      result.columns[i].type = CommonType(result.columns[i].type, branch.columns[i].type);
    }
  }
  // A chain of operators is one operand for whatever surrounds it.
  result.duckdb_sql = "(" + result.duckdb_sql + ")";
  return result;
}

Result<TranslatedQuery> Translator::TranslateValues(const ValuesTable& values, const Scope* parent) {
  Scope scope;
  scope.parent = parent;
  TranslatedQuery result;
  std::string rows;
  for (const auto& row : values.rows) {
    if (!result.columns.empty() && row.size() != result.columns.size()) {
      return MakeSqlError(StatusCode::kInvalidArgument, "001789", "42601",
                          fmt::format("SQL compilation error:\nrows of VALUES have {} and {} columns",
                                      result.columns.size(), row.size()));
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> cells, TranslateAll(row, scope));
    rows += rows.empty() ? "(" : ", (";
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) rows += ", ";
      rows += cells[i].sql;
      if (i >= result.columns.size()) {
        result.columns.push_back({fmt::format("COLUMN{}", i + 1), cells[i].type});
      } else {
        result.columns[i].type = CommonType(result.columns[i].type, cells[i].type);
      }
    }
    rows += ")";
  }
  std::string names;
  for (const ResolvedColumn& column : result.columns)
    names += (names.empty() ? "" : ", ") + QuoteName(column.name);
  result.duckdb_sql = fmt::format("SELECT * FROM (VALUES {}) AS \"VALUES\"({})", rows, names);
  return result;
}

Result<TranslatedQuery> Translator::TranslateSelect(const Select& select, const Scope* parent, Scope* scope) {
  scope->parent = parent;
  std::string from;
  if (select.from != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(from, TranslateFrom(*select.from, scope));
  }
  for (const SelectItem& item : select.items) {
    if (item.alias) scope->aliases.emplace(item.alias->text, DataType());
  }
  TranslatedQuery result;
  for (const SelectItem& item : select.items) LIFEBOAT_RETURN_IF_ERROR(TranslateItem(item, *scope, &result));
  for (size_t i = 0; i < select.items.size(); ++i) {
    if (select.items[i].alias && result.columns.size() == select.items.size()) {
      scope->aliases[select.items[i].alias->text] = result.columns[i].type;
    }
  }
  std::string sql = select.distinct ? "SELECT DISTINCT " : "SELECT ";
  sql += result.duckdb_sql;
  if (!from.empty()) sql += " FROM " + from;
  const auto clause = [&](const char* keyword, const ExpressionPtr& expression) -> Status {
    if (expression == nullptr) return Status::Ok();
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed condition, Translate(*expression, *scope));
    sql += fmt::format(" {} {}", keyword, condition.sql);
    return Status::Ok();
  };
  LIFEBOAT_RETURN_IF_ERROR(clause("WHERE", select.where));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string group_by, TranslateGroupBy(select, *scope));
  sql += group_by;
  LIFEBOAT_RETURN_IF_ERROR(clause("HAVING", select.having));
  for (size_t i = 0; i < select.windows.size(); ++i) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string window, TranslateWindow(select.windows[i].spec, *scope));
    sql +=
        fmt::format("{}{} AS {}", i == 0 ? " WINDOW " : ", ", QuoteName(select.windows[i].name.text), window);
  }
  LIFEBOAT_RETURN_IF_ERROR(clause("QUALIFY", select.qualify));
  if (select.top != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed top, Translate(*select.top, *scope));
    sql = fmt::format("(SELECT * FROM ({}) LIMIT {})", sql, top.sql);
  }
  result.duckdb_sql = std::move(sql);
  return result;
}

Status Translator::TranslateItem(const SelectItem& item, const Scope& scope, TranslatedQuery* out) {
  if (const auto* star = std::get_if<Star>(&item.expression->node)) {
    return ExpandStar(*star, scope, item.expression->span.location, out);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, Translate(*item.expression, scope));
  const std::string name = OutputName(item);
  if (!out->columns.empty()) out->duckdb_sql += ", ";
  out->duckdb_sql += fmt::format("{} AS {}", value.sql, QuoteName(name));
  out->columns.push_back({name, value.type});
  return Status::Ok();
}

Status Translator::ExpandStar(const Star& star, const Scope& scope, Location location, TranslatedQuery* out) {
  const std::string qualifier = star.qualifier.empty() ? "" : star.qualifier.back().text;
  bool found = qualifier.empty();
  const auto add = [&](const std::string& source, const ResolvedColumn& column) -> Status {
    if (Excluded(star, column.name)) return Status::Ok();
    if (!star.ilike.empty() && !MatchesPattern(star.ilike, column.name)) return Status::Ok();
    Typed value{source, column.type};
    std::string name = column.name;
    for (const auto& [replacement, replaced] : star.replace) {
      if (replaced.text != column.name) continue;
      LIFEBOAT_ASSIGN_OR_RETURN(value, Translate(*replacement, scope));
    }
    for (const auto& [from, to] : star.rename) {
      if (from.text == column.name) name = to.text;
    }
    if (!out->columns.empty()) out->duckdb_sql += ", ";
    out->duckdb_sql += fmt::format("{} AS {}", value.sql, QuoteName(name));
    out->columns.push_back({std::move(name), value.type});
    return Status::Ok();
  };
  const auto is_merged = [&](const std::string& name) {
    return std::any_of(scope.merged.begin(), scope.merged.end(),
                       [&](const ResolvedColumn& column) { return column.name == name; });
  };
  if (qualifier.empty()) {
    for (const ResolvedColumn& column : scope.merged)
      LIFEBOAT_RETURN_IF_ERROR(add(QuoteName(column.name), column));
  }
  for (const Relation& relation : scope.relations) {
    if (!qualifier.empty() && relation.name != qualifier) continue;
    found = true;
    if (!relation.columns_known) {
      return MakeSqlError(
          StatusCode::kUnsupported, "000002", "0A000",
          fmt::format("Unsupported feature '* over {}, whose columns are not known; name them'.",
                      relation.name));
    }
    for (const ResolvedColumn& column : relation.columns) {
      if (qualifier.empty() && is_merged(column.name)) continue;
      LIFEBOAT_RETURN_IF_ERROR(add(QuoteName(relation.name) + "." + QuoteName(column.name), column));
    }
  }
  if (!found) return InvalidIdentifier(qualifier, location);
  if (scope.relations.empty()) {
    return MakeSqlError(StatusCode::kInvalidArgument, "002028", "42601",
                        "SQL compilation error:\nSELECT with no columns", location.line, location.position);
  }
  return Status::Ok();
}

Result<std::string> Translator::TranslateGroupBy(const Select& select, const Scope& scope) {
  if (select.group_by_all) return std::string(" GROUP BY ALL");
  std::string sql;
  for (const GroupingElement& element : select.group_by) {
    sql += sql.empty() ? " GROUP BY " : ", ";
    if (element.kind == GroupingKind::kExpression) {
      LIFEBOAT_ASSIGN_OR_RETURN(const Typed key, Translate(*element.sets[0][0], scope));
      sql += key.sql;
      continue;
    }
    sql += element.kind == GroupingKind::kRollup ? "ROLLUP ("
           : element.kind == GroupingKind::kCube ? "CUBE ("
                                                 : "GROUPING SETS (";
    for (size_t i = 0; i < element.sets.size(); ++i) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> keys, TranslateAll(element.sets[i], scope));
      if (i > 0) sql += ", ";
      const bool list = keys.size() != 1 || element.kind == GroupingKind::kSets;
      if (list) sql += "(";
      for (size_t j = 0; j < keys.size(); ++j) sql += (j > 0 ? ", " : "") + keys[j].sql;
      if (list) sql += ")";
    }
    sql += ")";
  }
  return sql;
}

// Snowflake puts nulls last ascending and first descending unless told otherwise.
Result<std::string> Translator::TranslateOrderBy(const std::vector<OrderItem>& items, const Scope& scope) {
  std::string sql;
  for (const OrderItem& item : items) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed key, Translate(*item.expression, scope));
    sql += sql.empty() ? "ORDER BY " : ", ";
    sql += fmt::format("{} {} NULLS {}", key.sql, item.descending ? "DESC" : "ASC",
                       item.nulls_first.value_or(item.descending) ? "FIRST" : "LAST");
  }
  return sql;
}

Result<std::string> Translator::TranslateTail(const Query& query, const Scope& scope) {
  std::string sql;
  if (query.order_by_all) sql += " ORDER BY ALL";
  if (!query.order_by.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string order_by, TranslateOrderBy(query.order_by, scope));
    sql += " " + order_by;
  }
  if (query.limit != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed limit, Translate(*query.limit, scope));
    if (limit.sql != "NULL") sql += " LIMIT " + limit.sql;
  }
  if (query.offset != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed offset, Translate(*query.offset, scope));
    if (offset.sql != "NULL") sql += " OFFSET " + offset.sql;
  }
  return sql;
}

Result<std::string> Translator::TranslateWindow(const WindowSpec& spec, const Scope& scope) {
  std::string sql = "(";
  const auto add = [&](const std::string& part) { sql += (sql.size() > 1 ? " " : "") + part; };
  if (!spec.base.text.empty()) add(QuoteName(spec.base.text));
  if (!spec.partition_by.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> keys, TranslateAll(spec.partition_by, scope));
    std::string list;
    for (const Typed& key : keys) list += (list.empty() ? "" : ", ") + key.sql;
    add("PARTITION BY " + list);
  }
  if (!spec.order_by.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string order_by, TranslateOrderBy(spec.order_by, scope));
    add(order_by);
  }
  if (spec.frame) {
    const auto bound = [&](const FrameBound& one) -> Result<std::string> {
      switch (one.kind) {
        case FrameBoundKind::kUnboundedPreceding:
          return std::string("UNBOUNDED PRECEDING");
        case FrameBoundKind::kUnboundedFollowing:
          return std::string("UNBOUNDED FOLLOWING");
        case FrameBoundKind::kCurrentRow:
          return std::string("CURRENT ROW");
        default:
          break;
      }
      LIFEBOAT_ASSIGN_OR_RETURN(const Typed offset, Translate(*one.offset, scope));
      return offset.sql + (one.kind == FrameBoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
    };
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string start, bound(spec.frame->start));
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string end, bound(spec.frame->end));
    add(fmt::format("{} BETWEEN {} AND {}", spec.frame->unit == FrameUnit::kRows ? "ROWS" : "RANGE", start,
                    end));
  }
  return sql + ")";
}

Result<TranslatedQuery> TranslateQuery(const Query& query, NameResolver& resolver) {
  return Translator(resolver).Translate(query, nullptr);
}

Result<TranslatedQuery> TranslateExpression(const Expression& expression, NameResolver& resolver) {
  Translator translator(resolver);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, translator.Translate(expression, Scope()));
  TranslatedQuery query;
  query.duckdb_sql = fmt::format("SELECT {} AS {}", value.sql, QuoteName("VALUE"));
  query.columns.push_back({"VALUE", value.type});
  return query;
}

}  // namespace lifeboat::account::sql
