// CALL and EXECUTE IMMEDIATE.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseCall() {
  CallStatement call;
  call.call = ParseCall(ParseObjectName());
  return call;
}

Statement::Node Parser::ParseExecute() {
  ExecuteImmediateStatement execute;
  ExpectWord("IMMEDIATE");
  execute.text = ParseExpression();
  if (AcceptWord("USING")) execute.using_variables = ParseIdentifierList();
  return execute;
}

}  // namespace lifeboat::account::sql
