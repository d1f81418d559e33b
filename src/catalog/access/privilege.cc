#include "catalog/access/privilege.h"

#include <fmt/ranges.h>

namespace lifeboat::catalog::access {
namespace {

constexpr std::string_view kNames[kPrivilegeCount] = {
    "describe",     "select",      "insert",           "delete",        "alter", "drop",
    "create_table", "create_view", "create_namespace", "data_location", "super"};

}  // namespace

std::string_view PrivilegeName(Privilege privilege) {
  return kNames[static_cast<int>(privilege)];
}

Result<Privilege> ParsePrivilege(std::string_view name) {
  for (int i = 0; i < kPrivilegeCount; ++i) {
    if (kNames[i] == name) return static_cast<Privilege>(i);
  }
  return Status::InvalidArgument("unknown privilege '{}'; use one of {}", name, fmt::join(kNames, ", "));
}

std::vector<Privilege> PrivilegeSet::List() const {
  std::vector<Privilege> list;
  for (int i = 0; i < kPrivilegeCount; ++i) {
    if (Has(static_cast<Privilege>(i))) list.push_back(static_cast<Privilege>(i));
  }
  return list;
}

std::vector<std::string> PrivilegeSet::Names() const {
  std::vector<std::string> names;
  for (const Privilege privilege : List()) names.emplace_back(PrivilegeName(privilege));
  return names;
}

std::string PrivilegeSet::ToString() const {
  return fmt::format("{}", fmt::join(Names(), ", "));
}

Result<PrivilegeSet> PrivilegeSet::Parse(const std::vector<std::string>& names) {
  PrivilegeSet set;
  for (const std::string& name : names) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Privilege privilege, ParsePrivilege(name));
    set.Add(privilege);
  }
  return set;
}

}  // namespace lifeboat::catalog::access
