// Function calls: arguments, WITHIN GROUP, FILTER, OVER and window frames.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

FunctionCall Parser::ParseCall(ObjectName name) {
  FunctionCall call;
  call.name = std::move(name);
  ExpectSymbol("(");
  ParseArguments(&call);
  ExpectSymbol(")");
  if (AcceptWords({"WITHIN", "GROUP"})) {
    ExpectSymbol("(");
    ExpectWord("ORDER");
    ExpectWord("BY");
    call.within_group = ParseOrderItems();
    ExpectSymbol(")");
  }
  if (PeekWord("FILTER") && PeekSymbol("(", 1)) {
    Next();
    Next();
    ExpectWord("WHERE");
    call.filter = ParseExpression();
    ExpectSymbol(")");
  }
  if (AcceptWords({"IGNORE", "NULLS"})) call.nulls = NullTreatment::kIgnoreNulls;
  if (AcceptWords({"RESPECT", "NULLS"})) call.nulls = NullTreatment::kRespectNulls;
  if (PeekWord("OVER") && (PeekSymbol("(", 1) || PeekIdentifier(1))) {
    Next();
    call.over = ParseOver();
  }
  return call;
}

void Parser::ParseArguments(FunctionCall* call) {
  if (PeekSymbol(")")) return;
  call->distinct = AcceptWord("DISTINCT");
  if (!call->distinct && PeekWord("ALL") && !PeekSymbol(",", 1)) AcceptWord("ALL");
  do {
    FunctionArgument argument;
    if (Peek().kind == TokenKind::kWord && PeekSymbol("=>", 1)) {
      argument.name = Next().text;
      Next();
    }
    if (PeekAnyWord({"SELECT", "WITH"})) {  // f((SELECT …)) written with one pair of parentheses
      const Token first = Peek();
      ScalarSubquery subquery;
      subquery.query = ParseQuery();
      argument.value = Make(first, std::move(subquery));
    } else {
      argument.value = ParseExpression();
    }
    call->arguments.push_back(std::move(argument));
  } while (AcceptSymbol(","));
  if (AcceptWords({"IGNORE", "NULLS"})) call->nulls = NullTreatment::kIgnoreNulls;
  if (AcceptWords({"RESPECT", "NULLS"})) call->nulls = NullTreatment::kRespectNulls;
}

std::unique_ptr<WindowSpec> Parser::ParseOver() {
  auto spec = std::make_unique<WindowSpec>();
  if (!AcceptSymbol("(")) {
    spec->base = ParseIdentifier();
    return spec;
  }
  *spec = ParseWindowSpec();
  ExpectSymbol(")");
  return spec;
}

WindowSpec Parser::ParseWindowSpec() {
  WindowSpec spec;
  if (PeekIdentifier() && !(PeekWord("PARTITION") && PeekWord("BY", 1)) && !PeekAnyWord({"ROWS", "RANGE"})) {
    spec.base = ParseIdentifier();
  }
  if (AcceptWords({"PARTITION", "BY"})) spec.partition_by = ParseExpressionList();
  if (AcceptWords({"ORDER", "BY"})) spec.order_by = ParseOrderItems();
  if (PeekAnyWord({"ROWS", "RANGE"})) {
    WindowFrame frame;
    frame.unit = Next().text == "ROWS" ? FrameUnit::kRows : FrameUnit::kRange;
    if (AcceptWord("BETWEEN")) {
      frame.start = ParseFrameBound();
      ExpectWord("AND");
      frame.end = ParseFrameBound();
    } else {
      frame.start = ParseFrameBound();
    }
    spec.frame = std::move(frame);
  }
  return spec;
}

FrameBound Parser::ParseFrameBound() {
  FrameBound bound;
  if (AcceptWords({"CURRENT", "ROW"})) return bound;
  const bool unbounded = AcceptWord("UNBOUNDED");
  if (!unbounded) {
    constexpr int kAdditive = 6;
    bound.offset = ParseOperators(kAdditive);
  }
  if (AcceptWord("PRECEDING")) {
    bound.kind = unbounded ? FrameBoundKind::kUnboundedPreceding : FrameBoundKind::kPreceding;
  } else {
    ExpectWord("FOLLOWING");
    bound.kind = unbounded ? FrameBoundKind::kUnboundedFollowing : FrameBoundKind::kFollowing;
  }
  return bound;
}

}  // namespace lifeboat::account::sql
