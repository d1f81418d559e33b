// INSERT, UPDATE, DELETE, TRUNCATE.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseInsert() {
  InsertStatement insert;
  insert.overwrite = AcceptWord("OVERWRITE");
  ExpectWord("INTO");
  AcceptWord("TABLE");
  insert.table = ParseObjectName();
  if (PeekSymbol("(") && !PeekQuery()) insert.columns = ParseIdentifierList();
  insert.query = ParseQuery();
  return insert;
}

Statement::Node Parser::ParseUpdate() {
  UpdateStatement update;
  update.table = ParseObjectName();
  update.alias = ParseTableAlias();
  ExpectWord("SET");
  update.assignments = ParseAssignments();
  if (AcceptWord("FROM")) update.from = ParseFrom();
  if (AcceptWord("WHERE")) update.where = ParseExpression();
  return update;
}

std::vector<Assignment> Parser::ParseAssignments() {
  std::vector<Assignment> assignments;
  do {
    Assignment assignment;
    assignment.column.push_back(ParseIdentifier());
    while (AcceptSymbol(".")) assignment.column.push_back(ParseAnyIdentifier());
    ExpectSymbol("=");
    assignment.value = ParseValueOrDefault();
    assignments.push_back(std::move(assignment));
  } while (AcceptSymbol(","));
  return assignments;
}

ExpressionPtr Parser::ParseValueOrDefault() {
  if (PeekWord("DEFAULT") && !PeekSymbol(".", 1)) {
    Next();
    return nullptr;
  }
  return ParseExpression();
}

Statement::Node Parser::ParseDelete() {
  DeleteStatement statement;
  ExpectWord("FROM");
  statement.table = ParseObjectName();
  statement.alias = ParseTableAlias();
  if (AcceptWord("USING")) statement.using_tables = ParseFrom();
  if (AcceptWord("WHERE")) statement.where = ParseExpression();
  return statement;
}

Statement::Node Parser::ParseTruncate() {
  TruncateStatement truncate;
  AcceptWord("TABLE");
  truncate.if_exists = AcceptIfExists();
  truncate.table = ParseObjectName();
  return truncate;
}

}  // namespace lifeboat::account::sql
