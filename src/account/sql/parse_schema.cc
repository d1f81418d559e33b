// CREATE SCHEMA.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateSchema(CreateFlags flags, bool transient) {
  CreateObjectStatement create;
  create.kind = ObjectKind::kSchema;
  create.flags = flags;
  create.transient = transient;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  if (AcceptWord("CLONE")) create.clone_of = ParseObjectName();
  if (AcceptWords({"WITH", "MANAGED", "ACCESS"})) create.managed_access = true;
  ParseProperties(&create.properties);
  return create;
}

}  // namespace lifeboat::account::sql
