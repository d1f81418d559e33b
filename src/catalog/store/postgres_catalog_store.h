// The CatalogStore that several catalog servers share: a PostgreSQL database, version 15 or later.
//
// All state is in the schema lifeboat_catalog of the database the URI names; one database holds one catalog.
// Writes of one server share database transactions (postgres_writer.h), those of several servers take turns
// at the one row of catalog_state. Reads go over a pool of connections and see what was committed before
// them.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_CATALOG_STORE_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_CATALOG_STORE_H_

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"
#include "catalog/store/postgres_connection.h"

namespace lifeboat::catalog {

// Connects, and creates the tables or migrates them to this program's schema. kUnavailable when no server
// answers or it refuses the login; kFailedPrecondition when the user may not create the schema or a later
// Lifeboat made it.
Result<std::unique_ptr<CatalogStore>> OpenPostgresCatalogStore(const PostgresOptions& options,
                                                               const Clock& clock);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_CATALOG_STORE_H_
