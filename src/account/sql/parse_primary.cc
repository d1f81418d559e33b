// Primary expressions: literals, names, subqueries, CASE, casts and the bracketed literals.
#include <algorithm>
#include <iterator>
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {
namespace {

// Functions that stand without parentheses.
constexpr std::string_view kBareFunctions[] = {"CURRENT_DATE", "CURRENT_TIME",   "CURRENT_TIMESTAMP",
                                               "LOCALTIME",    "LOCALTIMESTAMP", "CURRENT_USER",
                                               "SYSDATE"};

// Type names that make 'text' a typed literal.
constexpr std::string_view kLiteralTypes[] = {"DATE",          "TIME",          "TIMESTAMP",   "DATETIME",
                                              "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"};

template <size_t n>
bool Contains(const std::string_view (&words)[n], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

ExpressionPtr Parser::ParsePrimary() {
  const Token first = Peek();
  switch (first.kind) {
    case TokenKind::kNumber:
      Next();
      return Make(first, Literal{LiteralKind::kNumber, first.text});
    case TokenKind::kString:
      Next();
      return MakeString(first.text, first);
    case TokenKind::kVariable:
      Next();
      return Make(first, VariableRef{first.text});
    case TokenKind::kPositional: {
      PositionalColumn column;
      column.index = first.text.size() > 4 ? 0 : std::stoi(first.text);
      if (column.index < 1) break;
      Next();
      return Make(first, std::move(column));
    }
    case TokenKind::kWord:
      return ParseWordPrimary();
    case TokenKind::kQuotedIdentifier:
      return ParseNameOrCall();
    case TokenKind::kSymbol:
      return ParseSymbolPrimary();
    case TokenKind::kEnd:
    case TokenKind::kInvalid:
      break;
  }
  Fail();
  return nullptr;
}

ExpressionPtr Parser::ParseSymbolPrimary() {
  const Token first = Peek();
  if (first.text == "(") return ParseParenthesized();
  if (first.text == "{") return ParseObjectLiteral();
  if (first.text == "[") return ParseArrayLiteral();
  if (first.text == "?" || first.text == ":") return ParseBind();
  if (first.text == "*") {
    Next();
    Star star;
    ParseStarModifiers(&star);
    return Make(first, std::move(star));
  }
  Fail();
  return nullptr;
}

ExpressionPtr Parser::ParseWordPrimary() {
  const Token first = Peek();
  const std::string& word = first.text;
  const bool before_parenthesis = PeekSymbol("(", 1);
  const bool before_string = Peek(1).kind == TokenKind::kString;
  if (word == "NULL" || word == "TRUE" || word == "FALSE") {
    Next();
    if (word == "NULL") return Make(first, Literal{LiteralKind::kNull, ""});
    return Make(first, Literal{LiteralKind::kBoolean, word});
  }
  if (word == "CASE") return ParseCase();
  if (before_parenthesis) {
    if (word == "CAST" || word == "TRY_CAST") return ParseCast(word == "TRY_CAST");
    if (word == "EXTRACT") return ParseExtract();
    if (word == "EXISTS") {
      Next();
      Next();
      Exists exists;
      exists.query = ParseQuery();
      ExpectSymbol(")");
      return Make(first, std::move(exists));
    }
    if (word == "IDENTIFIER") {
      Next();
      Next();
      ExpressionPtr name = ParseExpression();
      ExpectSymbol(")");
      return Make(first, IdentifierRef{std::move(name)});
    }
    // LEFT(…), RIGHT(…), INSERT(…), … are functions; other reserved words are not.
    if (word == "LEFT" || word == "RIGHT" || word == "INSERT" || word == "LIKE" || word == "ILIKE" ||
        word == "RLIKE" || word == "REGEXP") {
      return ParseNameOrCall();
    }
  }
  if (before_string) {
    if (Contains(kLiteralTypes, word)) {
      Next();
      return Make(first, TypedLiteral{TypeName{word, {}}, Next().text});
    }
    if (word == "INTERVAL") {
      Next();
      return Make(first, IntervalLiteral{Next().text});
    }
    if (word == "X" && Peek(1).begin == first.end) {
      Next();
      return Make(first, Literal{LiteralKind::kBinary, Next().text});
    }
  }
  if (IsReserved(word)) {
    Fail();
    return nullptr;
  }
  if (!before_parenthesis && Contains(kBareFunctions, word) && !PeekSymbol(".", 1)) {
    Next();
    FunctionCall call;
    call.name.parts.push_back({word, false, first.location});
    call.name.location = first.location;
    call.parentheses = false;
    return Make(first, std::move(call));
  }
  return ParseNameOrCall();
}

// a, a.b, a.*, a.$1, f(…), s.f(…).
ExpressionPtr Parser::ParseNameOrCall() {
  const Token first = Peek();
  std::vector<Identifier> parts{ParseAnyIdentifier()};
  while (AcceptSymbol(".")) {
    if (AcceptSymbol("*")) {
      Star star;
      star.qualifier = std::move(parts);
      ParseStarModifiers(&star);
      return Make(first, std::move(star));
    }
    if (Peek().kind == TokenKind::kPositional && Peek().text.size() <= 4) {
      PositionalColumn column;
      column.qualifier = std::move(parts);
      column.index = std::stoi(Next().text);
      return Make(first, std::move(column));
    }
    parts.push_back(ParseAnyIdentifier());
  }
  if (!PeekSymbol("(")) return Make(first, ColumnRef{std::move(parts)});
  ObjectName name;
  name.location = first.location;
  name.parts = std::move(parts);
  FunctionCall call = ParseCall(std::move(name));
  return Make(first, std::move(call));
}

ExpressionPtr Parser::ParseBind() {
  const Token first = Next();
  Bind bind;
  if (first.text == "?") {
    bind.name = std::to_string(++positional_binds_);
  } else if (Peek().kind == TokenKind::kNumber || Peek().kind == TokenKind::kWord) {
    bind.name = Next().text;
  } else {
    Fail();
  }
  if (std::find(bind_names_.begin(), bind_names_.end(), bind.name) == bind_names_.end()) {
    bind_names_.push_back(bind.name);
  }
  return Make(first, std::move(bind));
}

// (e), (e, e), (SELECT …), ((SELECT …) UNION …).
ExpressionPtr Parser::ParseParenthesized() {
  const Token first = Next();
  Nested nested(this);
  if (!nested) return nullptr;
  if (PeekQuery() && !PeekSymbol("(")) {
    ScalarSubquery subquery;
    subquery.query = ParseQuery();
    ExpectSymbol(")");
    return Make(first, std::move(subquery));
  }
  const Token inner_first = Peek();
  ExpressionPtr inner = ParseExpression();
  if (inner != nullptr && std::holds_alternative<ScalarSubquery>(inner->node) && inner_first.text == "(" &&
      (PeekSetOperator() || PeekQueryTail())) {
    ScalarSubquery subquery;
    subquery.query = ContinueQuery(std::move(std::get<ScalarSubquery>(inner->node).query), inner_first);
    ExpectSymbol(")");
    return Make(first, std::move(subquery));
  }
  if (AcceptSymbol(",")) {
    Row row;
    row.elements.push_back(std::move(inner));
    for (ExpressionPtr& element : ParseExpressionList()) row.elements.push_back(std::move(element));
    ExpectSymbol(")");
    return Make(first, std::move(row));
  }
  ExpectSymbol(")");
  if (inner != nullptr) inner->span = SpanFrom(first);
  return inner;
}

ExpressionPtr Parser::ParseCase() {
  const Token first = Next();
  Case result;
  if (!PeekWord("WHEN")) result.operand = ParseExpression();
  while (AcceptWord("WHEN")) {
    ExpressionPtr condition = ParseExpression();
    ExpectWord("THEN");
    ExpressionPtr value = ParseExpression();
    result.branches.emplace_back(std::move(condition), std::move(value));
  }
  if (result.branches.empty()) Fail();
  if (AcceptWord("ELSE")) result.otherwise = ParseExpression();
  ExpectWord("END");
  return Make(first, std::move(result));
}

ExpressionPtr Parser::ParseCast(bool try_cast) {
  const Token first = Next();
  ExpectSymbol("(");
  Cast cast;
  cast.try_cast = try_cast;
  cast.operand = ParseExpression();
  ExpectWord("AS");
  cast.type = ParseTypeName();
  ExpectSymbol(")");
  return Make(first, std::move(cast));
}

ExpressionPtr Parser::ParseExtract() {
  const Token first = Next();
  ExpectSymbol("(");
  Extract extract;
  if (Peek().kind == TokenKind::kWord || Peek().kind == TokenKind::kString) {
    for (char c : Next().text)
      extract.part.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  } else {
    Fail();
  }
  ExpectWord("FROM");
  extract.operand = ParseExpression();
  ExpectSymbol(")");
  return Make(first, std::move(extract));
}

// {'a': 1, 'b': x}
ExpressionPtr Parser::ParseObjectLiteral() {
  const Token first = Next();
  ObjectLiteral object;
  if (!PeekSymbol("}")) {
    do {
      std::string name = ParseString();
      ExpectSymbol(":");
      object.fields.emplace_back(std::move(name), ParseExpression());
    } while (AcceptSymbol(","));
  }
  ExpectSymbol("}");
  return Make(first, std::move(object));
}

ExpressionPtr Parser::ParseArrayLiteral() {
  const Token first = Next();
  ArrayLiteral array;
  if (!PeekSymbol("]")) array.elements = ParseExpressionList();
  ExpectSymbol("]");
  return Make(first, std::move(array));
}

}  // namespace lifeboat::account::sql
