// Purging: deleting the files of a dropped table in the background.
//
// Everything reachable from the table's metadata goes: data and delete files of all its snapshots (unless the
// table says gc.enabled=false), manifests, manifest lists, statistics, and last the metadata files, so that a
// purge that was cut short can be repeated from them. What cannot be read or deleted is logged and passed
// over.
#ifndef LIFEBOAT_CATALOG_SERVER_PURGE_TABLE_H_
#define LIFEBOAT_CATALOG_SERVER_PURGE_TABLE_H_

#include <atomic>
#include <cstddef>
#include <string>

#include "iceberg/model/table_metadata.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

struct PurgeOutcome {
  size_t deleted = 0;
  size_t failed = 0;  // files that could not be read or deleted
};

// Gives up between two files once `stop` is set.
PurgeOutcome PurgeTable(storage::Storage& storage, const iceberg::TableMetadata& metadata,
                        const std::string& metadata_location, const std::atomic<bool>& stop);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PURGE_TABLE_H_
