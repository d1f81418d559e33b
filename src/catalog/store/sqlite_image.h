// Reading and writing the whole SQLite store.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_IMAGE_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_IMAGE_H_

#include "base/status.h"
#include "catalog/store/sqlite_database.h"
#include "catalog/store/store_image.h"

namespace lifeboat::catalog {

// On a reading connection; sees one moment however long it takes.
Status ReadSqliteImage(SqliteDatabase& database, ImageSink& sink);
// Inside a transaction that its caller began and rolls back after an error.
Status WriteSqliteImage(SqliteDatabase& database, ImageSource& source);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_IMAGE_H_
