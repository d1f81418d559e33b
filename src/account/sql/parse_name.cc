// Names, types and object kinds: the rules every statement family shares.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {
namespace {

// Sorted. Words such as ROWS, COUNT, SOURCE or ACCOUNT, which people use as aliases, are deliberately not
// here.
constexpr std::string_view kReservedWords[] = {
    "ALL",         "ALTER",  "AND",       "ANY",      "AS",       "BETWEEN", "BY",      "CASE",   "CAST",
    "CONNECT",     "CREATE", "CROSS",     "DELETE",   "DISTINCT", "DROP",    "ELSE",    "EXCEPT", "EXISTS",
    "FETCH",       "FOR",    "FROM",      "FULL",     "GRANT",    "GROUP",   "HAVING",  "ILIKE",  "IN",
    "INNER",       "INSERT", "INTERSECT", "INTO",     "IS",       "JOIN",    "LATERAL", "LEFT",   "LIKE",
    "LIMIT",       "MINUS",  "NATURAL",   "NOT",      "NULL",     "OFFSET",  "ON",      "OR",     "ORDER",
    "QUALIFY",     "REGEXP", "REVOKE",    "RIGHT",    "RLIKE",    "SELECT",  "SET",     "SOME",   "TABLE",
    "TABLESAMPLE", "THEN",   "TO",        "TRY_CAST", "UNION",    "UPDATE",  "USING",   "VALUES", "WHEN",
    "WHERE",       "WITH"};

bool IsPlainUnquoted(const std::string& text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9') || text[0] == '$') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  });
}

}  // namespace

bool IsReserved(std::string_view word) {
  return std::binary_search(std::begin(kReservedWords), std::end(kReservedWords), word);
}

std::string QuoteIfNeeded(const std::string& text) {
  if (IsPlainUnquoted(text) && !IsReserved(text)) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string ToString(const Identifier& identifier) {
  return QuoteIfNeeded(identifier.text);
}

std::string ToString(const ObjectName& name) {
  std::string out;
  for (const Identifier& part : name.parts) {
    if (!out.empty()) out.push_back('.');
    out += ToString(part);
  }
  return out;
}

bool Parser::PeekIdentifier(size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kQuotedIdentifier ||
         (token.kind == TokenKind::kWord && !IsReserved(token.text));
}

Identifier Parser::ParseAnyIdentifier() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kQuotedIdentifier && token.kind != TokenKind::kWord) {
    Fail();
    return {};
  }
  Identifier identifier{token.text, token.kind == TokenKind::kQuotedIdentifier, token.location};
  Next();
  return identifier;
}

Identifier Parser::ParseIdentifier() {
  if (!PeekIdentifier()) {
    Fail();
    return {};
  }
  return ParseAnyIdentifier();
}

ObjectName Parser::ParseObjectName() {
  ObjectName name;
  const Token first = Peek();
  name.location = first.location;
  if (PeekWord("IDENTIFIER") && PeekSymbol("(", 1)) {
    Next();
    Next();
    name.dynamic = ParseExpression();
    ExpectSymbol(")");
    return name;
  }
  if (first.kind == TokenKind::kVariable) {
    Next();
    name.dynamic = Make(first, VariableRef{first.text});
    return name;
  }
  name.parts.push_back(ParseIdentifier());
  while (AcceptSymbol(".")) {
    if (PeekSymbol(".")) {  // db..name: the schema PUBLIC
      name.parts.push_back({"PUBLIC", false, Peek().location});
    } else {
      name.parts.push_back(ParseAnyIdentifier());
    }
  }
  return name;
}

std::vector<Identifier> Parser::ParseIdentifierList() {
  std::vector<Identifier> list;
  ExpectSymbol("(");
  do {
    list.push_back(ParseIdentifier());
  } while (AcceptSymbol(","));
  ExpectSymbol(")");
  return list;
}

TypeName Parser::ParseTypeName() {
  TypeName type;
  if (Peek().kind != TokenKind::kWord) {
    Fail();
    return type;
  }
  type.name = Next().text;
  if ((type.name == "DOUBLE" && AcceptWord("PRECISION"))) type.name = "DOUBLE PRECISION";
  if ((type.name == "CHAR" || type.name == "CHARACTER" || type.name == "NCHAR") && AcceptWord("VARYING")) {
    type.name = "VARCHAR";
  }
  if (PeekSymbol("(") && Peek(1).kind == TokenKind::kNumber) {
    Next();
    do {
      type.arguments.push_back(ParseInteger());
    } while (AcceptSymbol(","));
    ExpectSymbol(")");
  } else if (PeekSymbol("(") && (type.name == "ARRAY" || type.name == "OBJECT" || type.name == "MAP")) {
    // The element types of structured types do not change how values are stored.
    int depth = 0;
    do {
      if (PeekSymbol("(")) ++depth;
      if (PeekSymbol(")")) --depth;
      Next();
    } while (depth > 0 && !AtEnd());
    if (depth > 0) Fail();
  }
  if (type.name == "TIMESTAMP") {
    if (AcceptWords({"WITHOUT", "TIME", "ZONE"})) type.name = "TIMESTAMP_NTZ";
    if (AcceptWords({"WITH", "LOCAL", "TIME", "ZONE"})) type.name = "TIMESTAMP_LTZ";
    if (AcceptWords({"WITH", "TIME", "ZONE"})) type.name = "TIMESTAMP_TZ";
  }
  return type;
}

std::optional<std::vector<TypeName>> Parser::ParseSignature() {
  if (!AcceptSymbol("(")) return std::nullopt;
  std::vector<TypeName> types;
  if (AcceptSymbol(")")) return types;
  do {
    types.push_back(ParseTypeName());
  } while (AcceptSymbol(","));
  ExpectSymbol(")");
  return types;
}

int64_t Parser::ParseInteger() {
  const bool negative = AcceptSymbol("-");
  const Token& token = Peek();
  int64_t value = 0;
  const char* end = token.text.data() + token.text.size();
  if (token.kind != TokenKind::kNumber || std::from_chars(token.text.data(), end, value).ptr != end) {
    Fail();
    return 0;
  }
  Next();
  return negative ? -value : value;
}

std::string Parser::ParseString() {
  if (Peek().kind != TokenKind::kString) {
    Fail();
    return {};
  }
  return Next().text;
}

bool Parser::AcceptIfExists() {
  return AcceptWords({"IF", "EXISTS"});
}
bool Parser::AcceptIfNotExists() {
  return AcceptWords({"IF", "NOT", "EXISTS"});
}

namespace {

std::vector<std::string_view> SplitWords(std::string_view words) {
  std::vector<std::string_view> out;
  while (!words.empty()) {
    const size_t blank = words.find(' ');
    out.push_back(words.substr(0, blank));
    words = blank == std::string_view::npos ? std::string_view() : words.substr(blank + 1);
  }
  return out;
}

}  // namespace

// The longest spelling wins: DATABASE ROLE before DATABASE.
std::optional<ObjectKind> Parser::AcceptObjectKind() {
  std::optional<ObjectKind> best;
  size_t best_words = 0;
  for (ObjectKind kind : AllObjectKinds()) {
    const std::vector<std::string_view> words = SplitWords(KindName(kind));
    size_t matched = 0;
    while (matched < words.size() && PeekWord(words[matched], matched)) ++matched;
    if (matched == words.size() && matched > best_words) {
      best = kind;
      best_words = matched;
    }
  }
  for (size_t i = 0; i < best_words; ++i) Next();
  return best;
}

ObjectKind Parser::ParseObjectKind() {
  const std::optional<ObjectKind> kind = AcceptObjectKind();
  if (!kind) Fail();
  return kind.value_or(ObjectKind::kTable);
}

std::optional<ObjectKind> Parser::AcceptObjectKindPlural() {
  std::optional<ObjectKind> best;
  size_t best_words = 0;
  for (ObjectKind kind : AllObjectKinds()) {
    const std::vector<std::string_view> words = SplitWords(KindPlural(kind));
    size_t matched = 0;
    while (matched < words.size() && PeekWord(words[matched], matched)) ++matched;
    if (matched == words.size() && matched > best_words) {
      best = kind;
      best_words = matched;
    }
  }
  for (size_t i = 0; i < best_words; ++i) Next();
  return best;
}

}  // namespace lifeboat::account::sql
