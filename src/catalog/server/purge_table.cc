#include "catalog/server/purge_table.h"

#include <unordered_set>

#include "base/log.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"

namespace lifeboat::catalog {
namespace {

class Purge {
 public:
  Purge(storage::Storage& storage, const std::atomic<bool>& stop) : storage_(storage), stop_(stop) {}

  void Run(const iceberg::TableMetadata& metadata, const std::string& metadata_location) {
    const bool delete_data = metadata.Property("gc.enabled", "true") != "false";
    for (const auto& snapshot : metadata.snapshots) CollectManifests(*snapshot);
    if (delete_data) {
      for (const iceberg::ManifestFile& manifest : manifests_) DeleteDataFiles(manifest);
    }
    for (const iceberg::ManifestFile& manifest : manifests_) Delete(manifest.manifest_path);
    for (const auto& snapshot : metadata.snapshots) {
      if (!snapshot->manifest_list.empty()) Delete(snapshot->manifest_list);
    }
    for (const auto& file : metadata.statistics) Delete(file->statistics_path);
    for (const auto& file : metadata.partition_statistics) Delete(file->statistics_path);
    for (const auto& entry : metadata.metadata_log) Delete(entry.metadata_file);
    Delete(metadata_location);
  }

  const PurgeOutcome& outcome() const { return outcome_; }

 private:
  void CollectManifests(const iceberg::Snapshot& snapshot) {
    if (stop_) return;
    Result<std::vector<iceberg::ManifestFile>> listed = iceberg::ReadManifestList(storage_, snapshot);
    if (!listed.ok()) return Fail(listed.status());
    for (iceberg::ManifestFile& manifest : *listed) {
      if (seen_.insert(manifest.manifest_path).second) manifests_.push_back(std::move(manifest));
    }
  }

  void DeleteDataFiles(const iceberg::ManifestFile& file) {
    if (stop_) return;
    const Result<iceberg::Manifest> manifest = iceberg::ReadManifest(storage_, file);
    if (!manifest.ok()) return Fail(manifest.status());
    for (const iceberg::ManifestEntry& entry : manifest->entries) {
      // Deletion vectors share a file, and a file may be carried from manifest to manifest.
      if (seen_.insert(entry.data_file.file_path).second) Delete(entry.data_file.file_path);
    }
  }

  void Delete(const std::string& location) {
    if (stop_) return;
    const Status status = storage_.Delete(location);
    if (!status.ok()) return Fail(status);
    ++outcome_.deleted;
  }

  void Fail(const Status& status) {
    ++outcome_.failed;
    log::Warning("purge passed over a file", {{"error", status}});
  }

  storage::Storage& storage_;
  const std::atomic<bool>& stop_;
  std::unordered_set<std::string> seen_;
  std::vector<iceberg::ManifestFile> manifests_;
  PurgeOutcome outcome_;
};

}  // namespace

PurgeOutcome PurgeTable(storage::Storage& storage, const iceberg::TableMetadata& metadata,
                        const std::string& metadata_location, const std::atomic<bool>& stop) {
  Purge purge(storage, stop);
  purge.Run(metadata, metadata_location);
  return purge.outcome();
}

}  // namespace lifeboat::catalog
