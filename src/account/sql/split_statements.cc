// Cutting scripts into statements.
#include "account/sql/lexer.h"
#include "account/sql/parser.h"

namespace lifeboat::account::sql {
namespace {

bool IsWord(const Token& token, std::string_view word) {
  return token.kind == TokenKind::kWord && token.text == word;
}

bool IsSymbol(const Token& token, std::string_view symbol) {
  return token.kind == TokenKind::kSymbol && token.text == symbol;
}

// BEGIN of a transaction, not of a block: followed by ';', the end, TRANSACTION, WORK or NAME.
bool BeginsTransaction(const std::vector<Token>& tokens, size_t at) {
  const Token& next = tokens[at + 1];
  return next.kind == TokenKind::kEnd || IsSymbol(next, ";") || IsWord(next, "TRANSACTION") ||
         IsWord(next, "WORK") || IsWord(next, "NAME");
}

// How a token within a block changes the number of ENDs that are owed. CASE closes with END too; END IF and
// its kin close what IF, LOOP, … opened, which are not counted.
int BlockDepthChange(const std::vector<Token>& tokens, size_t at) {
  const Token& token = tokens[at];
  if (IsWord(token, "BEGIN") || IsWord(token, "CASE")) {
    const bool closing = at > 0 && IsWord(tokens[at - 1], "END");  // END CASE
    return closing ? 0 : 1;
  }
  if (!IsWord(token, "END")) return 0;
  const Token& next = tokens[at + 1];
  const bool closes_other = IsWord(next, "IF") || IsWord(next, "LOOP") || IsWord(next, "WHILE") ||
                            IsWord(next, "FOR") || IsWord(next, "REPEAT");
  return closes_other ? 0 : -1;
}

}  // namespace

std::vector<ScriptStatement> SplitStatements(std::string_view script) {
  const std::vector<Token> tokens = Lex(script, BodyEnd::kBeforeSemicolon);
  std::vector<ScriptStatement> statements;
  size_t begin = 0;  // of the statement under way, in bytes
  size_t first = 0;  // its first token
  int depth = 0;
  bool in_block = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool ends = token.kind == TokenKind::kEnd || (IsSymbol(token, ";") && depth <= 0);
    if (ends) {
      if (i > first) {
        std::string_view text = script.substr(begin, token.begin - begin);
        while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t' ||
                                 text.front() == '\r')) {
          text.remove_prefix(1);
        }
        while (!text.empty() &&
               (text.back() == ' ' || text.back() == '\n' || text.back() == '\t' || text.back() == '\r')) {
          text.remove_suffix(1);
        }
        statements.push_back({text, tokens[first].location.line});
      }
      begin = token.end;
      first = i + 1;
      depth = 0;
      in_block = false;
      continue;
    }
    const bool starts_block =
        i == first && (IsWord(token, "DECLARE") || (IsWord(token, "BEGIN") && !BeginsTransaction(tokens, i)));
    if (starts_block) {
      in_block = true;
      depth = 1;
      // DECLARE … BEGIN … END: the BEGIN is the one already counted.
      if (IsWord(token, "DECLARE")) {
        size_t j = i + 1;
        while (j < tokens.size() && !IsWord(tokens[j], "BEGIN") && tokens[j].kind != TokenKind::kEnd) ++j;
        if (tokens[j < tokens.size() ? j : tokens.size() - 1].kind == TokenKind::kEnd)
          depth = 0;
        else
          i = j;
      }
      continue;
    }
    if (in_block) depth += BlockDepthChange(tokens, i);
  }
  return statements;
}

}  // namespace lifeboat::account::sql
