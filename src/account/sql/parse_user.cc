// CREATE USER.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateUser(CreateFlags flags) {
  CreateObjectStatement create;
  create.kind = ObjectKind::kUser;
  create.flags = flags;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  ParseProperties(&create.properties);
  return create;
}

}  // namespace lifeboat::account::sql
