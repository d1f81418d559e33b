// ALTER of everything but tables: SET, UNSET, RENAME and the verbs of each kind.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseAlterObject(ObjectKind kind) {
  AlterObjectStatement alter;
  alter.kind = kind;
  alter.if_exists = AcceptIfExists();
  // ALTER USER SET … is about the current user.
  const bool nameless =
      kind == ObjectKind::kAccount || (kind == ObjectKind::kUser && PeekAnyWord({"SET", "UNSET"}));
  if (!nameless) alter.name = ParseObjectName();
  if (AcceptWord("SET")) {
    alter.verb = AlterVerb::kSet;
    if (AcceptWord("SECURE")) {
      const Token at = Peek();
      Property secure;
      secure.name = "SECURE";
      secure.value.node = PropertyExpression{Make(at, Literal{LiteralKind::kBoolean, "TRUE"})};
      alter.properties.push_back(std::move(secure));
    }
    ParseProperties(&alter.properties);
    if (alter.properties.empty()) Fail();
  } else if (AcceptWord("UNSET")) {
    alter.verb = AlterVerb::kUnset;
    do {
      alter.names.push_back(ParseAnyIdentifier().text);
    } while (AcceptSymbol(","));
  } else if (AcceptWords({"RENAME", "TO"})) {
    alter.verb = AlterVerb::kRenameTo;
    alter.target = ParseObjectName();
  } else if (kind == ObjectKind::kUser && AcceptWords({"RESET", "PASSWORD"})) {
    alter.verb = AlterVerb::kResetPassword;
  } else if (kind == ObjectKind::kUser && AcceptWords({"ABORT", "ALL", "QUERIES"})) {
    alter.verb = AlterVerb::kAbortAllQueries;
  } else if (!(kind == ObjectKind::kDatabase && ParseAlterDatabaseVerb(&alter)) &&
             !(kind == ObjectKind::kWarehouse && ParseAlterWarehouseVerb(&alter))) {
    Fail();
  }
  return alter;
}

}  // namespace lifeboat::account::sql
