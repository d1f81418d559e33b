// Where new and moved tables may be: no table's or view's files lie in the folders of another, so that
// credentials for one never reach the other.
//
// What is checked here gives the refusal its best words and saves work; that two requests do not get
// overlapping places at once, the store sees to.
#ifndef LIFEBOAT_CATALOG_SERVER_TABLE_PLACEMENT_H_
#define LIFEBOAT_CATALOG_SERVER_TABLE_PLACEMENT_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/server/catalog_service.h"

namespace lifeboat::catalog {

// The places of a table or view with this location and these properties, for the store to keep.
// kInvalidArgument when one is no folder that a table could have, or overlaps that of another table or view;
// which one that is, only a caller is told who may describe it.
Result<std::vector<std::string>> CheckedPlaces(CatalogService& service, const TableIdentifier& identifier,
                                               std::string_view location,
                                               const std::map<std::string, std::string>& properties);

// Whether the location or a path property differs, and so the places may.
bool MovesFiles(std::string_view old_location, const std::map<std::string, std::string>& old_properties,
                std::string_view new_location, const std::map<std::string, std::string>& new_properties);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TABLE_PLACEMENT_H_
