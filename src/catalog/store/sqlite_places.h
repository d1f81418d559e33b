// SqlitePlaces: which table or view has which place, in the SQLite store.
//
// A look takes one probe of the index for each folder above a place and one for what lies below it, however
// many tables there are.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_PLACES_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_PLACES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/store/catalog_store.h"
#include "catalog/store/sqlite_database.h"

namespace lifeboat::catalog {

class SqlitePlaces {
 public:
  explicit SqlitePlaces(SqliteDatabase& database) : database_(database) {}

  Result<std::optional<PlaceHolder>> FindHolder(const std::vector<std::string>& places,
                                                const TableIdentifier& except);
  Status Add(const TableIdentifier& identifier, const std::vector<std::string>& places);
  Status Remove(const TableIdentifier& identifier);
  Status Rename(const TableIdentifier& from, const TableIdentifier& to);

 private:
  Result<std::optional<TableIdentifier>> Take(SqliteRun& run, const std::string& path,
                                              const std::string& name);

  SqliteDatabase& database_;
  SqliteStatement find_at_{
      "SELECT namespace, name FROM table_places WHERE place = ?3 AND NOT (namespace = ?1 AND name = "
      "?2) LIMIT 1"};
  SqliteStatement find_below_{
      "SELECT namespace, name FROM table_places WHERE place > ?3 AND place < ?4 "
      "AND NOT (namespace = ?1 AND name = ?2) ORDER BY place LIMIT 1"};
  SqliteStatement insert_{"INSERT OR IGNORE INTO table_places VALUES (?1, ?2, ?3)"};
  SqliteStatement delete_{"DELETE FROM table_places WHERE namespace = ?1 AND name = ?2"};
  SqliteStatement rename_{
      "UPDATE table_places SET namespace = ?3, name = ?4 WHERE namespace = ?1 AND name = ?2"};
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_PLACES_H_
