#include "storage/s3/header_list.h"

namespace lifeboat::storage::s3 {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameName(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = Lower(c);
  return lower;
}

const std::string* FindHeader(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (SameName(key, name)) return &value;
  }
  return nullptr;
}

std::string_view HeaderValue(const HeaderList& headers, std::string_view name) {
  const std::string* value = FindHeader(headers, name);
  return value == nullptr ? std::string_view() : *value;
}

void SetHeader(HeaderList* headers, std::string name, std::string value) {
  std::erase_if(*headers, [&name](const auto& field) { return SameName(field.first, name); });
  headers->emplace_back(std::move(name), std::move(value));
}

}  // namespace lifeboat::storage::s3
