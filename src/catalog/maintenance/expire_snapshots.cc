#include "catalog/maintenance/expire_snapshots.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "catalog/api/table_places.h"

namespace lifeboat::catalog {
namespace {

constexpr int kMaxAttempts = 10;

using Snapshots = std::vector<std::shared_ptr<const iceberg::Snapshot>>;

class Expiry {
 public:
  Expiry(Catalog& catalog, storage::Storage& storage, const TableIdentifier& identifier,
         const ExpireSnapshotsOptions& options, const MaintenanceContext& context, const Clock& clock)
      : catalog_(catalog),
        storage_(storage),
        identifier_(identifier),
        options_(options),
        context_(context),
        clock_(clock) {}

  Result<ExpireSnapshotsResult> Run() {
    LIFEBOAT_RETURN_IF_ERROR(CutHistory());
    if (expired_.empty()) {
      result_.snapshots_left = before_->snapshots.size();
      return std::move(result_);
    }
    result_.refs = expired_.refs;
    result_.snapshot_ids = expired_.snapshot_ids;
    LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::TableMetadata after, After());
    result_.snapshots_left = after.snapshots.size();
    LIFEBOAT_RETURN_IF_ERROR(CollectCandidates(after));
    LIFEBOAT_RETURN_IF_ERROR(KeepWhatIsNeeded(after));
    LIFEBOAT_ASSIGN_OR_RETURN(result_.files, RemoveFiles(storage_, candidates_, context_, options_.dry_run));
    return std::move(result_);
  }

 private:
  // Decides on the table as it is and commits; leaves what it decided on in before_ and expired_.
  Status CutHistory() {
    for (int attempt = 1;; ++attempt) {
      LIFEBOAT_RETURN_IF_ERROR(context_.check());
      LIFEBOAT_ASSIGN_OR_RETURN(const LoadedTable table, catalog_.LoadTable(identifier_));
      before_ = table.metadata;
      if (before_->Property("gc.enabled", "true") == "false") {
        return Status::FailedPrecondition(
            "snapshots of {} do not expire: gc.enabled is false, so its files may belong to another table "
            "too",
            ToString(identifier_));
      }
      LIFEBOAT_ASSIGN_OR_RETURN(expired_,
                                FindExpiredHistory(*before_, clock_.NowMillis(), options_.retention));
      if (expired_.empty() || options_.dry_run) return Status::Ok();
      const Status committed = catalog_.CommitTable(identifier_, Requirements(), Updates()).status();
      if (committed.ok()) return committed;
      if (committed.code() == StatusCode::kCommitStateUnknown) return Clarify(committed);
      if (committed.code() != StatusCode::kConflict || attempt == kMaxAttempts) return committed;
    }
  }

  std::vector<iceberg::TableRequirement> Requirements() const {
    std::vector<iceberg::TableRequirement> requirements;
    if (!before_->table_uuid.empty())
      requirements.push_back(iceberg::requirement::AssertTableUuid{before_->table_uuid});
    for (const auto& [name, ref] : before_->refs) {
      requirements.push_back(iceberg::requirement::AssertRefSnapshotId{name, ref.snapshot_id});
    }
    return requirements;
  }

  std::vector<iceberg::TableUpdate> Updates() const {
    std::vector<iceberg::TableUpdate> updates;
    for (const std::string& name : expired_.refs) {
      updates.push_back(iceberg::update::RemoveSnapshotRef{name});
    }
    if (!expired_.snapshot_ids.empty()) {
      updates.push_back(iceberg::update::RemoveSnapshots{expired_.snapshot_ids});
    }
    return updates;
  }

  // The table tells whether a commit with an unknown outcome was applied: nothing else removes snapshots.
  Status Clarify(const Status& unknown) {
    LIFEBOAT_ASSIGN_OR_RETURN(const LoadedTable table, catalog_.LoadTable(identifier_));
    const bool applied =
        std::none_of(expired_.snapshot_ids.begin(), expired_.snapshot_ids.end(),
                     [&](int64_t id) { return table.metadata->FindSnapshot(id) != nullptr; }) &&
        std::none_of(expired_.refs.begin(), expired_.refs.end(),
                     [&](const std::string& name) { return table.metadata->refs.contains(name); });
    return applied ? Status::Ok() : unknown;
  }

  // The table as it is now; in a dry run as it would be.
  Result<iceberg::TableMetadata> After() {
    if (options_.dry_run) return iceberg::ApplyUpdates(before_.get(), Updates(), {}, clock_);
    LIFEBOAT_ASSIGN_OR_RETURN(const LoadedTable table, catalog_.LoadTable(identifier_));
    return *table.metadata;
  }

  // What the removed snapshots name and the remaining ones do not.
  Status CollectCandidates(const iceberg::TableMetadata& after) {
    context_.progress("reading expired manifests", 0, 0);
    Snapshots gone;
    for (const auto& snapshot : before_->snapshots) {
      if (after.FindSnapshot(snapshot->snapshot_id) == nullptr) gone.push_back(snapshot);
    }
    CollectOptions collect;
    LIFEBOAT_ASSIGN_OR_RETURN(collect.skip, ManifestsOf(storage_, after.snapshots, context_.check));
    LIFEBOAT_RETURN_IF_ERROR(CollectFiles(storage_, gone, collect, context_.check, &candidates_));
    for (const auto& file : before_->statistics) {
      candidates_.Insert(file->statistics_path, FileKind::kStatistics);
    }
    for (const auto& file : before_->partition_statistics) {
      candidates_.Insert(file->statistics_path, FileKind::kStatistics);
    }
    result_.kept_outside = candidates_.EraseOutside(PlacesOf(before_->location, before_->properties));
    return Status::Ok();
  }

  Status KeepWhatIsNeeded(const iceberg::TableMetadata& after) {
    context_.progress("reading live manifests", 0, 0);
    ReachabilityWalk walk(storage_, candidates_, context_.check);
    LIFEBOAT_RETURN_IF_ERROR(walk.Keep(after, ReachabilityWalk::Missing::kIsAnError));
    if (candidates_.empty() || !context_.read_change_log) return Status::Ok();
    context_.progress("reading the change log", 0, 0);
    // Read after the commit: entries that come later can only name what the table reaches now.
    LIFEBOAT_ASSIGN_OR_RETURN(const LoggedMetadata logged, context_.read_change_log());
    const auto of_table = logged.find(before_->table_uuid);
    if (of_table == logged.end()) return Status::Ok();
    const size_t unneeded = candidates_.size();
    for (const std::string& location : of_table->second) {
      if (candidates_.empty()) break;
      LIFEBOAT_RETURN_IF_ERROR(walk.KeepMetadataFile(location));
    }
    result_.kept_for_change_log = unneeded - candidates_.size();
    return Status::Ok();
  }

  Catalog& catalog_;
  storage::Storage& storage_;
  const TableIdentifier& identifier_;
  const ExpireSnapshotsOptions& options_;
  const MaintenanceContext& context_;
  const Clock& clock_;
  std::shared_ptr<const iceberg::TableMetadata> before_;
  ExpiredHistory expired_;
  FileSet candidates_;
  ExpireSnapshotsResult result_;
};

}  // namespace

Result<ExpireSnapshotsResult> ExpireSnapshots(Catalog& catalog, storage::Storage& storage,
                                              const TableIdentifier& identifier,
                                              const ExpireSnapshotsOptions& options,
                                              const MaintenanceContext& context, const Clock& clock) {
  return Expiry(catalog, storage, identifier, options, context, clock).Run();
}

}  // namespace lifeboat::catalog
