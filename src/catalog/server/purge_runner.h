// PurgeRunner: works off purge jobs in the background, one batch at a time.
//
// A batch gathers the files of its tables, walks every table of the catalog once to keep what others need
// (tables registered twice, tables that hold files by path), and deletes the rest: content first, metadata
// last, so that what was cut short is found again from the metadata. Before each group of deletions it looks
// at the change log for tables that were created since the walk. A job that fails is tried again; only a
// catalog that may commit deletes.
//
// A job that runs belongs to a server; another takes it over once it has been silent for kPurgeTakeover. Two
// servers that do the same job do no harm.
#ifndef LIFEBOAT_CATALOG_SERVER_PURGE_RUNNER_H_
#define LIFEBOAT_CATALOG_SERVER_PURGE_RUNNER_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/result.h"
#include "catalog/api/commit_guard.h"
#include "catalog/maintenance/file_remover.h"
#include "catalog/maintenance/file_set.h"
#include "catalog/maintenance/reachability.h"
#include "catalog/server/purge_job.h"
#include "catalog/store/catalog_store.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

inline constexpr std::chrono::minutes kPurgeTakeover{2};
inline constexpr std::chrono::hours kPurgeJobKept{24};  // how long a finished job is still listed

class PurgeRunner {
 public:
  // Applies changes under this server's epoch; kFenced when it may not commit.
  using Commit = std::function<Result<Applied>(std::vector<Change>)>;

  PurgeRunner(CatalogStore& store, storage::Storage& storage, CommitGuard& guard, Commit commit,
              const Clock& clock);

  // Begins with what is left from before.
  void Start();
  // There is a new job.
  void Wake();
  // Gives up between two groups of files.
  void Stop();

  // A job for the transaction that drops the table.
  PurgeJob NewJob(const TableIdentifier& identifier, const std::string& table_uuid,
                  const std::string& metadata_location) const;
  static PutRecordChange RecordOf(const PurgeJob& job, std::optional<uint64_t> expected_version);

  // Every job, oldest first, with this server's latest counts.
  Result<std::vector<PurgeJob>> ListJobs() EXCLUDES_LOCK(mutex_);

 private:
  struct Work {
    PurgeJob job;
    uint64_t version = 0;
    FileSet files;
    int64_t saved_micros = 0;  // monotonic
    bool metadata_is_damaged = false;
    bool failed = false;
  };

  void RunAll();
  Result<std::vector<Work>> ClaimBatch();
  Status RunBatch(std::vector<Work>& batch);
  Status Gather(Work& work);
  Status KeepWhatTablesNeed(ReachabilityWalk& walk);
  Status KeepTable(ReachabilityWalk& walk, const TableIdentifier& identifier);
  Status KeepTablesCreatedSince(ReachabilityWalk& walk, uint64_t* position);
  Status Delete(Work& work, const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position);
  // Files of one rank.
  Status DeleteGroups(Work& work, const std::vector<std::string>& locations, FileRemover& remover,
                      const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position);
  void Fail(Work& work, const Status& error);
  Status Save(Work& work) EXCLUDES_LOCK(mutex_);
  Status SaveNowAndThen(Work& work) EXCLUDES_LOCK(mutex_);
  Status CheckStop() const;

  CatalogStore& store_;
  storage::Storage& storage_;
  CommitGuard& guard_;
  const Commit commit_;
  const Clock& clock_;
  const std::string owner_;
  std::atomic<bool> stopping_ = false;
  Mutex mutex_;
  std::map<std::string, PurgeJob> running_ GUARDED_BY(mutex_);  // by id
  std::unique_ptr<PeriodicThread> thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PURGE_RUNNER_H_
