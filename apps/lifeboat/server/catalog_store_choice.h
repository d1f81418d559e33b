// Which catalog store a server or a command works on: a SQLite file or a PostgreSQL database.
#ifndef LIFEBOAT_SERVER_CATALOG_STORE_CHOICE_H_
#define LIFEBOAT_SERVER_CATALOG_STORE_CHOICE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::app {

struct CatalogStoreChoice {
  std::string store;  // the path of a SQLite file, or "postgresql://user@host:5432/database"
  std::string
      password_file;  // holds the password of the database's user; empty: there is none, or libpq knows it
  int64_t connections = 8;  // for reading, to a PostgreSQL database
};

// "/var/lib/lifeboat/catalog.db" or "postgresql://host:5432/database": without user and password.
std::string DisplayName(const CatalogStoreChoice& choice);

// Opens the store, making the file and its folder, or the tables, when they are missing.
Result<std::unique_ptr<catalog::CatalogStore>> OpenCatalogStore(const CatalogStoreChoice& choice,
                                                                const Clock& clock);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_CATALOG_STORE_CHOICE_H_
