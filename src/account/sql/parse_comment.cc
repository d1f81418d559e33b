// COMMENT ON.
#include "account/sql/parse.h"

namespace lifeboat::account::sql {

Statement::Node Parser::ParseComment() {
  CommentStatement comment;
  comment.if_exists = AcceptIfExists();
  ExpectWord("ON");
  comment.kind = ParseObjectKind();
  comment.name = ParseObjectName();
  if (comment.kind == ObjectKind::kFunction || comment.kind == ObjectKind::kProcedure) {
    comment.signature = ParseSignature();
  }
  ExpectWord("IS");
  comment.text = ParseExpression();
  return comment;
}

}  // namespace lifeboat::account::sql
