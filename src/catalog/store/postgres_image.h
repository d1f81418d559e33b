// Reading and writing the whole PostgreSQL store.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_IMAGE_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_IMAGE_H_

#include "base/status.h"
#include "catalog/store/postgres_connection.h"
#include "catalog/store/store_image.h"

namespace lifeboat::catalog {

// In a read-only transaction that sees one moment however long it takes.
Status ReadPostgresImage(PostgresConnection& connection, ImageSink& sink);
// In a transaction of its own. kCommitStateUnknown when the answer to its commit is lost.
Status WritePostgresImage(PostgresConnection& connection, ImageSource& source);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_IMAGE_H_
