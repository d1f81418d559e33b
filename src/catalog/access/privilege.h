// Privilege: one thing that may be done to an object of the catalog, and sets of them.
//
// Words and meaning follow AWS Lake Formation. A privilege applies to some kinds of object only; granted on
// the catalog or on a namespace it reaches everything inside that it applies to.
//
//   describe          catalog, namespace, table/view  see it: name, properties, schema, metadata
//   select            table/view (and above)          read rows; be given credentials that read its files
//   insert            table (and above)               add rows; be given credentials that write
//   delete            table (and above)               remove or replace rows
//   alter             namespace, table/view           change schema, properties, views' text
//   drop              namespace, table/view           drop, rename
//   create_table, create_view, create_namespace       make one in the namespace (or, namespaces, in the
//   catalog) data_location     location                        put tables below a registered location super
//   any but location                everything; on the catalog: an administrator
//
// Whoever has any privilege on an object may describe it.
#ifndef LIFEBOAT_CATALOG_ACCESS_PRIVILEGE_H_
#define LIFEBOAT_CATALOG_ACCESS_PRIVILEGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::catalog::access {

enum class Privilege : uint8_t {
  kDescribe,
  kSelect,
  kInsert,
  kDelete,
  kAlter,
  kDrop,
  kCreateTable,
  kCreateView,
  kCreateNamespace,
  kDataLocation,
  kSuper,
};
inline constexpr int kPrivilegeCount = 11;

std::string_view PrivilegeName(Privilege privilege);
// kInvalidArgument, listing the words, for an unknown one.
Result<Privilege> ParsePrivilege(std::string_view name);

class PrivilegeSet {
 public:
  constexpr PrivilegeSet() = default;
  constexpr PrivilegeSet(std::initializer_list<Privilege> privileges) {
    for (const Privilege privilege : privileges) Add(privilege);
  }

  constexpr void Add(Privilege privilege) { bits_ |= 1u << static_cast<unsigned>(privilege); }
  constexpr bool Has(Privilege privilege) const {
    return (bits_ >> static_cast<unsigned>(privilege) & 1) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr PrivilegeSet operator|(PrivilegeSet other) const { return PrivilegeSet(bits_ | other.bits_); }
  constexpr PrivilegeSet operator&(PrivilegeSet other) const { return PrivilegeSet(bits_ & other.bits_); }
  constexpr PrivilegeSet Without(PrivilegeSet other) const { return PrivilegeSet(bits_ & ~other.bits_); }
  constexpr bool operator==(const PrivilegeSet&) const = default;

  // In the order of the enumeration.
  std::vector<Privilege> List() const;
  std::vector<std::string> Names() const;
  std::string ToString() const;  // "select, insert"

  static Result<PrivilegeSet> Parse(const std::vector<std::string>& names);

 private:
  explicit constexpr PrivilegeSet(uint32_t bits) : bits_(bits) {}
  uint32_t bits_ = 0;
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_PRIVILEGE_H_
