#include "catalog/server/table_placement.h"

#include <algorithm>
#include <iterator>

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"

namespace lifeboat::catalog {

Result<std::vector<std::string>> CheckedPlaces(CatalogService& service, const TableIdentifier& identifier,
                                               std::string_view location,
                                               const std::map<std::string, std::string>& properties) {
  std::vector<std::string> places = PlacesOf(location, properties);
  LIFEBOAT_RETURN_IF_ERROR(ValidatePlaces(places));
  if (service.options().allow_overlapping_locations) return places;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<PlaceHolder> holder,
                            service.store().FindPlaceHolder(places, identifier));
  if (!holder) return places;
  return PlaceIsTaken(identifier, holder->place,
                      service.ActingCallerMayDescribe(holder->identifier) ? &holder->identifier : nullptr);
}

bool MovesFiles(std::string_view old_location, const std::map<std::string, std::string>& old_properties,
                std::string_view new_location, const std::map<std::string, std::string>& new_properties) {
  if (old_location != new_location) return true;
  return std::any_of(std::begin(kPathProperties), std::end(kPathProperties), [&](std::string_view name) {
    const std::string key(name);
    const auto before = old_properties.find(key);
    const auto after = new_properties.find(key);
    if (before == old_properties.end() || after == new_properties.end())
      return (before == old_properties.end()) != (after == new_properties.end());
    return before->second != after->second;
  });
}

}  // namespace lifeboat::catalog
