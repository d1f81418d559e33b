#include "base/json_string.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lifeboat {
namespace {

bool NeedsEscape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

// Where the first byte at or after `from` is that must be escaped; the size if there is none. Looks at eight
// bytes at a time: a byte's top bit comes out set where the byte is below 0x20, a quote or a backslash, and
// perhaps where one below it in the word is.
size_t EndOfPlain(std::string_view text, size_t from) {
  constexpr uint64_t kOnes = 0x0101010101010101, kTops = 0x8080808080808080;
  const auto equal = [](uint64_t word, unsigned char c) {
    const uint64_t difference = word ^ (kOnes * c);
    return (difference - kOnes) & ~difference;
  };
  size_t i = from;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof(word));
    const uint64_t control = (word - kOnes * 0x20) & ~word;
    if (((control | equal(word, '"') | equal(word, '\\')) & kTops) != 0) break;
  }
  while (i < text.size() && !NeedsEscape(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

void AppendEscaped(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t plain_from = 0;
  for (size_t i = EndOfPlain(text, 0); i < text.size(); i = EndOfPlain(text, i + 1)) {
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    AppendEscaped(out, static_cast<unsigned char>(text[i]));
  }
  out.append(text, plain_from, text.size() - plain_from);
  out.push_back('"');
}

}  // namespace lifeboat
