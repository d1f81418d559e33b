// CREATE … INTEGRATION.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateIntegration(CreateFlags flags, ObjectKind kind) {
  CreateObjectStatement create;
  create.kind = kind;
  create.flags = flags;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  ParseProperties(&create.properties);
  if (create.properties.empty()) Fail();
  return create;
}

}  // namespace lifeboat::account::sql
