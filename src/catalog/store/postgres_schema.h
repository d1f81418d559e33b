// The tables of the PostgreSQL catalog store, in the schema lifeboat_catalog of its database, and how older
// ones become today's.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_SCHEMA_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_SCHEMA_H_

#include "base/status.h"
#include "catalog/store/postgres_connection.h"

namespace lifeboat::catalog {

// Brings the database to the current schema version, each step in a transaction of its own; servers that
// start at the same time take turns. kFailedPrecondition when a later Lifeboat made the schema or this user
// may not make one.
Status MigratePostgresCatalogStore(PostgresConnection& connection);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_SCHEMA_H_
