// MERGE.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseMerge() {
  MergeStatement merge;
  ExpectWord("INTO");
  merge.table = ParseObjectName();
  merge.alias = ParseTableAlias();
  ExpectWord("USING");
  merge.source = ParseTableRef();
  ExpectWord("ON");
  merge.on = ParseExpression();
  while (AcceptWord("WHEN")) merge.clauses.push_back(ParseMergeClause());
  if (merge.clauses.empty()) Fail();
  return merge;
}

MergeClause Parser::ParseMergeClause() {
  MergeClause clause;
  clause.matched = !AcceptWord("NOT");
  ExpectWord("MATCHED");
  if (AcceptWord("AND")) clause.condition = ParseExpression();
  ExpectWord("THEN");
  if (clause.matched && AcceptWord("UPDATE")) {
    ExpectWord("SET");
    clause.assignments = ParseAssignments();
  } else if (clause.matched) {
    ExpectWord("DELETE");
    clause.action = MergeActionKind::kDelete;
  } else {
    ExpectWord("INSERT");
    clause.action = MergeActionKind::kInsert;
    if (PeekSymbol("(")) clause.columns = ParseIdentifierList();
    ExpectWord("VALUES");
    ExpectSymbol("(");
    do {
      clause.values.push_back(ParseValueOrDefault());
    } while (AcceptSymbol(","));
    ExpectSymbol(")");
  }
  return clause;
}

}  // namespace lifeboat::account::sql
