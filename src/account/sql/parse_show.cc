// SHOW.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {
namespace {

struct ShowList {
  std::initializer_list<std::string_view> words;
  ShowKind kind;
};

// Lists that are not "objects of a kind". Longer spellings come first.
const ShowList kLists[] = {
    {{"ORGANIZATION", "ACCOUNTS"}, ShowKind::kOrganizationAccounts},
    {{"GLOBAL", "ACCOUNTS"}, ShowKind::kReplicationAccounts},
    {{"MANAGED", "ACCOUNTS"}, ShowKind::kManagedAccounts},
    {{"REPLICATION", "ACCOUNTS"}, ShowKind::kReplicationAccounts},
    {{"REPLICATION", "DATABASES"}, ShowKind::kReplicationDatabases},
    {{"PRIMARY", "KEYS"}, ShowKind::kPrimaryKeys},
    {{"IMPORTED", "KEYS"}, ShowKind::kImportedKeys},
    {{"EXPORTED", "KEYS"}, ShowKind::kExportedKeys},
    {{"UNIQUE", "KEYS"}, ShowKind::kUniqueKeys},
    {{"OBJECTS"}, ShowKind::kObjects},
    {{"COLUMNS"}, ShowKind::kColumns},
    {{"PARAMETERS"}, ShowKind::kParameters},
    {{"VARIABLES"}, ShowKind::kVariables},
    {{"TRANSACTIONS"}, ShowKind::kTransactions},
    {{"LOCKS"}, ShowKind::kLocks},
    {{"ACCOUNTS"}, ShowKind::kAccounts},
    {{"REGIONS"}, ShowKind::kRegions},
};

}  // namespace

Statement::Node Parser::ParseShow() {
  ShowStatement show;
  show.terse = AcceptWord("TERSE");
  ParseShowSubject(&show);
  if (show.kind == ShowKind::kGrants || show.kind == ShowKind::kFutureGrants) {
    ParseShowGrants(&show);
  }
  show.history = AcceptWord("HISTORY");
  constexpr int kAdditive = 6;
  while (!failed()) {
    if (AcceptWord("LIKE")) {
      show.like = ParseOperators(kAdditive);
    } else if (PeekAnyWord({"IN", "FOR"})) {
      Next();
      ParseShowScope(&show);
    } else if (AcceptWords({"STARTS", "WITH"})) {
      show.starts_with = ParseOperators(kAdditive);
    } else if (AcceptWord("LIMIT")) {
      show.limit = ParseInteger();
      if (AcceptWord("FROM")) show.limit_from = ParseOperators(kAdditive);
    } else if (AcceptWords({"WITH", "PRIVILEGES"})) {
      do {
        ParsePrivilege();
      } while (AcceptSymbol(","));
    } else {
      break;
    }
  }
  return show;
}

void Parser::ParseShowSubject(ShowStatement* show) {
  if (AcceptWords({"FUTURE", "GRANTS"})) {
    show->kind = ShowKind::kFutureGrants;
    return;
  }
  if (AcceptWord("GRANTS")) {
    show->kind = ShowKind::kGrants;
    return;
  }
  for (const ShowList& list : kLists) {
    if (AcceptWords(list.words)) {
      show->kind = list.kind;
      return;
    }
  }
  const std::optional<ObjectKind> kind = AcceptObjectKindPlural();
  if (!kind) Fail();
  show->object_kind = kind.value_or(ObjectKind::kTable);
}

void Parser::ParseShowGrants(ShowStatement* show) {
  if (AcceptWord("ON")) {
    show->grants = GrantsOf::kOn;
    if (AcceptWord("ACCOUNT")) {
      show->on.scope = GrantScope::kAccount;
      show->on.kind = ObjectKind::kAccount;
    } else {
      show->on = ParseGrantTarget();
    }
  } else if (PeekWord("TO")) {
    show->grants = GrantsOf::kTo;
    show->grantee = ParseGrantee("TO");
  } else if (PeekWord("OF")) {
    show->grants = GrantsOf::kOf;
    show->grantee = ParseGrantee("OF");
  } else if (show->kind == ShowKind::kFutureGrants && PeekWord("IN")) {
    show->grants = GrantsOf::kIn;
  }
}

void Parser::ParseShowScope(ShowStatement* show) {
  struct Keyword {
    std::initializer_list<std::string_view> words;
    ScopeKind kind;
  };
  static const Keyword kKeywords[] = {{{"ACCOUNT"}, ScopeKind::kAccount},
                                      {{"DATABASE"}, ScopeKind::kDatabase},
                                      {{"SCHEMA"}, ScopeKind::kSchema},
                                      {{"TABLE"}, ScopeKind::kTable},
                                      {{"VIEW"}, ScopeKind::kView},
                                      {{"FAILOVER", "GROUP"}, ScopeKind::kFailoverGroup},
                                      {{"REPLICATION", "GROUP"}, ScopeKind::kReplicationGroup},
                                      {{"SESSION"}, ScopeKind::kSession},
                                      {{"USER"}, ScopeKind::kUser},
                                      {{"WAREHOUSE"}, ScopeKind::kWarehouse},
                                      {{"TASK"}, ScopeKind::kTask}};
  show->in_kind = ScopeKind::kUnspecified;
  for (const Keyword& keyword : kKeywords) {
    if (AcceptWords(keyword.words)) {
      show->in_kind = keyword.kind;
      break;
    }
  }
  if (show->in_kind == ScopeKind::kAccount || show->in_kind == ScopeKind::kSession) return;
  const bool clause_follows = PeekAnyWord({"STARTS", "LIMIT", "LIKE"});
  const bool name_follows = PeekIdentifier() || Peek().kind == TokenKind::kVariable || PeekWord("IDENTIFIER");
  if (name_follows && !clause_follows) {
    show->in_name = ParseObjectName();
  } else if (show->in_kind == ScopeKind::kUnspecified) {
    Fail();
  }
}

}  // namespace lifeboat::account::sql
