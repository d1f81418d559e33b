// How changes and what they leave look in rows, whatever the database.
#ifndef LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_
#define LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/api/identifier.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

inline constexpr size_t kMaxChanges = 65536;  // in one transaction

// kInvalidArgument unless there are 1 … kMaxChanges.
Status CheckNumberOfChanges(size_t count);

// An encoded namespace without its last level; "" for one at the top.
std::string ParentPath(const std::string& path);

// Namespace properties: one JSON object.
std::string PropertiesToJson(const Properties& properties);
Result<Properties> PropertiesFromJson(std::string_view json);

// Whether the object is in the version that the change was made from.
bool IsMadeFrom(const CommitTableChange& change, uint64_t version, std::string_view metadata_location);

// The places of a table or view whose metadata is in the store. Metadata that says none has none, and a place
// too long for an index is left out.
std::vector<std::string> StoredPlacesOf(std::string_view metadata_json);

LoggedChange Logged(ChangeKind kind, ObjectKind object, const TableIdentifier& identifier);
LoggedChange LoggedNamespace(ChangeKind kind, const Namespace& name_space, const Properties& properties = {});

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_
