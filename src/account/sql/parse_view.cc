// CREATE VIEW and CREATE MATERIALIZED VIEW.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

// `first` is the word CREATE: the view keeps its statement as it was written.
Statement::Node Parser::ParseCreateView(CreateViewStatement create, const Token& first) {
  create.flags.if_not_exists = AcceptIfNotExists();
  create.name = ParseObjectName();
  while (!failed() && !PeekWord("AS")) {
    if (PeekSymbol("(") && create.columns.empty()) {
      Next();
      do {
        ViewColumn column;
        column.name = ParseIdentifier();
        if (AcceptWord("COMMENT")) {
          AcceptSymbol("=");
          column.comment = ParseString();
        }
        create.columns.push_back(std::move(column));
      } while (AcceptSymbol(","));
      ExpectSymbol(")");
    } else if (AcceptWord("COMMENT")) {
      ExpectSymbol("=");
      create.comment = ParseString();
    } else if (AcceptWords({"COPY", "GRANTS"})) {
      create.copy_grants = true;
    } else if (AcceptWords({"CLUSTER", "BY"})) {
      ExpectSymbol("(");
      create.cluster_by = ParseExpressionList();
      ExpectSymbol(")");
    } else if (PeekWord("CHANGE_TRACKING") && PeekSymbol("=", 1)) {
      Next();
      Next();
      Next();
    } else {
      Fail();
    }
  }
  ExpectWord("AS");
  const Token body = Peek();
  create.query = ParseQuery();
  create.query_text = SourceOf(SpanFrom(body));
  create.text = SourceOf(SpanFrom(first));
  return create;
}

}  // namespace lifeboat::account::sql
