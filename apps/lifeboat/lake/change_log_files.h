// The metadata files that a catalog's change log names: what maintenance has to leave to followers of the
// log.
#ifndef LIFEBOAT_LAKE_CHANGE_LOG_FILES_H_
#define LIFEBOAT_LAKE_CHANGE_LOG_FILES_H_

#include "base/result.h"
#include "catalog/maintenance/maintenance.h"
#include "lifeboat/deployment/endpoints.h"

namespace lifeboat::app {

// Reads the whole change log that is kept. Empty for a catalog that has none, because it is not Lifeboat's.
Result<catalog::LoggedMetadata> ReadLoggedMetadata(const CatalogEndpoint& endpoint,
                                                   const catalog::StopCheck& check);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_CHANGE_LOG_FILES_H_
