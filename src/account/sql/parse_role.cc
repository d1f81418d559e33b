// CREATE ROLE and CREATE DATABASE ROLE.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateRole(CreateFlags flags, bool database_role) {
  CreateObjectStatement create;
  create.kind = database_role ? ObjectKind::kDatabaseRole : ObjectKind::kRole;
  create.flags = flags;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  ParseProperties(&create.properties);
  return create;
}

}  // namespace lifeboat::account::sql
