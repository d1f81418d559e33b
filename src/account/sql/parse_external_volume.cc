// CREATE EXTERNAL VOLUME.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCreateExternalVolume(CreateFlags flags) {
  CreateObjectStatement create;
  create.kind = ObjectKind::kExternalVolume;
  create.flags = flags;
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  ParseProperties(&create.properties);
  if (create.properties.empty()) Fail();
  return create;
}

}  // namespace lifeboat::account::sql
