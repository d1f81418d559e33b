// Names as a statement writes them. Unquoted identifiers fold to upper case, quoted ones are kept exactly;
// folding has already happened in `text`, so two identifiers are the same object exactly when their texts are
// equal.
#ifndef LIFEBOAT_ACCOUNT_SQL_AST_NAME_H_
#define LIFEBOAT_ACCOUNT_SQL_AST_NAME_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace lifeboat::account::sql {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// Where something stands in the statement's text, as Snowflake counts in its messages.
struct Location {
  int line = 1;      // from 1
  int position = 0;  // column within the line in characters, from 0
};

// A half-open range of bytes of the text given to Parse().
struct Span {
  size_t begin = 0;
  size_t end = 0;
  Location location;  // of `begin`
};

struct Identifier {
  std::string text;  // folded
  bool quoted = false;
  Location location;
};

// [[database.]schema.]name, or IDENTIFIER(expression), or a string/variable standing for a name. When
// `dynamic` is set the parts are empty: evaluate it (FoldConstant in constant.h) and read the text with
// ParseObjectName (parser.h).
struct ObjectName {
  std::vector<Identifier> parts;
  ExpressionPtr dynamic;
  Location location;

  bool empty() const { return parts.empty() && dynamic == nullptr; }
  // The last part's text; empty when there is none.
  const std::string& last() const {
    static const std::string none;
    return parts.empty() ? none : parts.back().text;
  }
};

// Quotes where needed, so that the answer parses back to the same name: A.B."c d".
std::string ToString(const ObjectName& name);
std::string ToString(const Identifier& identifier);

// `text` as an identifier is written: itself if an unquoted identifier folds to it, else in double quotes.
std::string QuoteIfNeeded(const std::string& text);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_AST_NAME_H_
