// PurgeRunner: works off purge jobs in the background, one batch at a time.
//
// A batch gathers the files of its tables, walks every table of the catalog once to keep what others need
// (tables registered twice, tables that hold files by path), and deletes the rest: content first, metadata
// last, so that what was cut short is found again from the metadata. Before each group of deletions it looks
// at the change log for tables that were created since the walk. A job that fails is tried again; only a
// catalog that may commit deletes.
//
// Servers over one store share the jobs. A server claims a job by writing itself into the job's record, if
// the record is still the one it read; it renews the claim every 30 seconds, and loses it to another server
// once it has been silent for kPurgeTakeover. A claim keeps work from being done twice, not files from harm:
// two servers that do the same job do none.
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
    std::vector<std::string> past_metadata_files;  // of `files`, those that only their folder tells of
    bool metadata_is_damaged = false;
    bool failed = false;  // or taken over by another server
  };

  void RunAll();
  Status ClaimBatch() EXCLUDES_LOCK(mutex_);
  Status RunBatch() EXCLUDES_LOCK(mutex_);
  Status Gather(Work& work);
  Status KeepWhatTablesNeed(ReachabilityWalk& walk);
  Status KeepTable(ReachabilityWalk& walk, const TableIdentifier& identifier);
  Status KeepTablesCreatedSince(ReachabilityWalk& walk, uint64_t* position);
  Status Delete(Work& work, const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position);
  // Files of one rank.
  Status DeleteGroups(Work& work, const std::vector<std::string>& locations, FileRemover& remover,
                      const FileSet& unneeded, ReachabilityWalk& walk, uint64_t* position);
  void Fail(Work& work, const Status& error) EXCLUDES_LOCK(mutex_);
  // Another server has the job now.
  void Lose(Work& work) EXCLUDES_LOCK(mutex_);
  Status Save(Work& work) EXCLUDES_LOCK(mutex_);
  // The counts, for ListJobs.
  void Show(const Work& work) EXCLUDES_LOCK(mutex_);
  // Between two steps of whatever takes long: an error when the server stops; and, now and then, renews the
  // claims on the batch's jobs, those that wait their turn included.
  Status CheckAndRenew() EXCLUDES_LOCK(mutex_);

  CatalogStore& store_;
  storage::Storage& storage_;
  CommitGuard& guard_;
  const Commit commit_;
  const Clock& clock_;
  const std::string owner_;
  std::atomic<bool> stopping_ = false;
  // Of the thread that runs jobs.
  std::vector<Work> batch_;
  int64_t renewed_micros_ = 0;  // monotonic
  Mutex mutex_;
  std::map<std::string, PurgeJob> running_ GUARDED_BY(mutex_);  // by id
  std::unique_ptr<PeriodicThread> thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PURGE_RUNNER_H_
