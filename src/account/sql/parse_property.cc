// NAME = value: the property trees of DDL statements.
#include <utility>

#include "account/sql/parse.h"

namespace lifeboat::account::sql {

void Parser::ParseProperties(Properties* out) {
  while (true) {
    const bool comma = AcceptSymbol(",");
    if (Peek().kind != TokenKind::kWord || !PeekSymbol("=", 1)) {
      if (comma) Fail();
      return;
    }
    Property property;
    property.location = Peek().location;
    property.name = Next().text;
    Next();
    property.value = ParsePropertyValue();
    out->push_back(std::move(property));
  }
}

Properties Parser::ParsePropertyBlock() {
  Properties properties;
  ExpectSymbol("(");
  ParseProperties(&properties);
  ExpectSymbol(")");
  return properties;
}

PropertyValue Parser::ParsePropertyValue() {
  PropertyValue value;
  value.location = Peek().location;
  Nested nested(this);
  if (!nested) return value;
  if (PeekSymbol("(") && Peek(1).kind == TokenKind::kWord && PeekSymbol("=", 2)) {
    value.node = PropertyBlock{ParsePropertyBlock()};
    return value;
  }
  if (AcceptSymbol("(")) {
    PropertyList list;
    if (!AcceptSymbol(")")) {
      do {
        list.values.push_back(ParsePropertyValue());
      } while (AcceptSymbol(","));
      ExpectSymbol(")");
    }
    value.node = std::move(list);
    return value;
  }
  const Token& token = Peek();
  const bool word = token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
  if (!word || PeekAnyWord({"TRUE", "FALSE", "NULL"})) {
    constexpr int kAdditive = 6;
    value.node = PropertyExpression{ParseOperators(kAdditive)};
    return value;
  }
  PropertyWord name;
  if (PeekWord("IDENTIFIER") && PeekSymbol("(", 1)) {
    name.name = ParseObjectName();
  } else {
    name.name.location = token.location;
    do {
      name.name.parts.push_back(ParseAnyIdentifier());
    } while (AcceptSymbol("."));
  }
  value.node = std::move(name);
  return value;
}

}  // namespace lifeboat::account::sql
