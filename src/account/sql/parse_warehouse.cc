// CREATE WAREHOUSE and the verbs of ALTER WAREHOUSE.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateWarehouse(CreateFlags flags) {
  CreateObjectStatement create;
  create.kind = ObjectKind::kWarehouse;
  create.flags = flags;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  AcceptWord("WITH");
  ParseProperties(&create.properties);
  return create;
}

bool Parser::ParseAlterWarehouseVerb(AlterObjectStatement* alter) {
  if (AcceptWord("SUSPEND")) {
    alter->verb = AlterVerb::kSuspend;
  } else if (AcceptWord("RESUME")) {
    alter->verb = AlterVerb::kResume;
    alter->if_suspended = AcceptWords({"IF", "SUSPENDED"});
  } else if (AcceptWords({"ABORT", "ALL", "QUERIES"})) {
    alter->verb = AlterVerb::kAbortAllQueries;
  } else {
    return false;
  }
  return true;
}

}  // namespace lifeboat::account::sql
