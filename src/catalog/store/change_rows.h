// How changes and what they leave look in rows, whatever the database.
#ifndef LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_
#define LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/api/change_log.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

inline constexpr size_t kMaxChanges = 65536;  // in one transaction

// kInvalidArgument unless there are 1 … kMaxChanges.
Status CheckNumberOfChanges(size_t count);

// An encoded namespace without its last level; "" for one at the top.
std::string ParentPath(const std::string& path);

// Namespace properties: one JSON object.
std::string PropertiesToJson(const Properties& properties);
Result<Properties> PropertiesFromJson(std::string_view json);

LoggedChange Logged(ChangeKind kind, ObjectKind object, const TableIdentifier& identifier);
LoggedChange LoggedNamespace(ChangeKind kind, const Namespace& name_space, const Properties& properties = {});

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_CHANGE_ROWS_H_
