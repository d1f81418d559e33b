#include "account/sql/lexer.h"

#include <cstdint>
#include <utility>

namespace lifeboat::account::sql {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
// Bytes of non-ASCII characters count as letters, so that a name in any script is one token.
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWordPart(char c) {
  return IsWordStart(c) || IsDigit(c) || c == '$';
}
char ToUpper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  c = ToUpper(c);
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (code >> 6)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xE0 | (code >> 12)));
    out->push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// Longest first where one is the beginning of another.
constexpr std::string_view kSymbols[] = {
    "->>", "::", "=>", "||", "->", "<=", ">=", "<>", "!=", ":=", "**", "(", ")", "[", "]", "{", "}", ",",
    ";",   ".",  ":",  "=",  "<",  ">",  "+",  "-",  "*",  "/",  "%",  "?", "@", "&", "|", "^", "~", "!"};

class Lexer {
 public:
  Lexer(std::string_view text, BodyEnd body_end) : text_(text), body_end_(body_end) {}

  std::vector<Token> Run() {
    while (SkipBlanksAndComments()) {
      Token token;
      token.begin = at_;
      token.location = location_;
      const size_t end = ScanToken(&token);
      AdvanceTo(end);
      token.end = end;
      NoteStatement(token);
      tokens_.push_back(std::move(token));
    }
    Token end;
    end.begin = end.end = text_.size();
    end.location = location_;
    tokens_.push_back(std::move(end));
    return std::move(tokens_);
  }

 private:
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool StartsWith(size_t i, std::string_view what) const { return text_.substr(i, what.size()) == what; }

  // Moves to `end`, counting lines and, within a line, characters.
  void AdvanceTo(size_t end) {
    for (; at_ < end; ++at_) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '\n') {
        ++location_.line;
        location_.position = 0;
      } else if ((byte & 0xC0) != 0x80) {
        ++location_.position;
      }
    }
  }

  // True if a token follows.
  bool SkipBlanksAndComments() {
    while (at_ < text_.size()) {
      if (IsBlank(text_[at_])) {
        AdvanceTo(at_ + 1);
      } else if (StartsWith(at_, "\xC2\xA0")) {  // no-break space, pasted from documents
        AdvanceTo(at_ + 2);
      } else if (StartsWith(at_, "\xEF\xBB\xBF")) {  // byte order mark
        at_ += 3;
      } else if (StartsWith(at_, "--") || StartsWith(at_, "//")) {
        const size_t end = text_.find('\n', at_);
        AdvanceTo(end == std::string_view::npos ? text_.size() : end);
      } else if (StartsWith(at_, "/*")) {
        const size_t end = BlockCommentEnd(at_);
        if (end == std::string_view::npos) return true;  // unterminated: becomes an invalid token
        AdvanceTo(end);
      } else {
        return true;
      }
    }
    return false;
  }

  // Comments nest. Where the nesting never closes, an inner `/*` was only text (a path with a wildcard), and
  // the comment ends at its first `*/`.
  size_t BlockCommentEnd(size_t begin) {
    const size_t first_close = text_.find("*/", begin + 2);
    if (first_close == std::string_view::npos) return std::string_view::npos;
    int depth = 1;
    size_t at = begin + 2;
    while (!nesting_hopeless_) {
      const size_t close = text_.find("*/", at);
      if (close == std::string_view::npos) {
        // Every later comment would run to the end of the text too: decide once, so that hostile input stays
        // linear.
        nesting_hopeless_ = true;
        break;
      }
      const size_t open = text_.substr(0, close).find("/*", at);
      if (open != std::string_view::npos) {
        ++depth;
        at = open + 2;
      } else {
        at = close + 2;
        if (--depth == 0) return at;
      }
    }
    return first_close + 2;
  }

  // Fills kind and text; returns where the token ends.
  size_t ScanToken(Token* token) {
    const char c = text_[at_];
    if (c == '\'') return ScanString(token);
    if (c == '"') return ScanQuotedIdentifier(token);
    if (c == '$') return ScanDollar(token);
    if (IsDigit(c) || (c == '.' && IsDigit(At(at_ + 1)))) return ScanNumber(token);
    if (IsWordStart(c)) {
      size_t end = at_;
      while (end < text_.size() && IsWordPart(text_[end])) token->text.push_back(ToUpper(text_[end++]));
      token->kind = TokenKind::kWord;
      return end;
    }
    if (!StartsWith(at_, "/*")) {
      for (std::string_view symbol : kSymbols) {
        if (!StartsWith(at_, symbol)) continue;
        token->kind = TokenKind::kSymbol;
        token->text = symbol;
        return at_ + symbol.size();
      }
    }
    token->kind = TokenKind::kInvalid;
    return StartsWith(at_, "/*") ? text_.size() : at_ + 1;
  }

  size_t ScanString(Token* token) {
    size_t i = at_ + 1;
    while (i < text_.size()) {
      const char c = text_[i];
      if (c == '\'') {
        if (At(i + 1) != '\'') {
          token->kind = TokenKind::kString;
          return i + 1;
        }
        token->text.push_back('\'');
        i += 2;
      } else if (c == '\\' && i + 1 < text_.size()) {
        i = ScanEscape(i + 1, &token->text);
      } else {
        token->text.push_back(c);
        ++i;
      }
    }
    token->kind = TokenKind::kInvalid;
    return text_.size();
  }

  // `i` is at the character after the backslash.
  size_t ScanEscape(size_t i, std::string* out) const {
    const char c = text_[i];
    switch (c) {
      case 'b':
        out->push_back('\b');
        return i + 1;
      case 'f':
        out->push_back('\f');
        return i + 1;
      case 'n':
        out->push_back('\n');
        return i + 1;
      case 'r':
        out->push_back('\r');
        return i + 1;
      case 't':
        out->push_back('\t');
        return i + 1;
      case 'x':
      case 'u': {
        const size_t digits = c == 'x' ? 2 : 4;
        uint32_t code = 0;
        for (size_t k = 1; k <= digits; ++k) {
          const int value = HexValue(At(i + k));
          if (value < 0) {  // not an escape after all: the character stands for itself
            out->push_back(c);
            return i + 1;
          }
          code = code * 16 + static_cast<uint32_t>(value);
        }
        AppendUtf8(code, out);
        return i + 1 + digits;
      }
      default:
        break;
    }
    if (c >= '0' && c <= '7') {
      uint32_t code = 0;
      size_t k = 0;
      while (k < 3 && At(i + k) >= '0' && At(i + k) <= '7')
        code = code * 8 + static_cast<uint32_t>(At(i + k++) - '0');
      AppendUtf8(code, out);
      return i + k;
    }
    out->push_back(c);
    return i + 1;
  }

  size_t ScanQuotedIdentifier(Token* token) {
    size_t i = at_ + 1;
    while (i < text_.size()) {
      if (text_[i] == '"') {
        if (At(i + 1) != '"') {
          token->kind = token->text.empty() ? TokenKind::kInvalid : TokenKind::kQuotedIdentifier;
          return i + 1;
        }
        ++i;
      }
      token->text.push_back(text_[i++]);
    }
    token->kind = TokenKind::kInvalid;
    return text_.size();
  }

  size_t ScanDollar(Token* token) {
    if (At(at_ + 1) == '$') {
      const size_t begin = at_ + 2;
      const size_t close = in_body_position_ ? RoutineBodyClose(begin) : text_.find("$$", begin);
      if (close == std::string_view::npos) {
        token->kind = TokenKind::kInvalid;
        return text_.size();
      }
      token->kind = TokenKind::kString;
      token->text = text_.substr(begin, close - begin);
      return close + 2;
    }
    size_t end = at_ + 1;
    if (IsDigit(At(end))) {
      while (IsDigit(At(end))) ++end;
      token->kind = TokenKind::kPositional;
    } else {
      while (end < text_.size() && IsWordPart(text_[end])) ++end;
      token->kind = end > at_ + 1 ? TokenKind::kVariable : TokenKind::kInvalid;
    }
    for (size_t i = at_ + 1; i < end; ++i) token->text.push_back(ToUpper(text_[i]));
    return end;
  }

  size_t RoutineBodyClose(size_t begin) const {
    if (body_end_ == BodyEnd::kLastInText) {
      const size_t last = text_.rfind("$$");
      return last != std::string_view::npos && last >= begin ? last : std::string_view::npos;
    }
    size_t first = std::string_view::npos;
    bool closes_pair = true;  // an inner `$$` opens a literal, the next closes it
    for (size_t close = text_.find("$$", begin); close != std::string_view::npos;
         close = text_.find("$$", close + 2)) {
      if (first == std::string_view::npos) first = close;
      size_t after = close + 2;
      while (after < text_.size() && IsBlank(text_[after])) ++after;
      if (closes_pair && (after >= text_.size() || text_[after] == ';')) return close;
      closes_pair = !closes_pair;
    }
    return first;
  }

  size_t ScanNumber(Token* token) {
    size_t end = at_;
    while (IsDigit(At(end))) ++end;
    if (At(end) == '.') {
      ++end;
      while (IsDigit(At(end))) ++end;
    }
    if (At(end) == 'e' || At(end) == 'E') {
      size_t exponent = end + 1;
      if (At(exponent) == '+' || At(exponent) == '-') ++exponent;
      if (IsDigit(At(exponent))) {
        while (IsDigit(At(exponent))) ++exponent;
        end = exponent;
      }
    }
    token->kind = TokenKind::kNumber;
    token->text = text_.substr(at_, end - at_);
    return end;
  }

  // Tracks whether the next token may be a routine's body.
  void NoteStatement(const Token& token) {
    in_body_position_ = false;
    if (token.kind == TokenKind::kSymbol && token.text == ";") {
      first_word_.clear();
      routine_ = false;
      return;
    }
    if (token.kind != TokenKind::kWord) {
      if (first_word_.empty()) first_word_ = "?";
      return;
    }
    if (first_word_.empty()) first_word_ = token.text;
    if (first_word_ == "CREATE") {
      routine_ = routine_ || token.text == "PROCEDURE" || token.text == "FUNCTION" || token.text == "TASK";
      in_body_position_ = routine_ && token.text == "AS";
    } else if (first_word_ == "EXECUTE") {
      in_body_position_ = token.text == "IMMEDIATE";
    }
  }

  const std::string_view text_;
  const BodyEnd body_end_;
  size_t at_ = 0;
  Location location_;
  std::vector<Token> tokens_;
  bool nesting_hopeless_ = false;
  std::string first_word_;
  bool routine_ = false;
  bool in_body_position_ = false;
};

}  // namespace

std::vector<Token> Lex(std::string_view text, BodyEnd body_end) {
  return Lexer(text, body_end).Run();
}

std::string_view AfterCommentResidue(std::string_view text) {
  const std::vector<Token> tokens = Lex(text);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::kSymbol && tokens[i].text == "*" && tokens[i + 1].text == "/" &&
        tokens[i + 1].kind == TokenKind::kSymbol && tokens[i].end == tokens[i + 1].begin) {
      return text.substr(tokens[i + 1].end);
    }
  }
  return {};
}

}  // namespace lifeboat::account::sql
