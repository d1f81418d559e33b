// BEGIN, START TRANSACTION, COMMIT, ROLLBACK.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseTransaction() {
  TransactionStatement transaction;
  if (AcceptWord("COMMIT")) {
    transaction.kind = TransactionKind::kCommit;
    AcceptWord("WORK");
    return transaction;
  }
  if (AcceptWord("ROLLBACK")) {
    transaction.kind = TransactionKind::kRollback;
    AcceptWord("WORK");
    return transaction;
  }
  if (AcceptWord("START")) {
    ExpectWord("TRANSACTION");
  } else {
    ExpectWord("BEGIN");
    if (!AcceptWord("WORK")) AcceptWord("TRANSACTION");
  }
  if (AcceptWord("NAME")) transaction.name = ParseIdentifier().text;
  return transaction;
}

}  // namespace lifeboat::account::sql
