// Predicates and subqueries.
#include <utility>

#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

Typed Condition(std::string sql, bool negated) {
  return {negated ? "(NOT " + sql + ")" : std::move(sql), DataType::Boolean()};
}

// One pattern of a LIKE, ILIKE or RLIKE.
std::string MatchSql(LikeKind kind, const std::string& text, const std::string& pattern,
                     const std::string& escape) {
  if (kind == LikeKind::kRlike) return fmt::format("regexp_full_match({}, {})", text, pattern);
  const char* op = kind == LikeKind::kLike ? "LIKE" : "ILIKE";
  return fmt::format("({} {} {}{})", text, op, pattern, escape.empty() ? "" : " ESCAPE " + escape);
}

}  // namespace

Result<Typed> Translator::One(const Between& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed low, Translate(*e.low, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed high, Translate(*e.high, scope));
  return Condition(fmt::format("({} BETWEEN {} AND {})", operand.sql, low.sql, high.sql), e.negated);
}

Result<Typed> Translator::One(const In& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  std::string set;
  if (e.query != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery query, Translate(*e.query, &scope));
    set = query.duckdb_sql;
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> list, TranslateAll(e.list, scope));
    for (const Typed& element : list) set += (set.empty() ? "" : ", ") + element.sql;
  }
  return Condition(fmt::format("({} IN ({}))", operand.sql, set), e.negated);
}

Result<Typed> Translator::One(const Exists& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery query, Translate(*e.query, &scope));
  return Typed{"EXISTS (" + query.duckdb_sql + ")", DataType::Boolean()};
}

Result<Typed> Translator::One(const ScalarSubquery& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery query, Translate(*e.query, &scope));
  return Typed{"(" + query.duckdb_sql + ")", query.columns.empty() ? DataType() : query.columns.front().type};
}

Result<Typed> Translator::One(const QuantifiedComparison& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const TranslatedQuery query, Translate(*e.query, &scope));
  return Typed{fmt::format("({} {} {} ({}))", operand.sql, OperatorText(e.op), e.all ? "ALL" : "ANY",
                           query.duckdb_sql),
               DataType::Boolean()};
}

Result<Typed> Translator::One(const Like& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  std::string escape;
  if (e.escape != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed character, Translate(*e.escape, scope));
    escape = character.sql;
  }
  std::string sql;
  for (const ExpressionPtr& expression : e.patterns) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed pattern, Translate(*expression, scope));
    if (!sql.empty()) sql += e.quantifier == Quantifier::kAll ? " AND " : " OR ";
    sql += MatchSql(e.kind, AsText(operand).sql, AsText(pattern).sql, escape);
  }
  return Condition("(" + sql + ")", e.negated);
}

Result<Typed> Translator::One(const Is& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  const char* what = e.kind == IsKind::kNull ? "NULL" : e.kind == IsKind::kTrue ? "TRUE" : "FALSE";
  return Typed{fmt::format("({} IS {}{})", operand.sql, e.negated ? "NOT " : "", what), DataType::Boolean()};
}

Result<Typed> Translator::One(const IsDistinct& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed left, Translate(*e.left, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed right, Translate(*e.right, scope));
  return Typed{fmt::format("({} IS {}DISTINCT FROM {})", left.sql, e.negated ? "NOT " : "", right.sql),
               DataType::Boolean()};
}

}  // namespace lifeboat::account::sql
