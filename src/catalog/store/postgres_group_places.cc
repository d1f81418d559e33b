// The places of tables in a group: what is read of them, who has which, what is written down.
#include <algorithm>

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/store/postgres_group.h"
#include "catalog/store/postgres_places.h"

namespace lifeboat::catalog {
namespace {

constexpr PostgresStatement kReadPlaces{
    "read_places",
    "SELECT p.namespace, p.name, p.place FROM unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "JOIN table_places p ON p.namespace = u.namespace AND p.name = u.name "
    "ORDER BY p.namespace, p.name, p.place"};
constexpr PostgresStatement kDeletePlaces{
    "delete_places",
    "DELETE FROM table_places p USING unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "WHERE p.namespace = u.namespace AND p.name = u.name"};

const std::vector<std::string>* PlacesOfChange(const Change& change) {
  if (const auto* create = std::get_if<CreateTableChange>(&change)) return &create->places;
  const auto* commit = std::get_if<CommitTableChange>(&change);
  return commit != nullptr && commit->places ? &*commit->places : nullptr;
}

}  // namespace

void PostgresGroup::CollectPlaces(const Transaction& transaction) {
  for (const Change& change : transaction.changes) {
    changes_places_ = changes_places_ || std::holds_alternative<RenameTableChange>(change) ||
                      std::holds_alternative<DropTableChange>(change);
    const std::vector<std::string>* places = PlacesOfChange(change);
    if (places == nullptr) continue;
    changes_places_ = true;
    if (transaction.places_may_overlap || !ValidatePlaces(*places).ok()) continue;
    for (const std::string& place : *places) taken_elsewhere_.try_emplace(place);
  }
}

void PostgresGroup::SendPlaceReads(PostgresConnection& connection) {
  if (!changes_places_) return;
  std::vector<std::string_view> namespaces;
  std::vector<std::string_view> names;
  for (const auto& [key, slot] : tables_) {
    namespaces.push_back(key.first);
    names.push_back(key.second);
  }
  connection.Send(kReadPlaces, PostgresParameters().Texts(namespaces).Texts(names));
  for (const auto& [place, taken] : taken_elsewhere_) {
    const std::string end = EndOfPlacesBelow(place);
    connection.Send(kFindPlaceHolder, PostgresParameters()
                                          .Texts(namespaces)
                                          .Texts(names)
                                          .Texts(PlacesAtOrAbove(place))
                                          .Text(place)
                                          .Text(end));
  }
}

void PostgresGroup::TakePlaceReads(const std::vector<PostgresRows>& rows, size_t next) {
  if (!changes_places_) return;
  const PostgresRows& found = rows[next++];
  for (int row = 0; row < found.size(); ++row) {
    TableKey key{std::string(found.Text(row, 0)), std::string(found.Text(row, 1))};
    PlacesSlot& slot = places_[key];
    std::string place(found.Text(row, 2));
    slot.stored.push_back(place);
    slot.current.push_back(place);
    place_holders_[std::move(place)].push_back(std::move(key));
  }
  for (auto& [place, taken] : taken_elsewhere_) taken = rows[next++].size() > 0;
}

bool PostgresGroup::IsTaken(const std::string& place, const TableKey& except) const {
  const auto elsewhere = taken_elsewhere_.find(place);
  if (elsewhere != taken_elsewhere_.end() && elsewhere->second) return true;
  const auto has_other = [&](const std::vector<TableKey>& holders) {
    return std::any_of(holders.begin(), holders.end(), [&](const TableKey& key) { return key != except; });
  };
  for (const std::string_view above : PlacesAtOrAbove(place)) {
    const auto found = place_holders_.find(std::string(above));
    if (found != place_holders_.end() && has_other(found->second)) return true;
  }
  const auto end = place_holders_.lower_bound(EndOfPlacesBelow(place));
  return std::any_of(place_holders_.upper_bound(place), end,
                     [&](const auto& entry) { return has_other(entry.second); });
}

Status PostgresGroup::MoveTo(const TableKey& key, std::vector<std::string> places, Place place) {
  LIFEBOAT_RETURN_IF_ERROR(ValidatePlaces(places));
  if (!place.places_may_overlap) {
    for (const std::string& wanted : places) {
      if (IsTaken(wanted, key))
        return PlaceIsTaken({DecodeNamespace(key.first), key.second}, wanted, nullptr);
    }
  }
  SetPlaces(key, std::move(places));
  return Status::Ok();
}

void PostgresGroup::SetPlaces(const TableKey& key, std::vector<std::string> places) {
  PlacesSlot& slot = places_[key];
  for (const std::string& place : slot.current) {
    std::vector<TableKey> holders = place_holders_[place];
    std::erase(holders, key);
    Assign(place_holders_[place], std::move(holders));
  }
  for (const std::string& place : places) {
    std::vector<TableKey> holders = place_holders_[place];
    holders.push_back(key);
    Assign(place_holders_[place], std::move(holders));
  }
  Assign(slot.current, std::move(places));
}

void PostgresGroup::SendPlaces(PostgresConnection& connection) {
  std::vector<std::string_view> namespaces[2];  // of tables whose places are deleted; of places that are put
  std::vector<std::string_view> names[2];
  std::vector<std::string_view> places;
  for (const auto& [key, slot] : places_) {
    if (slot.current == slot.stored) continue;
    if (!slot.stored.empty()) {
      namespaces[0].push_back(key.first);
      names[0].push_back(key.second);
    }
    for (const std::string& place : slot.current) {
      namespaces[1].push_back(key.first);
      names[1].push_back(key.second);
      places.push_back(place);
    }
  }
  if (!names[0].empty())
    connection.Send(kDeletePlaces, PostgresParameters().Texts(namespaces[0]).Texts(names[0]));
  if (places.empty()) return;
  connection.Send(kPutPlaces, PostgresParameters().Texts(places).Texts(namespaces[1]).Texts(names[1]));
}

}  // namespace lifeboat::catalog
