// The tables of the SQLite catalog store and how older files become today's.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_SCHEMA_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_SCHEMA_H_

#include <string>

#include "base/status.h"
#include "catalog/store/sqlite_database.h"

namespace lifeboat::catalog {

// Brings the file to the current schema version, each step in a transaction of its own.
Status MigrateSqliteCatalogStore(SqliteDatabase& database, const std::string& path);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_SCHEMA_H_
