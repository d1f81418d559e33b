#include "catalog/store/metadata_files.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"

namespace lifeboat::catalog {
namespace {

constexpr size_t kFilesPerRestore = 512;  // bounds the memory a step takes
// A file system is flushed as a whole, which every commit of that moment feels: better once for many files.
constexpr size_t kFilesPerSync = 16'384;
constexpr size_t kFilesPerWrite = 256;  // bounds how long commits wait for the store to forget some

Status SyncAndForget(CatalogStore& store, storage::Storage& storage,
                     const std::vector<PendingMetadataFile>& files) {
  std::vector<std::string> locations;
  for (const PendingMetadataFile& file : files) locations.push_back(file.location);
  LIFEBOAT_RETURN_IF_ERROR(storage.Sync(locations));
  for (size_t begin = 0; begin < files.size(); begin += kFilesPerWrite) {
    std::vector<uint64_t> ids;
    for (size_t i = begin; i < std::min(files.size(), begin + kFilesPerWrite); ++i)
      ids.push_back(files[i].id);
    LIFEBOAT_RETURN_IF_ERROR(store.ForgetPendingMetadataFiles(ids));
  }
  return Status::Ok();
}

}  // namespace

Result<size_t> RestoreMetadataFiles(CatalogStore& store, storage::Storage& storage) {
  size_t restored = 0;
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<PendingMetadataFile> files,
                              store.PendingMetadataFiles(kFilesPerRestore));
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
        store.PendingMetadataFiles(kFilesPerSync, CatalogStore::PendingDetail::kLocation));
    if (!files.empty()) LIFEBOAT_RETURN_IF_ERROR(SyncAndForget(store, storage, files));
    swept += files.size();
    if (files.size() < kFilesPerSync) return swept;
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
