// Expressions: operators and predicates, by precedence climbing. What operators join is in parse_primary.cc.
#include <algorithm>
#include <utility>

#include "account/sql/ast/walk.h"
#include "account/sql/parse.h"

namespace lifeboat::account::sql {
namespace {

// Weakest first. parse_property.cc relies on kAdditive: a property's value has no comparisons in it.
enum Precedence { kOr = 1, kAnd = 2, kNot = 3, kComparison = 4, kAdditive = 6, kMultiplicative = 7 };

struct Operator {
  std::string_view text;
  BinaryOperator op;
  int precedence;
};

constexpr Operator kSymbolOperators[] = {
    {"=", BinaryOperator::kEqual, kComparison},           {"<>", BinaryOperator::kNotEqual, kComparison},
    {"!=", BinaryOperator::kNotEqual, kComparison},       {"<", BinaryOperator::kLess, kComparison},
    {"<=", BinaryOperator::kLessOrEqual, kComparison},    {">", BinaryOperator::kGreater, kComparison},
    {">=", BinaryOperator::kGreaterOrEqual, kComparison}, {"+", BinaryOperator::kAdd, kAdditive},
    {"-", BinaryOperator::kSubtract, kAdditive},          {"||", BinaryOperator::kConcat, kAdditive},
    {"*", BinaryOperator::kMultiply, kMultiplicative},    {"/", BinaryOperator::kDivide, kMultiplicative},
    {"%", BinaryOperator::kModulo, kMultiplicative},
};
constexpr Operator kWordOperators[] = {
    {"OR", BinaryOperator::kOr, kOr},
    {"AND", BinaryOperator::kAnd, kAnd},
};

const Operator* FindOperator(const Token& token) {
  if (token.kind == TokenKind::kSymbol) {
    for (const Operator& candidate : kSymbolOperators) {
      if (candidate.text == token.text) return &candidate;
    }
  } else if (token.kind == TokenKind::kWord) {
    for (const Operator& candidate : kWordOperators) {
      if (candidate.text == token.text) return &candidate;
    }
  }
  return nullptr;
}

}  // namespace

std::string_view OperatorText(BinaryOperator op) {
  if (op == BinaryOperator::kNotEqual) return "<>";
  for (const Operator& candidate : kSymbolOperators) {
    if (candidate.op == op) return candidate.text;
  }
  return op == BinaryOperator::kAnd ? "AND" : "OR";
}

ExpressionPtr Parser::Make(const Token& first, Expression::Node node) {
  auto expression = std::make_unique<Expression>();
  expression->node = std::move(node);
  expression->span = SpanFrom(first);
  int tallest = 0;
  ForEachChild(
      *expression, [&](const Expression& child) { tallest = std::max(tallest, child.height); },
      [&](const Query& query) { tallest = std::max(tallest, query.height); });
  expression->height = tallest + 1;
  CheckHeight(expression->height);
  return expression;
}

ExpressionPtr Parser::MakeString(std::string text, const Token& at) {
  return Make(at, Literal{LiteralKind::kString, std::move(text)});
}

ExpressionPtr Parser::ParseExpression() {
  return ParseOperators(kOr);
}

ExpressionPtr Parser::ParseOperators(int minimum_precedence) {
  Nested nested(this);
  if (!nested) return nullptr;
  const Token first = Peek();
  ExpressionPtr left;
  if (minimum_precedence <= kNot && PeekWord("NOT")) {
    Next();
    left = Make(first, Unary{UnaryOperator::kNot, ParseOperators(kNot)});
  } else {
    left = ParseUnary();
  }
  while (!failed()) {
    const Operator* op = FindOperator(Peek());
    if (op != nullptr && op->precedence >= minimum_precedence) {
      Next();
      if (op->precedence == kComparison) {
        left = ParseComparison(std::move(left), first, op->op, op->precedence);
        continue;
      }
      ExpressionPtr right = ParseOperators(op->precedence + 1);
      left = Make(first, Binary{op->op, std::move(left), std::move(right)});
      continue;
    }
    if (op != nullptr || minimum_precedence > kComparison) break;
    const bool negated =
        PeekWord("NOT") && PeekAnyWord({"BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP"}, 1);
    if (!negated && !PeekAnyWord({"BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "IS"})) break;
    if (negated) Next();
    left = ParsePredicate(std::move(left), first, negated);
  }
  return left;
}

ExpressionPtr Parser::ParseComparison(ExpressionPtr left, const Token& first, BinaryOperator op,
                                      int precedence) {
  if (PeekAnyWord({"ANY", "ALL", "SOME"}) && PeekSymbol("(", 1) && PeekQuery(2)) {
    QuantifiedComparison comparison;
    comparison.op = op;
    comparison.operand = std::move(left);
    comparison.all = Next().text == "ALL";
    ExpectSymbol("(");
    comparison.query = ParseQuery();
    ExpectSymbol(")");
    return Make(first, std::move(comparison));
  }
  ExpressionPtr right = ParseOperators(precedence + 1);
  return Make(first, Binary{op, std::move(left), std::move(right)});
}

ExpressionPtr Parser::ParsePredicate(ExpressionPtr left, const Token& first, bool negated) {
  if (PeekWord("IS")) return ParseIs(std::move(left), first);
  if (PeekWord("IN")) return ParseIn(std::move(left), first, negated);
  if (!AcceptWord("BETWEEN")) return ParseLike(std::move(left), first, negated);
  Between between;
  between.operand = std::move(left);
  between.negated = negated;
  between.low = ParseOperators(kAdditive);
  ExpectWord("AND");
  between.high = ParseOperators(kAdditive);
  return Make(first, std::move(between));
}

ExpressionPtr Parser::ParseIs(ExpressionPtr left, const Token& first) {
  ExpectWord("IS");
  const bool negated = AcceptWord("NOT");
  if (AcceptWords({"DISTINCT", "FROM"})) {
    ExpressionPtr right = ParseOperators(kAdditive);
    return Make(first, IsDistinct{std::move(left), std::move(right), negated});
  }
  IsKind kind = IsKind::kNull;
  if (AcceptWord("TRUE")) {
    kind = IsKind::kTrue;
  } else if (AcceptWord("FALSE")) {
    kind = IsKind::kFalse;
  } else {
    ExpectWord("NULL");
  }
  return Make(first, Is{std::move(left), kind, negated});
}

ExpressionPtr Parser::ParseIn(ExpressionPtr left, const Token& first, bool negated) {
  ExpectWord("IN");
  In in;
  in.operand = std::move(left);
  in.negated = negated;
  ExpectSymbol("(");
  if (PeekQuery()) {
    in.query = ParseQuery();
  } else {
    in.list = ParseExpressionList();
    // IN ((SELECT …)) asks for membership, not for equality with a single value.
    if (in.list.size() == 1 && in.list[0] != nullptr) {
      if (auto* subquery = std::get_if<ScalarSubquery>(&in.list[0]->node)) {
        in.query = std::move(subquery->query);
        in.list.clear();
      }
    }
  }
  ExpectSymbol(")");
  return Make(first, std::move(in));
}

ExpressionPtr Parser::ParseLike(ExpressionPtr left, const Token& first, bool negated) {
  Like like;
  const std::string word = Next().text;
  like.kind = word == "LIKE" ? LikeKind::kLike : word == "ILIKE" ? LikeKind::kIlike : LikeKind::kRlike;
  like.operand = std::move(left);
  like.negated = negated;
  if (PeekAnyWord({"ANY", "ALL"}) && PeekSymbol("(", 1)) {
    like.quantifier = Next().text == "ANY" ? Quantifier::kAny : Quantifier::kAll;
    ExpectSymbol("(");
    like.patterns = ParseExpressionList();
    ExpectSymbol(")");
  } else {
    like.patterns.push_back(ParseOperators(kAdditive));
  }
  if (AcceptWord("ESCAPE")) like.escape = ParseOperators(kAdditive);
  return Make(first, std::move(like));
}

ExpressionPtr Parser::ParseUnary() {
  const Token first = Peek();
  const bool minus = PeekSymbol("-");
  if (!minus && !PeekSymbol("+")) return ParsePostfix();
  Nested nested(this);
  if (!nested) return nullptr;
  Next();
  ExpressionPtr operand = ParseUnary();
  return Make(first, Unary{minus ? UnaryOperator::kMinus : UnaryOperator::kPlus, std::move(operand)});
}

// x::type, v[0], v:field, v:a.b.
ExpressionPtr Parser::ParsePostfix() {
  const Token first = Peek();
  ExpressionPtr value = ParsePrimary();
  while (!failed()) {
    if (AcceptSymbol("::")) {
      TypeName type = ParseTypeName();
      value = Make(first, Cast{std::move(value), std::move(type), false});
    } else if (AcceptSymbol("[")) {
      ExpressionPtr index = ParseExpression();
      ExpectSymbol("]");
      value = Make(first, Subscript{std::move(value), std::move(index)});
    } else if (PeekSymbol(":") &&
               (Peek(1).kind == TokenKind::kWord || Peek(1).kind == TokenKind::kQuotedIdentifier)) {
      Next();
      const Token field = Next();
      // Fields are case-sensitive: take the spelling of the source, not the folded text.
      std::string name = field.kind == TokenKind::kWord ? SourceOf({field.begin, field.end, {}}) : field.text;
      value = Make(first, Path{std::move(value), std::move(name)});
    } else if (PeekSymbol(".") && value != nullptr &&
               (std::holds_alternative<Path>(value->node) ||
                std::holds_alternative<Subscript>(value->node))) {
      Next();
      const Token field = Peek();
      const Identifier identifier = ParseAnyIdentifier();
      std::string name = identifier.quoted ? identifier.text : SourceOf({field.begin, field.end, {}});
      value = Make(first, Path{std::move(value), std::move(name)});
    } else if (AcceptWord("COLLATE")) {
      std::string collation = ParseString();
      value = Make(first, Collate{std::move(value), std::move(collation)});
    } else {
      break;
    }
  }
  return value;
}

std::vector<ExpressionPtr> Parser::ParseExpressionList() {
  std::vector<ExpressionPtr> list;
  do {
    list.push_back(ParseExpression());
  } while (AcceptSymbol(","));
  return list;
}

std::vector<OrderItem> Parser::ParseOrderItems() {
  std::vector<OrderItem> items;
  do {
    OrderItem item;
    item.expression = ParseExpression();
    if (AcceptWord("DESC")) {
      item.descending = true;
    } else {
      AcceptWord("ASC");
    }
    if (AcceptWord("NULLS")) {
      item.nulls_first = AcceptWord("FIRST");
      if (!*item.nulls_first) ExpectWord("LAST");
    }
    items.push_back(std::move(item));
  } while (AcceptSymbol(","));
  return items;
}

}  // namespace lifeboat::account::sql
