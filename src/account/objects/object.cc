#include "account/objects/object.h"

#include <array>

namespace lifeboat::account {
namespace {

constexpr std::array<std::string_view, 11> kKindNames = {
    "ACCOUNT", "USER",          "ROLE", "WAREHOUSE",   "DATABASE",       "SCHEMA",
    "TABLE",   "ICEBERG TABLE", "VIEW", "INTEGRATION", "EXTERNAL VOLUME"};
static_assert(kKindNames.size() == std::variant_size_v<ObjectBody>);

bool IsRelation(ObjectKind kind) {
  return kind == ObjectKind::kTable || kind == ObjectKind::kIcebergTable || kind == ObjectKind::kView;
}

}  // namespace

std::string_view KindName(ObjectKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

std::optional<ObjectKind> KindFromName(std::string_view name) {
  for (size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<ObjectKind>(i);
  }
  return std::nullopt;
}

bool SameNameSpace(ObjectKind a, ObjectKind b) {
  return a == b || (IsRelation(a) && IsRelation(b));
}

std::string Integration::Text(std::string_view name) const {
  for (const Property& property : properties) {
    if (property.name != name) continue;
    if (const auto* text = std::get_if<std::string>(&property.value)) return *text;
  }
  return "";
}

std::map<std::string, std::string> Integration::Block(std::string_view name) const {
  std::map<std::string, std::string> result;
  for (const Property& property : properties) {
    if (property.name != name) continue;
    const auto* block = std::get_if<std::vector<Property>>(&property.value);
    if (block == nullptr) continue;
    for (const Property& entry : *block) {
      if (const auto* text = std::get_if<std::string>(&entry.value)) {
        result[entry.name] = *text;
      } else if (const auto* list = std::get_if<std::vector<std::string>>(&entry.value)) {
        std::string joined;
        for (const std::string& item : *list) joined += (joined.empty() ? "" : " ") + item;
        result[entry.name] = joined;
      }
    }
  }
  return result;
}

}  // namespace lifeboat::account
