// Parser: Snowflake SQL text to an AST (ast/statement.h). Pure: no I/O, no session, no state kept between
// calls.
//
// Errors carry a SqlError: 001003 (42000) "SQL compilation error:\nsyntax error line L at position P
// unexpected 'X'." for anything the grammar does not know, with the location of the offending token.
#ifndef LIFEBOAT_ACCOUNT_SQL_PARSER_H_
#define LIFEBOAT_ACCOUNT_SQL_PARSER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "account/sql/ast/statement.h"
#include "base/result.h"

namespace lifeboat::account::sql {

inline constexpr size_t kMaxStatementBytes = 1 << 20;  // Snowflake's limit for a statement's text
inline constexpr int kMaxNesting = 200;                // parentheses, subqueries, CASE, …
inline constexpr int kMaxExpressionHeight = 1000;      // chains such as a || b || c …

// Parses exactly one statement; a final ';' is allowed. Nothing but comments is an EmptyStatement.
Result<Statement> Parse(std::string_view sql);

// Parses the whole text as one expression: a DEFAULT, a task's WHEN condition.
Result<ExpressionPtr> ParseExpression(std::string_view sql);

// "a.b", "\"A b\".c": the text of IDENTIFIER('…') or of a stored name.
Result<ObjectName> ParseObjectName(std::string_view text);

// One statement of a script.
struct ScriptStatement {
  std::string_view text;  // without the semicolon; comments kept; never only blanks and comments
  int line = 1;           // where it begins in the script, from 1
};

// Cuts a script at its semicolons: not within strings, $$ … $$, quoted identifiers, comments or BEGIN … END
// blocks. A `$$` body ends at the last `$$` before a semicolon that ends a line, so bodies may hold `$$`
// themselves.
std::vector<ScriptStatement> SplitStatements(std::string_view script);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_PARSER_H_
