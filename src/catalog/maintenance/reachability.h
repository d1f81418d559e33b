// Reachability: which files a table's metadata needs, walked without holding them.
//
// A table keeps few sets in memory however many files it has: those that are asked about. CollectFiles
// gathers what some snapshots name; ReachabilityWalk then goes through everything that must stay, manifest by
// manifest, and takes each file it meets out of the gathered set. What is left nobody needs. A manifest entry
// with status DELETED does not reach its file.
//
// Errors: kCancelled when the caller's check says so; what storage says. Reading stops at the first error,
// and then nothing may be concluded from the set.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_REACHABILITY_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_REACHABILITY_H_

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "catalog/maintenance/file_set.h"
#include "iceberg/model/table_metadata.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// What long work asks between two steps: an error stops it.
using StopCheck = std::function<Status()>;

class ReachabilityWalk {
 public:
  // Erases from `candidates`, which must outlive the walk.
  ReachabilityWalk(storage::Storage& storage, FileSet& candidates, StopCheck check)
      : storage_(storage), candidates_(candidates), check_(std::move(check)) {}

  // What a reader of a snapshot can do without.
  enum class Missing {
    kIsAnError,    // the table is in use: a missing file is damage, and no reason to remove others
    kIsPassedOver  // an old version of the table: what is gone is gone
  };
  // Keeps what the metadata reaches: its snapshots' files, statistics, and the metadata files of its log.
  Status Keep(const iceberg::TableMetadata& metadata, Missing missing);
  // Keeps the metadata file and what it reaches; a file that is gone reaches nothing.
  Status KeepMetadataFile(const std::string& location);
  // Keeps one file.
  void KeepFile(std::string_view location) { candidates_.Erase(location); }

 private:
  Status KeepSnapshot(const iceberg::Snapshot& snapshot, Missing missing);

  storage::Storage& storage_;
  FileSet& candidates_;
  const StopCheck check_;
  // Walked already: snapshots share manifests, versions of a table share snapshots.
  std::unordered_set<std::string> seen_;
};

// Gathers into `files` what the snapshots' manifest lists name and what their manifests name, in any state;
// manifests in `skip` are not gathered nor read. What is missing is passed over: an earlier removal took it.
struct CollectOptions {
  std::unordered_set<std::string> skip;
  bool content = true;  // false: data and delete files are not gathered
  // When set, damaged manifest lists and manifests are noted here and passed over.
  std::vector<std::string>* damaged = nullptr;
};
Status CollectFiles(storage::Storage& storage,
                    const std::vector<std::shared_ptr<const iceberg::Snapshot>>& snapshots,
                    const CollectOptions& options, const StopCheck& check, FileSet* files);

// The locations of the manifests that the snapshots name.
Result<std::unordered_set<std::string>> ManifestsOf(
    storage::Storage& storage, const std::vector<std::shared_ptr<const iceberg::Snapshot>>& snapshots,
    const StopCheck& check);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_REACHABILITY_H_
