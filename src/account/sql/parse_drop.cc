// DROP and UNDROP.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseDrop(bool undrop) {
  DropStatement drop;
  drop.undrop = undrop;
  drop.kind = ParseObjectKind();
  drop.if_exists = AcceptIfExists();
  drop.name = ParseObjectName();
  if (drop.kind == ObjectKind::kFunction || drop.kind == ObjectKind::kProcedure)
    drop.signature = ParseSignature();
  drop.cascade = AcceptWord("CASCADE");
  if (!drop.cascade) drop.restrict = AcceptWord("RESTRICT");
  return drop;
}

}  // namespace lifeboat::account::sql
