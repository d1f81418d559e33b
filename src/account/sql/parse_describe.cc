// DESCRIBE.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseDescribe() {
  DescribeStatement describe;
  if (PeekWord("RESULT") && !PeekSymbol(".", 1)) {
    Next();
    describe.result_of = ParseExpression();
    return describe;
  }
  // DESCRIBE t is DESCRIBE TABLE t.
  describe.kind = AcceptObjectKind().value_or(ObjectKind::kTable);
  describe.name = ParseObjectName();
  if (describe.kind == ObjectKind::kFunction || describe.kind == ObjectKind::kProcedure) {
    describe.signature = ParseSignature();
  }
  if (AcceptWord("TYPE")) {
    ExpectSymbol("=");
    describe.stage_type = AcceptWord("STAGE");
    if (!describe.stage_type) ExpectWord("COLUMNS");
  }
  return describe;
}

}  // namespace lifeboat::account::sql
