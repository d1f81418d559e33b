// GRANT and REVOKE: roles, privileges, ownership.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseGrant() {
  if (PeekWord("DATABASE") && PeekWord("ROLE", 1)) {
    Next();
    Next();
    return ParseGrantRole(false, true);
  }
  if (AcceptWord("ROLE")) return ParseGrantRole(false, false);
  if (AcceptWord("OWNERSHIP")) return ParseGrantOwnership();
  return ParseGrantPrivileges(false);
}

Statement::Node Parser::ParseRevoke() {
  if (PeekWord("DATABASE") && PeekWord("ROLE", 1)) {
    Next();
    Next();
    return ParseGrantRole(true, true);
  }
  if (AcceptWord("ROLE")) return ParseGrantRole(true, false);
  return ParseGrantPrivileges(true);
}

Statement::Node Parser::ParseGrantRole(bool revoke, bool database_role) {
  GrantRoleStatement grant;
  grant.revoke = revoke;
  grant.database_role = database_role;
  grant.role = ParseObjectName();
  grant.grantee = ParseGrantee(revoke ? "FROM" : "TO");
  return grant;
}

// `direction` [ROLE | USER | DATABASE ROLE | SHARE] name
Grantee Parser::ParseGrantee(std::string_view direction) {
  ExpectWord(direction);
  Grantee grantee;
  if (AcceptWords({"DATABASE", "ROLE"})) {
    grantee.kind = GranteeKind::kDatabaseRole;
  } else if (PeekWord("USER") && PeekIdentifier(1)) {
    Next();
    grantee.kind = GranteeKind::kUser;
  } else if (PeekWord("SHARE") && PeekIdentifier(1)) {
    Next();
    grantee.kind = GranteeKind::kShare;
  } else if (PeekWord("ROLE")) {
    Next();
  }
  grantee.name = ParseObjectName();
  return grantee;
}

Statement::Node Parser::ParseGrantOwnership() {
  GrantOwnershipStatement grant;
  ExpectWord("ON");
  grant.target = ParseGrantTarget();
  grant.grantee = ParseGrantee("TO");
  if (AcceptWords({"COPY", "CURRENT", "GRANTS"})) grant.current_grants = CurrentGrants::kCopy;
  if (AcceptWords({"REVOKE", "CURRENT", "GRANTS"})) grant.current_grants = CurrentGrants::kRevoke;
  return grant;
}

Statement::Node Parser::ParseGrantPrivileges(bool revoke) {
  GrantPrivilegesStatement grant;
  grant.revoke = revoke;
  if (revoke) grant.grant_option = AcceptWords({"GRANT", "OPTION", "FOR"});
  if (PeekWord("ALL") && (PeekWord("ON", 1) || PeekWord("PRIVILEGES", 1))) {
    Next();
    AcceptWord("PRIVILEGES");
    grant.all_privileges = true;
  } else {
    do {
      grant.privileges.push_back(ParsePrivilege());
    } while (AcceptSymbol(","));
  }
  ExpectWord("ON");
  grant.target = ParseGrantTarget();
  grant.grantee = ParseGrantee(revoke ? "FROM" : "TO");
  if (!revoke && AcceptWords({"WITH", "GRANT", "OPTION"})) grant.grant_option = true;
  if (revoke) {
    grant.cascade = AcceptWord("CASCADE");
    if (!grant.cascade) AcceptWord("RESTRICT");
  }
  return grant;
}

// The words up to a comma or ON.
std::string Parser::ParsePrivilege() {
  std::string privilege;
  while (Peek().kind == TokenKind::kWord && !PeekWord("ON")) {
    if (!privilege.empty()) privilege.push_back(' ');
    privilege += Next().text;
  }
  if (privilege.empty()) Fail();
  return privilege;
}

GrantTarget Parser::ParseGrantTarget() {
  GrantTarget target;
  if (PeekWord("ACCOUNT") && PeekAnyWord({"TO", "FROM"}, 1)) {
    Next();
    target.scope = GrantScope::kAccount;
    target.kind = ObjectKind::kAccount;
    return target;
  }
  if (PeekAnyWord({"ALL", "FUTURE"})) {
    target.scope = Next().text == "ALL" ? GrantScope::kAllIn : GrantScope::kFutureIn;
    const std::optional<ObjectKind> kind = AcceptObjectKindPlural();
    if (!kind) Fail();
    target.kind = kind.value_or(ObjectKind::kTable);
    ExpectWord("IN");
    if (AcceptWord("DATABASE")) {
      target.container_kind = ObjectKind::kDatabase;
    } else {
      ExpectWord("SCHEMA");
    }
    target.container = ParseObjectName();
    return target;
  }
  // Without a kind the name is a table's.
  const std::optional<ObjectKind> kind = AcceptObjectKind();
  target.kind = kind.value_or(ObjectKind::kTable);
  target.name = ParseObjectName();
  if (target.kind == ObjectKind::kFunction || target.kind == ObjectKind::kProcedure) {
    target.signature = ParseSignature();
  }
  return target;
}

}  // namespace lifeboat::account::sql
