#include "account/sql/translate/format_model.h"

#include <utility>

namespace lifeboat::account::sql {
namespace {

// Longest first, so that YYYY is not read as YY twice.
constexpr std::pair<std::string_view, std::string_view> kElements[] = {
    {"TZH:TZM", "%z"}, {"TZHTZM", "%z"}, {"YYYY", "%Y"}, {"MMMM", "%B"}, {"HH24", "%H"}, {"HH12", "%I"},
    {"MON", "%b"},     {"FF0", ""},      {"FF3", "%g"},  {"FF6", "%f"},  {"FF9", "%n"},  {"DY", "%a"},
    {"TZD", "%Z"},     {"TZH", "%z"},    {"YY", "%y"},   {"MM", "%m"},   {"DD", "%d"},   {"MI", "%M"},
    {"SS", "%S"},      {"FF", "%n"},     {"AM", "%p"},   {"PM", "%p"}};

bool StartsWithIgnoringCase(std::string_view text, std::string_view upper) {
  if (text.size() < upper.size()) return false;
  for (size_t i = 0; i < upper.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != upper[i]) return false;
  }
  return true;
}

}  // namespace

std::string StrftimePattern(std::string_view model) {
  std::string pattern;
  while (!model.empty()) {
    if (model.front() == '"') {
      const size_t end = model.find('"', 1);
      pattern += model.substr(1, end == std::string_view::npos ? end : end - 1);
      model = end == std::string_view::npos ? std::string_view() : model.substr(end + 1);
      continue;
    }
    bool matched = false;
    for (const auto& [element, strftime] : kElements) {
      if (!StartsWithIgnoringCase(model, element)) continue;
      pattern += strftime;
      model.remove_prefix(element.size());
      matched = true;
      break;
    }
    if (matched) continue;
    if (model.front() == '%') pattern.push_back('%');
    pattern.push_back(model.front());
    model.remove_prefix(1);
  }
  return pattern;
}

}  // namespace lifeboat::account::sql
