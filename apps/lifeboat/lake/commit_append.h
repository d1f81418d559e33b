// CommitAppend: data files that are written, made part of a table by one commit, or removed again.
#ifndef LIFEBOAT_LAKE_COMMIT_APPEND_H_
#define LIFEBOAT_LAKE_COMMIT_APPEND_H_

#include <vector>

#include "base/result.h"
#include "catalog/api/catalog.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/write/append_files.h"
#include "storage/storage.h"

namespace lifeboat::app {

// Commits `files` on top of `base`. A catalog that is away for a moment is waited for; an answer that was
// lost is looked up. kConflict when the table moved on; kCommitStateUnknown when nobody could say whether the
// commit happened. On every other error neither the files nor anything else of the attempt is left behind.
Result<catalog::LoadedTable> CommitAppend(catalog::Catalog& catalog, storage::Storage& storage,
                                          const catalog::TableIdentifier& identifier,
                                          const iceberg::TableMetadata& base,
                                          const std::vector<iceberg::DataFile>& files,
                                          const iceberg::StringMap& summary);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_COMMIT_APPEND_H_
