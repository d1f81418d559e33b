// Securable: an object that privileges are granted on: the catalog, a namespace, a table or view, a location.
//
// The first three nest: what is granted on the catalog or a namespace holds for everything inside. A table
// and a view of one namespace cannot share a name, so one kind stands for both. A location is a prefix of
// object storage; what is granted on it holds for everything below it, and for nothing else.
#ifndef LIFEBOAT_CATALOG_ACCESS_SECURABLE_H_
#define LIFEBOAT_CATALOG_ACCESS_SECURABLE_H_

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/access/privilege.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog::access {

struct Securable {
  enum class Kind { kCatalog, kNamespace, kTable, kLocation };

  Kind kind = Kind::kCatalog;
  Namespace name_space;  // of kNamespace and kTable
  std::string name;      // of kTable
  std::string location;  // of kLocation: "s3://bucket/folder", without a slash at the end

  static Securable Catalog() { return {}; }
  static Securable OfNamespace(Namespace name_space) {
    return {Kind::kNamespace, std::move(name_space), "", ""};
  }
  static Securable OfTable(const TableIdentifier& identifier) {
    return {Kind::kTable, identifier.name_space, identifier.name, ""};
  }
  static Securable OfLocation(std::string_view location);

  bool operator==(const Securable&) const = default;

  // "catalog", "namespace a.b", "table a.b.t", "location s3://bucket/folder": for messages.
  std::string ToString() const;
  // "--on-table a.b.t": how `lifeboat access` takes it.
  std::string ToOption() const;
  // One unambiguous string per securable; everything inside a namespace has its key as a prefix.
  std::string Key() const;
};

// What may be granted on (and means something for) an object of this kind. `super` stands for all of them.
PrivilegeSet GrantableOn(Securable::Kind kind);

// {"kind":"namespace","namespace":["a","b"]}, {"kind":"table",…,"name":"t"}, {"kind":"location","location":…}
boost::json::object ToJson(const Securable& securable);
// kInvalidArgument naming the member; "view" is accepted as a kind and means the same as "table".
Result<Securable> ParseSecurable(const boost::json::value& value);

// `location` is `prefix` or below it, compared by whole path components.
bool IsAtOrBelow(std::string_view location, std::string_view prefix);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_SECURABLE_H_
