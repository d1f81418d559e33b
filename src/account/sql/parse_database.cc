// CREATE DATABASE (plain, linked to a catalog, clone, replica) and the verbs of ALTER DATABASE.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateDatabase(CreateFlags flags, bool transient) {
  CreateObjectStatement create;
  create.kind = ObjectKind::kDatabase;
  create.flags = flags;
  create.transient = transient;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  if (AcceptWord("CLONE")) create.clone_of = ParseObjectName();
  if (AcceptWords({"AS", "REPLICA", "OF"})) create.replica_of = ParseObjectName();
  ParseProperties(&create.properties);
  return create;
}

bool Parser::ParseAlterDatabaseVerb(AlterObjectStatement* alter) {
  if (AcceptWord("REFRESH")) {
    alter->verb = AlterVerb::kRefresh;
    if (PeekAnyWord({"SCHEMA", "TABLE"}) && PeekIdentifier(1)) Next();
    if (PeekIdentifier()) alter->target = ParseObjectName();
  } else if (AcceptWords({"SUSPEND", "DISCOVERY"})) {
    alter->verb = AlterVerb::kSuspendDiscovery;
  } else if (AcceptWords({"RESUME", "DISCOVERY"})) {
    alter->verb = AlterVerb::kResumeDiscovery;
  } else if (AcceptWords({"UPDATE", "LINKED_CATALOG"})) {
    alter->verb = AlterVerb::kUpdateLinkedCatalog;
    AcceptWord("SET");
    ParseProperties(&alter->properties);
    if (alter->properties.empty()) Fail();
  } else if (AcceptWord("PRIMARY")) {
    alter->verb = AlterVerb::kPrimary;
  } else if (AcceptWords({"SWAP", "WITH"})) {
    alter->verb = AlterVerb::kSwapWith;
    alter->target = ParseObjectName();
  } else {
    return false;
  }
  return true;
}

}  // namespace lifeboat::account::sql
