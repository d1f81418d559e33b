// The embedded CatalogStore: one SQLite file in WAL mode with full durability.
//
// One thread owns the writing connection. It takes every transaction that is waiting, runs each in a
// savepoint of its own inside one SQLite transaction, commits once and then tells every caller its own
// result: concurrent commits share one durable write, and one that is refused leaves no trace in the others.
// Readers borrow connections of their own and never wait for the writer.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_CATALOG_STORE_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_CATALOG_STORE_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

// Opens the file, creating it or migrating it to this program's schema. kFailedPrecondition when it cannot be
// written or was made by a later Lifeboat; kCorruption when it is not a catalog store.
Result<std::unique_ptr<CatalogStore>> OpenSqliteCatalogStore(const std::string& path, const Clock& clock);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_CATALOG_STORE_H_
