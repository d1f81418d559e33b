// Namespace, TableIdentifier, Properties: how things in a catalog are named and annotated.
//
// A namespace is a path of levels, a table a name in a namespace; tables and views share one name space. A
// valid level or name is not empty, is at most kMaxNameBytes of UTF-8 and holds no control character: U+001F
// separates levels in the REST protocol's paths, so it can be part of none.
#ifndef LIFEBOAT_CATALOG_API_IDENTIFIER_H_
#define LIFEBOAT_CATALOG_API_IDENTIFIER_H_

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::catalog {

using Namespace = std::vector<std::string>;  // levels; never empty
using Properties = std::map<std::string, std::string>;

struct TableIdentifier {
  Namespace name_space;
  std::string name;
  auto operator<=>(const TableIdentifier&) const = default;
};

inline constexpr size_t kMaxNameBytes = 512;
inline constexpr size_t kMaxRecordKeyBytes = 16'384;
inline constexpr char kLevelSeparator = '\x1F';

// "a.b.t", for messages only.
std::string ToString(const Namespace& name_space);
std::string ToString(const TableIdentifier& identifier);

// The levels joined by kLevelSeparator: one unambiguous string per valid namespace, and its inverse.
std::string EncodeNamespace(const Namespace& name_space);
Namespace DecodeNamespace(std::string_view encoded);

// kInvalidArgument naming what is wrong with the name.
Status ValidateNamespace(const Namespace& name_space);
Status ValidateIdentifier(const TableIdentifier& identifier);

// Of a store record: not empty, at most kMaxRecordKeyBytes of UTF-8, without U+0000 (it may hold an encoded
// namespace).
Status ValidateRecordKey(std::string_view key);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_IDENTIFIER_H_
