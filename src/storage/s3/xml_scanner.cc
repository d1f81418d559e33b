#include "storage/s3/xml_scanner.h"

#include <charconv>
#include <cstdint>

namespace lifeboat::storage::s3 {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xC0 | (code >> 6));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xE0 | (code >> 12));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | (code >> 18));
    *out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    *out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// False if `entity` ("amp", "#39", "#x27") is none.
bool AppendEntity(std::string_view entity, std::string* out) {
  if (entity == "amp") return *out += '&', true;
  if (entity == "lt") return *out += '<', true;
  if (entity == "gt") return *out += '>', true;
  if (entity == "quot") return *out += '"', true;
  if (entity == "apos") return *out += '\'', true;
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hexadecimal = entity.starts_with('x');
  if (hexadecimal) entity.remove_prefix(1);
  uint32_t code = 0;
  const char* const end = entity.data() + entity.size();
  const auto [stop, error] = std::from_chars(entity.data(), end, code, hexadecimal ? 16 : 10);
  if (error != std::errc() || stop != end || code > 0x10FFFF) return false;
  AppendUtf8(code, out);
  return true;
}

void AppendText(std::string_view raw, std::string* out) {
  while (!raw.empty()) {
    const size_t ampersand = raw.find('&');
    *out += raw.substr(0, ampersand);
    if (ampersand == std::string_view::npos) return;
    raw.remove_prefix(ampersand + 1);
    const size_t semicolon = raw.find(';');
    if (semicolon != std::string_view::npos && AppendEntity(raw.substr(0, semicolon), out)) {
      raw.remove_prefix(semicolon + 1);
    } else {
      *out += '&';
    }
  }
}

// The length of a tag's inside up to its '>', which may stand in a quoted attribute too.
size_t TagLength(std::string_view text) {
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool XmlScanner::Fail() {
  rest_ = {};
  open_.clear();
  return false;
}

bool XmlScanner::EndElement(std::string_view name) {
  if (open_.empty() || open_.back().name != name) return Fail();
  path_.clear();
  for (const Open& element : open_) {
    if (!path_.empty()) path_ += '/';
    path_ += element.name;
  }
  text_ = std::move(open_.back().text);
  open_.pop_back();
  if (open_.empty()) complete_ = true;
  return true;
}

bool XmlScanner::Next() {
  constexpr std::string_view kCdata = "![CDATA[";
  while (true) {
    const size_t tag = rest_.find('<');
    if (tag == std::string_view::npos) return Fail();
    if (!open_.empty()) AppendText(rest_.substr(0, tag), &open_.back().text);
    rest_.remove_prefix(tag + 1);
    const bool comment = rest_.starts_with("!--");
    if (comment || rest_.starts_with(kCdata)) {
      const std::string_view end = comment ? "-->" : "]]>";
      const size_t found = rest_.find(end);
      if (found == std::string_view::npos) return Fail();
      if (!comment && !open_.empty()) open_.back().text += rest_.substr(kCdata.size(), found - kCdata.size());
      rest_.remove_prefix(found + end.size());
      continue;
    }
    const size_t length = TagLength(rest_);
    if (length == std::string_view::npos) return Fail();
    std::string_view inside = rest_.substr(0, length);
    rest_.remove_prefix(length + 1);
    if (inside.starts_with('?') || inside.starts_with('!')) continue;
    if (inside.starts_with('/')) {
      inside.remove_prefix(1);
      return EndElement(inside.substr(0, inside.find_first_of(" \t\r\n")));
    }
    if (open_.empty() && seen_root_) return Fail();
    seen_root_ = true;
    const bool empty = inside.ends_with('/');
    if (empty) inside.remove_suffix(1);
    const std::string_view name = inside.substr(0, inside.find_first_of(" \t\r\n"));
    open_.push_back({name, ""});
    if (empty) return EndElement(name);
  }
}

std::optional<std::string> XmlText(std::string_view document, std::string_view path) {
  XmlScanner scanner(document);
  while (scanner.Next()) {
    if (scanner.Is(path)) return scanner.text();
  }
  return std::nullopt;
}

std::string XmlEscape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
        escaped += "&#13;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace lifeboat::storage::s3
