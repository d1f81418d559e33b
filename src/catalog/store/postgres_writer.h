// PostgresWriter: the thread that owns the writing connection and gives waiting writes one durable commit
// together.
//
// A connection that breaks before the commit was sent costs nothing: the group is run again on a new one.
// When it breaks while the commit's answer is due, the writer reconnects, takes the lock that the broken
// session held — so that session is over — and looks whether the change log has the group's last transaction
// at its position.
//
// A server that is a little slower than another would lose every race for a table both commit to. After some
// lost races the writer reserves the table; commits of other servers are refused until it has had its turn.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_WRITER_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_WRITER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "catalog/store/postgres_connection.h"
#include "catalog/store/postgres_group.h"

namespace lifeboat::catalog {

class PostgresWriter {
 public:
  PostgresWriter(const PostgresOptions& options, std::unique_ptr<PostgresConnection> connection,
                 const Clock& clock);
  ~PostgresWriter();  // finishes the writes that were submitted

  // Runs `write` in the next group and waits until the group is durable. An error means that nothing of it
  // happened, except kCommitStateUnknown. `queued`: see CatalogStore::Apply.
  Result<Applied> Run(const PostgresWrite& write, const CatalogStore::Queued& queued = nullptr);

 private:
  struct Waiting {
    PostgresWrite write;
    size_t size_bytes = 0;
    Result<Applied> result = Applied();
    bool awaits_turn = false;
    bool has_queued = false;  // its callback has not returned
    Status queued;            // what it returned
    bool done = false;
    CondVar finished;
  };
  using Group = std::vector<Waiting*>;

  void Loop();
  // Clients whose commits have just become durable are about to send the next ones. Without this short wait
  // the first of them would take a disk write for itself, and all others would wait for the one after.
  void AwaitCompany() REQUIRES_LOCK(mutex_);
  Group TakeGroup() REQUIRES_LOCK(mutex_);
  // Waits for the writes' callbacks; the result has those of which it did not fail.
  Group AwaitQueued(const Group& group) REQUIRES_LOCK(mutex_);
  void RunGroup(const Group& group);
  // Reserves the tables that this server keeps losing races for.
  void ReserveContended(PostgresGroup& work);
  // Commits `work`, or finds that it has nothing to commit.
  Status TryGroup(PostgresGroup& work);
  Status Connect();
  // After an error before the commit.
  void Abandon(const Status& reason);
  // OK when the group whose commit went unanswered is there, `lost` when it is not, kCommitStateUnknown when
  // that cannot be found out.
  Status FindOutcome(const PostgresGroup& work, const Status& lost);
  Result<bool> IsInLog(const PostgresGroup::LogMark& mark);
  void Pause(std::chrono::milliseconds duration);

  const PostgresOptions options_;
  const Clock& clock_;
  // Used by the thread only.
  std::unique_ptr<PostgresConnection> connection_;     // null: not connected
  const std::string holder_;                           // names this writer in reservations
  std::map<PostgresGroup::TableKey, int> races_lost_;  // since the last commit to the table
  size_t last_group_size_ = 0;
  int64_t last_group_micros_ = 0;

  Mutex mutex_;
  CondVar available_;
  CondVar queued_returned_;
  CondVar never_;  // notified by nobody: for pauses
  std::vector<Waiting*> queue_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_WRITER_H_
