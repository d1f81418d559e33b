// USE, SET, UNSET, ALTER SESSION.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseUse() {
  UseStatement use;
  if (AcceptWords({"SECONDARY", "ROLES"})) {
    use.kind = UseKind::kSecondaryRoles;
    if (AcceptWord("ALL")) return use;
    if (AcceptWord("NONE")) {
      use.secondary = SecondaryRoles::kNone;
      return use;
    }
    use.secondary = SecondaryRoles::kList;
    do {
      use.roles.push_back(ParseIdentifier());
    } while (AcceptSymbol(","));
    return use;
  }
  // A database may be called ROLE: the word is a keyword only when a name follows it.
  const bool named = PeekIdentifier(1) || Peek(1).kind == TokenKind::kVariable ||
                     (PeekWord("IDENTIFIER", 1) && PeekSymbol("(", 2));
  if (named && AcceptWord("ROLE")) {
    use.kind = UseKind::kRole;
  } else if (named && AcceptWord("WAREHOUSE")) {
    use.kind = UseKind::kWarehouse;
  } else if (named && AcceptWord("SCHEMA")) {
    use.kind = UseKind::kSchema;
  } else if (named) {
    AcceptWord("DATABASE");
  }
  use.name = ParseObjectName();
  if (use.kind == UseKind::kDatabase && use.name.parts.size() == 2) use.kind = UseKind::kSchema;
  return use;
}

Statement::Node Parser::ParseSet() {
  SetStatement set;
  if (AcceptSymbol("(")) {
    do {
      set.names.push_back(ParseIdentifier().text);
    } while (AcceptSymbol(","));
    ExpectSymbol(")");
    ExpectSymbol("=");
    ExpectSymbol("(");
    if (PeekQuery()) {
      const Token first = Peek();
      ScalarSubquery subquery;
      subquery.query = ParseQuery();
      set.values.push_back(Make(first, std::move(subquery)));
    } else {
      set.values = ParseExpressionList();
      if (set.values.size() != set.names.size()) Fail();
    }
    ExpectSymbol(")");
    return set;
  }
  set.names.push_back(ParseIdentifier().text);
  ExpectSymbol("=");
  set.values.push_back(ParseExpression());
  return set;
}

Statement::Node Parser::ParseUnset() {
  UnsetStatement unset;
  const bool list = AcceptSymbol("(");
  do {
    unset.names.push_back(ParseIdentifier().text);
  } while (list && AcceptSymbol(","));
  if (list) ExpectSymbol(")");
  return unset;
}

Statement::Node Parser::ParseAlterSession() {
  AlterSessionStatement alter;
  if (AcceptWord("UNSET")) {
    do {
      alter.unset.push_back(ParseIdentifier().text);
    } while (AcceptSymbol(","));
    return alter;
  }
  ExpectWord("SET");
  ParseProperties(&alter.set);
  if (alter.set.empty()) Fail();
  return alter;
}

}  // namespace lifeboat::account::sql
