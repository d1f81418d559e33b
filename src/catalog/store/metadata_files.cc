#include "catalog/store/metadata_files.h"

#include <string>
#include <vector>

#include "base/log.h"

namespace lifeboat::catalog {
namespace {

constexpr size_t kFilesPerStep = 512;  // bounds the memory a step takes, and how long it holds the writer

Status SyncAndForget(CatalogStore& store, storage::Storage& storage,
                     const std::vector<PendingMetadataFile>& files) {
  std::vector<std::string> locations;
  std::vector<uint64_t> ids;
  for (const PendingMetadataFile& file : files) {
    locations.push_back(file.location);
    ids.push_back(file.id);
  }
  LIFEBOAT_RETURN_IF_ERROR(storage.Sync(locations));
  return store.ForgetPendingMetadataFiles(ids);
}

}  // namespace

Result<size_t> RestoreMetadataFiles(CatalogStore& store, storage::Storage& storage) {
  size_t restored = 0;
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<PendingMetadataFile> files,
                              store.PendingMetadataFiles(kFilesPerStep));
    if (files.empty()) return restored;
    for (const PendingMetadataFile& file : files) {
      const Result<std::string> on_disk = storage.Read(file.location);
      if (on_disk.ok() && *on_disk == file.metadata_json) continue;
      LIFEBOAT_RETURN_IF_ERROR(storage.Write(file.location, file.metadata_json, {.durable = false}));
      ++restored;
    }
    LIFEBOAT_RETURN_IF_ERROR(SyncAndForget(store, storage, files));
  }
}

Result<size_t> SweepMetadataFiles(CatalogStore& store, storage::Storage& storage) {
  size_t swept = 0;
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(
        const std::vector<PendingMetadataFile> files,
        store.PendingMetadataFiles(kFilesPerStep, CatalogStore::PendingDetail::kLocation));
    if (!files.empty()) LIFEBOAT_RETURN_IF_ERROR(SyncAndForget(store, storage, files));
    swept += files.size();
    if (files.size() < kFilesPerStep) return swept;
  }
}

MetadataFileSweeper::MetadataFileSweeper(CatalogStore& store, storage::Storage& storage,
                                         std::chrono::milliseconds interval)
    : thread_("metadata-sweep", interval, [&store, &storage] {
        const Result<size_t> swept = SweepMetadataFiles(store, storage);
        if (!swept.ok())
          log::Warning("metadata files could not be made durable yet", {{"error", swept.status()}});
      }) {}

}  // namespace lifeboat::catalog
