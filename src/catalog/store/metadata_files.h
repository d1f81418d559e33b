// Metadata files: keeping every metadata.json that the store names readable, without a disk write per commit.
//
// A commit publishes its metadata.json without waiting for the disk, because the store carries the same bytes
// durably. Where storage is durable by itself, as S3 is, that is all. Elsewhere the store remembers each such
// file until it is known to be durable. MetadataFileSweeper makes them so in the background;
// RestoreMetadataFiles writes again, at start-up, whatever a crash took.
#ifndef LIFEBOAT_CATALOG_STORE_METADATA_FILES_H_
#define LIFEBOAT_CATALOG_STORE_METADATA_FILES_H_

#include <chrono>
#include <cstddef>

#include "base/executor.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// Rewrites every pending file that is missing or does not hold the store's bytes, makes all of them durable
// and forgets them. Returns how many were rewritten. Must finish before the catalog serves.
Result<size_t> RestoreMetadataFiles(CatalogStore& store, storage::Storage& storage);

// Makes durable and forgets the files that are pending now; returns how many. Files published later may be
// included.
Result<size_t> SweepMetadataFiles(CatalogStore& store, storage::Storage& storage);

// Sweeps every `interval` until destroyed; errors are logged and tried again.
class MetadataFileSweeper {
 public:
  MetadataFileSweeper(CatalogStore& store, storage::Storage& storage, std::chrono::milliseconds interval);

 private:
  PeriodicThread thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_METADATA_FILES_H_
