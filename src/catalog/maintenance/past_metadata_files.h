// Past metadata files: versions of a table that its metadata log no longer names.
//
// The log names the last write.metadata.previous-versions-max versions, but unless
// write.metadata.delete-after-commit.enabled is set the files of those before stay where they are, and
// nothing but their folder tells of them. Source: Iceberg, "Maintenance: Remove old metadata files".
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_PAST_METADATA_FILES_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_PAST_METADATA_FILES_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/maintenance/reachability.h"
#include "iceberg/model/table_metadata.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// The metadata files that lie beside the table's own, at its places, and say that they are of this table by
// its UUID; neither `metadata_location` itself nor those of its log. Files that are no table's metadata, or
// another table's, are not among them.
Result<std::vector<std::string>> FindPastMetadataFiles(storage::Storage& storage,
                                                       const iceberg::TableMetadata& metadata,
                                                       const std::string& metadata_location,
                                                       const StopCheck& check);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_PAST_METADATA_FILES_H_
