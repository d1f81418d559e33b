// Moving a catalog between stores: SQLite to PostgreSQL, back, or to another machine.
#ifndef LIFEBOAT_TRANSFER_TRANSFER_CATALOG_H_
#define LIFEBOAT_TRANSFER_TRANSFER_CATALOG_H_

#include <string>

#include "base/result.h"
#include "catalog/store/catalog_store.h"
#include "lifeboat/transfer/image_file.h"

namespace lifeboat::app {

// Writes everything the store holds at one moment to `file`, replacing it only when all is there. The store
// may be in use.
Result<ImageCounts> ExportCatalog(catalog::CatalogStore& store, const std::string& file,
                                  ImageProgress progress);

// Fills an empty store from `file`, in one transaction. kFailedPrecondition for a store that was written to
// before, kCorruption for a file that is not whole.
Result<ImageCounts> ImportCatalog(catalog::CatalogStore& store, const std::string& file,
                                  ImageProgress progress);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_TRANSFER_TRANSFER_CATALOG_H_
