#include "catalog/maintenance/reachability.h"

#include <utility>

#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"

namespace lifeboat::catalog {
namespace {

bool IsMissing(const Status& status) {
  return status.code() == StatusCode::kNotFound;
}

}  // namespace

Status ReachabilityWalk::Keep(const iceberg::TableMetadata& metadata, Missing missing) {
  for (const auto& entry : metadata.metadata_log) KeepFile(entry.metadata_file);
  for (const auto& file : metadata.statistics) KeepFile(file->statistics_path);
  for (const auto& file : metadata.partition_statistics) KeepFile(file->statistics_path);
  for (const auto& snapshot : metadata.snapshots) {
    LIFEBOAT_RETURN_IF_ERROR(KeepSnapshot(*snapshot, missing));
  }
  return Status::Ok();
}

Status ReachabilityWalk::KeepMetadataFile(const std::string& location) {
  KeepFile(location);
  LIFEBOAT_RETURN_IF_ERROR(check_());
  const Result<std::string> text = storage_.Read(location);
  if (IsMissing(text.status())) return Status::Ok();
  if (!text.ok()) return text.status();
  LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::TableMetadata metadata,
                            iceberg::ParseTableMetadata(*text, location));
  return Keep(metadata, Missing::kIsPassedOver);
}

Status ReachabilityWalk::KeepSnapshot(const iceberg::Snapshot& snapshot, Missing missing) {
  if (candidates_.empty()) return Status::Ok();
  if (!snapshot.manifest_list.empty() && !seen_.insert(snapshot.manifest_list).second) return Status::Ok();
  LIFEBOAT_RETURN_IF_ERROR(check_());
  KeepFile(snapshot.manifest_list);
  const auto pass_over = [&](const Status& status) {
    return missing == Missing::kIsPassedOver && IsMissing(status);
  };
  const Result<std::vector<iceberg::ManifestFile>> manifests = iceberg::ReadManifestList(storage_, snapshot);
  if (pass_over(manifests.status())) return Status::Ok();
  if (!manifests.ok()) return manifests.status();
  for (const iceberg::ManifestFile& file : *manifests) {
    if (!seen_.insert(file.manifest_path).second) continue;
    KeepFile(file.manifest_path);
    if (candidates_.empty()) return Status::Ok();
    LIFEBOAT_RETURN_IF_ERROR(check_());
    const Result<iceberg::Manifest> manifest = iceberg::ReadManifest(storage_, file);
    if (pass_over(manifest.status())) continue;
    if (!manifest.ok()) return manifest.status();
    for (const iceberg::ManifestEntry& entry : manifest->entries) {
      if (entry.is_live()) KeepFile(entry.data_file.file_path);
    }
  }
  return Status::Ok();
}

Status CollectFiles(storage::Storage& storage,
                    const std::vector<std::shared_ptr<const iceberg::Snapshot>>& snapshots,
                    const CollectOptions& options, const StopCheck& check, FileSet* files) {
  const auto pass_over = [&](const Status& status, const std::string& location) {
    if (status.code() != StatusCode::kCorruption || options.damaged == nullptr) return IsMissing(status);
    options.damaged->push_back(location);
    return true;
  };
  std::unordered_set<std::string> seen;
  for (const auto& snapshot : snapshots) {
    LIFEBOAT_RETURN_IF_ERROR(check());
    if (!snapshot->manifest_list.empty()) files->Insert(snapshot->manifest_list, FileKind::kManifestList);
    const Result<std::vector<iceberg::ManifestFile>> manifests =
        iceberg::ReadManifestList(storage, *snapshot);
    if (pass_over(manifests.status(), snapshot->manifest_list)) continue;
    if (!manifests.ok()) return manifests.status();
    for (const iceberg::ManifestFile& file : *manifests) {
      if (options.skip.contains(file.manifest_path) || !seen.insert(file.manifest_path).second) continue;
      LIFEBOAT_RETURN_IF_ERROR(check());
      files->Insert(file.manifest_path, FileKind::kManifest);
      if (!options.content) continue;
      const Result<iceberg::Manifest> manifest = iceberg::ReadManifest(storage, file);
      if (pass_over(manifest.status(), file.manifest_path)) continue;
      if (!manifest.ok()) return manifest.status();
      for (const iceberg::ManifestEntry& entry : manifest->entries) {
        files->Insert(entry.data_file.file_path, FileKind::kContent);
      }
    }
  }
  return Status::Ok();
}

Result<std::unordered_set<std::string>> ManifestsOf(
    storage::Storage& storage, const std::vector<std::shared_ptr<const iceberg::Snapshot>>& snapshots,
    const StopCheck& check) {
  std::unordered_set<std::string> manifests;
  for (const auto& snapshot : snapshots) {
    LIFEBOAT_RETURN_IF_ERROR(check());
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<iceberg::ManifestFile> files,
                              iceberg::ReadManifestList(storage, *snapshot));
    for (const iceberg::ManifestFile& file : files) manifests.insert(file.manifest_path);
  }
  return manifests;
}

}  // namespace lifeboat::catalog
