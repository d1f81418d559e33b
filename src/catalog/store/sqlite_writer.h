// SqliteWriter: the thread that owns the writing connection and gives waiting writes one durable commit
// together.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_WRITER_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_WRITER_H_

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/semaphore.h"
#include "base/status.h"
#include "catalog/store/sqlite_change_counter.h"
#include "catalog/store/sqlite_database.h"
#include "catalog/store/sqlite_transaction.h"

namespace lifeboat::catalog {

class SqliteWriter {
 public:
  using Write = std::function<Status(SqliteTransactions&)>;

  // `changes` must outlive the writer.
  SqliteWriter(std::unique_ptr<SqliteDatabase> database, SqliteChangeCounter& changes);
  ~SqliteWriter();  // finishes the writes that were submitted

  // Runs `write` in a savepoint of the next group and waits until the group is durable. The result is the
  // write's own error, in which case nothing of it happened, or that of the group's commit. A write may be
  // run more than once. `queued`: see CatalogStore::Apply.
  Status Run(const Write& write, const CatalogStore::Queued& queued = nullptr);

 private:
  struct Waiting {
    const Write* write;
    bool has_queued;  // a callback that was not waited for yet
    Status queued;    // what it returned
    Semaphore queued_returned;
    Status result;
    Semaphore done;
  };

  void Loop();
  void RunGroup(const std::vector<Waiting*>& group);
  // A write without company needs no savepoint: when it fails, the transaction is rolled back.
  Status RunAlone(const Write& write);
  Status RunInSavepoint(const Write& write);
  // Waits for the callbacks of the writes that succeeded. Those whose callback failed get its error for a
  // result; true when there are any.
  static bool AnyQueuedFailed(const std::vector<Waiting*>& group);
  // Commits what the group did once the callbacks of its writes have returned; an error applies to every
  // write of it that had none of its own. Nothing is left of the transaction when a callback failed.
  Status CommitGroup(const std::vector<Waiting*>& group, bool* queued_failed);

  std::unique_ptr<SqliteDatabase> database_;  // used by the thread only
  SqliteChangeCounter& changes_;
  SqliteTransactions transactions_;
  SqliteStatement begin_{"BEGIN IMMEDIATE"};
  SqliteStatement commit_{"COMMIT"};
  SqliteStatement rollback_{"ROLLBACK"};
  SqliteStatement savepoint_{"SAVEPOINT one"};
  SqliteStatement release_{"RELEASE one"};
  SqliteStatement rollback_to_{"ROLLBACK TO one"};

  Mutex mutex_;
  CondVar available_;
  std::vector<Waiting*> queue_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_WRITER_H_
