// Lexer: SQL text to tokens that know their place in it.
//
// Comments (`--`, `//`, `/* */`, nested ones too) separate tokens and are otherwise dropped. Unquoted words
// are folded to upper case in `text`; strings and quoted identifiers have their escapes resolved. The source
// spelling stays reachable through the token's span. Lexing never fails: what is no token (an unterminated
// string, a stray character) becomes a kInvalid token, which no grammar rule accepts. Source: Snowflake
// documentation, "Identifier requirements", "String & binary data types".
#ifndef LIFEBOAT_ACCOUNT_SQL_LEXER_H_
#define LIFEBOAT_ACCOUNT_SQL_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "account/sql/ast/name.h"

namespace lifeboat::account::sql {

enum class TokenKind {
  kEnd,               // after the last token
  kWord,              // unquoted identifier or keyword; text upper-case
  kQuotedIdentifier,  // "…"; text without quotes
  kString,            // '…' or $$…$$; text is the value
  kNumber,            // text as written: 1, 1.5, .5, 1e-3
  kVariable,          // $NAME; text upper-case, without $
  kPositional,        // $1; text is the digits
  kSymbol,            // operators and punctuation: :: => || ( , …
  kInvalid
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  size_t begin = 0;  // bytes of the source
  size_t end = 0;
  Location location;
};

// Where a `$$` routine body ends (after AS of a procedure, function or task, or after EXECUTE IMMEDIATE).
// Other `$$` literals always end at the next `$$`.
enum class BodyEnd {
  kLastInText,      // the text is one statement
  kBeforeSemicolon  // the text is a script: a `$$` that closes a pair and is followed by ';' or the end of
                    // the text
};

// The tokens of `text`, closed by one kEnd token.
std::vector<Token> Lex(std::string_view text, BodyEnd body_end = BodyEnd::kLastInText);

// If `text` holds a `*/` that closes nothing (what a client that does not nest comments leaves behind): the
// text after it. Otherwise empty data().
std::string_view AfterCommentResidue(std::string_view text);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_LEXER_H_
