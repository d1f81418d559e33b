// The parser's cursor over the tokens, and its public entry points.
#include <utility>

#include "account/sql/parse.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"

namespace lifeboat::account::sql {

Parser::Parser(std::string_view text) : text_(text) {
  if (text.size() > kMaxStatementBytes) {
    tokens_.emplace_back();
    FailWith(MakeSqlError(
        StatusCode::kInvalidArgument, "000003", "42000",
        fmt::format("SQL compilation error:\nMaximum SQL statement length ({}) exceeded: {} bytes.",
                    kMaxStatementBytes, text.size())));
    return;
  }
  tokens_ = Lex(text);
}

Token Parser::Next() {
  Token token = Peek();
  if (next_ + 1 < tokens_.size()) ++next_;
  return token;
}

bool Parser::PeekWord(std::string_view word, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kWord && token.text == word;
}

bool Parser::PeekAnyWord(std::initializer_list<std::string_view> words, size_t ahead) const {
  for (std::string_view word : words) {
    if (PeekWord(word, ahead)) return true;
  }
  return false;
}

bool Parser::PeekSymbol(std::string_view symbol, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kSymbol && token.text == symbol;
}

bool Parser::AcceptWord(std::string_view word) {
  if (!PeekWord(word)) return false;
  Next();
  return true;
}

bool Parser::AcceptWords(std::initializer_list<std::string_view> words) {
  size_t ahead = 0;
  for (std::string_view word : words) {
    if (!PeekWord(word, ahead++)) return false;
  }
  for (size_t i = 0; i < words.size(); ++i) Next();
  return true;
}

bool Parser::AcceptSymbol(std::string_view symbol) {
  if (!PeekSymbol(symbol)) return false;
  Next();
  return true;
}

void Parser::ExpectWord(std::string_view word) {
  if (!AcceptWord(word)) Fail();
}

void Parser::ExpectSymbol(std::string_view symbol) {
  if (!AcceptSymbol(symbol)) Fail();
}

void Parser::Fail() {
  const Token& token = Peek();
  const std::string_view source = text_.substr(token.begin, token.end - token.begin);
  std::string shown = token.kind == TokenKind::kEnd ? "<EOF>" : std::string(source.substr(0, 200));
  FailWith(
      MakeSqlError(StatusCode::kInvalidArgument, "001003", "42000",
                   fmt::format("SQL compilation error:\nsyntax error line {} at position {} unexpected '{}'.",
                               token.location.line, token.location.position, shown),
                   token.location.line, token.location.position));
}

void Parser::FailWith(Status status) {
  if (failed()) return;
  status_ = std::move(status);
  next_ = tokens_.size() - 1;
}

Span Parser::SpanFrom(const Token& first) const {
  Span span;
  span.begin = first.begin;
  span.location = first.location;
  span.end = next_ > 0 ? std::max(first.begin, tokens_[next_ - 1].end) : first.end;
  return span;
}

namespace {
Status TooDeep(Location at, int limit) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "001003", "42000",
      fmt::format("SQL compilation error:\nthe statement is nested too deeply at line {} position {}; "
                  "the limit is {} levels.",
                  at.line, at.position, limit),
      at.line, at.position);
}
}  // namespace

Parser::Nested::Nested(Parser* parser) : parser_(parser) {
  if (++parser_->depth_ > kMaxNesting) parser_->FailWith(TooDeep(parser_->Peek().location, kMaxNesting));
}

void Parser::CheckHeight(int height) {
  height_ = std::max(height_, height);
  if (height > kMaxExpressionHeight) FailWith(TooDeep(Peek().location, kMaxExpressionHeight));
}

ExpressionPtr Parser::ParseWholeExpression() {
  ExpressionPtr expression = ParseExpression();
  if (!AtEnd()) Fail();
  return expression;
}

ObjectName Parser::ParseWholeName() {
  ObjectName name = ParseObjectName();
  if (!AtEnd()) Fail();
  return name;
}

Statement Parser::ParseWholeStatement() {
  Statement statement;
  if (failed()) return statement;
  const Token first = Peek();
  if (!PeekSymbol(";")) statement.node = ParseStatement();
  if (next_ > 0) statement.text = SourceOf(SpanFrom(first));
  while (AcceptSymbol(";")) {
  }
  if (!AtEnd()) Fail();
  statement.bind_names = std::move(bind_names_);
  return statement;
}

Result<Statement> Parse(std::string_view sql) {
  Parser parser(sql);
  Statement statement = parser.ParseWholeStatement();
  LIFEBOAT_RETURN_IF_ERROR(parser.status());
  return statement;
}

Result<ExpressionPtr> ParseExpression(std::string_view sql) {
  Parser parser(sql);
  ExpressionPtr expression = parser.ParseWholeExpression();
  LIFEBOAT_RETURN_IF_ERROR(parser.status());
  return expression;
}

Result<ObjectName> ParseObjectName(std::string_view text) {
  Parser parser(text);
  ObjectName name = parser.ParseWholeName();
  LIFEBOAT_RETURN_IF_ERROR(parser.status());
  return name;
}

}  // namespace lifeboat::account::sql
