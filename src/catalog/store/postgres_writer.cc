#include "catalog/store/postgres_writer.h"

#include <utility>

#include "base/log.h"
#include "base/uuid.h"

namespace lifeboat::catalog {
namespace {

// What one database transaction takes: more would make the first of them wait without sparing the disk
// anything.
constexpr size_t kGroupWritesMax = 512;
constexpr size_t kGroupBytesMax = 16 << 20;

// A table that commits of other servers outran this often is reserved for this one.
constexpr int kRacesLostMax = 3;
constexpr size_t kRacesKeptMax = 10'000;

// How long a commit that met another server's reservation is held back before it is told of the conflict.
constexpr std::chrono::milliseconds kTurn{20};

constexpr int kAttemptsMax = 4;
constexpr std::chrono::milliseconds kPause{100};

constexpr PostgresStatement kCommit{"commit", "COMMIT"};
constexpr PostgresStatement kRollback{"rollback", "ROLLBACK"};
// Waits until the session that held the row is over.
constexpr PostgresStatement kAwaitState{"await_state",
                                        "SELECT 1 FROM catalog_state WHERE id = 1 FOR NO KEY UPDATE"};
constexpr PostgresStatement kFindMark{"find_mark",
                                      "SELECT (SELECT transaction_id FROM change_log WHERE position = $1), "
                                      "(SELECT min(position) FROM change_log), "
                                      "(SELECT last_position FROM catalog_state WHERE id = 1)"};

size_t SizeOf(const PostgresWrite& write) {
  const auto* transaction = std::get_if<const Transaction*>(&write);
  if (transaction == nullptr) return 0;
  size_t bytes = 0;
  for (const Change& change : (*transaction)->changes) {
    if (const auto* create = std::get_if<CreateTableChange>(&change)) bytes += create->metadata_json.size();
    if (const auto* commit = std::get_if<CommitTableChange>(&change)) bytes += commit->metadata_json.size();
  }
  return bytes;
}

// One write's value may be what the server refused.
bool MayBeOneWritesFault(const Status& status) {
  return status.code() != StatusCode::kUnavailable && status.code() != StatusCode::kResourceExhausted &&
         status.code() != StatusCode::kCommitStateUnknown;
}

}  // namespace

PostgresWriter::PostgresWriter(const PostgresOptions& options, std::unique_ptr<PostgresConnection> connection,
                               const Clock& clock)
    : options_(options),
      clock_(clock),
      connection_(std::move(connection)),
      holder_(Uuid::V4().ToString()),
      thread_([this] { Loop(); }) {}

PostgresWriter::~PostgresWriter() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    available_.NotifyAll();
  }
  thread_.join();
}

Result<Applied> PostgresWriter::Run(const PostgresWrite& write, const CatalogStore::Queued& queued) {
  Waiting waiting{.write = write, .size_bytes = SizeOf(write), .has_queued = queued != nullptr};
  {
    MutexLock lock(mutex_);
    queue_.push_back(&waiting);
    available_.NotifyOne();
  }
  Status returned = queued ? queued() : Status::Ok();
  MutexLock lock(mutex_);
  if (queued) {
    waiting.queued = std::move(returned);
    waiting.has_queued = false;
    queued_returned_.NotifyOne();
  }
  while (!waiting.done) waiting.finished.Wait(mutex_);
  if (waiting.awaits_turn) never_.WaitFor(mutex_, kTurn);
  return std::move(waiting.result);
}

void PostgresWriter::Loop() {
  for (;;) {
    Group group;
    Group ready;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) available_.Wait(mutex_);
      if (queue_.empty()) return;
      AwaitCompany();
      group = TakeGroup();
      ready = AwaitQueued(group);
    }
    const int64_t started_micros = clock_.MonotonicMicros();
    if (!ready.empty()) RunGroup(ready);
    last_group_size_ = group.size();
    last_group_micros_ = clock_.MonotonicMicros() - started_micros;
    MutexLock lock(mutex_);
    for (Waiting* waiting : group) {
      waiting->done = true;
      waiting->finished.NotifyOne();
    }
  }
}

void PostgresWriter::AwaitCompany() {
  const int64_t deadline_micros = clock_.MonotonicMicros() + last_group_micros_ / 8;
  while (queue_.size() < last_group_size_ && !stopping_) {
    const int64_t left_micros = deadline_micros - clock_.MonotonicMicros();
    if (left_micros <= 0) return;
    available_.WaitFor(mutex_, std::chrono::microseconds(left_micros));
  }
}

PostgresWriter::Group PostgresWriter::TakeGroup() {
  size_t count = 0;
  size_t bytes = 0;
  while (count < queue_.size() && count < kGroupWritesMax) {
    bytes += queue_[count]->size_bytes;
    if (count > 0 && bytes > kGroupBytesMax) break;
    ++count;
  }
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  Group group(queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
  return group;
}

PostgresWriter::Group PostgresWriter::AwaitQueued(const Group& group) {
  Group ready;
  for (Waiting* waiting : group) {
    while (waiting->has_queued) queued_returned_.Wait(mutex_);
    if (waiting->queued.ok()) {
      ready.push_back(waiting);
    } else {
      waiting->result = waiting->queued;
    }
  }
  return ready;
}

void PostgresWriter::RunGroup(const Group& group) {
  std::vector<PostgresWrite> writes;
  for (const Waiting* waiting : group) writes.push_back(waiting->write);
  for (int attempt = 1;; ++attempt) {
    PostgresGroup work(writes, holder_);
    const Status status = TryGroup(work);
    if (status.ok()) {
      for (size_t i = 0; i < group.size(); ++i) {
        group[i]->result = work.ResultOf(i);
        group[i]->awaits_turn = work.MustAwaitTurn(i);
      }
      return;
    }
    if (status.code() == StatusCode::kCommitStateUnknown) {
      for (size_t i = 0; i < group.size(); ++i) {
        const Result<Applied> result = work.ResultOf(i);
        const bool in_doubt = result.ok() && !result->replay;
        group[i]->result = in_doubt ? status : Status(StatusCode::kUnavailable, status.message());
      }
      return;
    }
    if ((IsConnectionLost(status) || IsTransactionRetryable(status)) && attempt < kAttemptsMax) {
      if (attempt > 1) Pause(kPause * attempt);
      continue;
    }
    if (group.size() > 1 && MayBeOneWritesFault(status)) {
      for (Waiting* waiting : group) RunGroup({waiting});
      return;
    }
    for (Waiting* waiting : group) waiting->result = status;
    return;
  }
}

Status PostgresWriter::TryGroup(PostgresGroup& work) {
  LIFEBOAT_RETURN_IF_ERROR(Connect());
  Status begun = work.Begin(*connection_);
  if (!begun.ok()) {
    Abandon(begun);
    return begun;
  }
  work.Evaluate(clock_.NowMicros());
  ReserveContended(work);
  if (!work.HasEffects()) {
    const Status ended = connection_->Query(kRollback).status();
    if (!ended.ok()) connection_.reset();
    return Status::Ok();
  }
  work.SendWrites(*connection_);
  connection_->Send(kCommit);
  const Status committed = connection_->Finish().status();
  if (committed.ok()) return committed;
  if (IsConnectionLost(committed)) {
    connection_.reset();
    return FindOutcome(work, committed);
  }
  Abandon(committed);
  return committed;
}

void PostgresWriter::ReserveContended(PostgresGroup& work) {
  for (const PostgresGroup::TableKey& table : work.committed()) races_lost_.erase(table);
  if (races_lost_.size() > kRacesKeptMax) races_lost_.clear();
  for (const PostgresGroup::TableKey& table : work.outrun()) {
    if (++races_lost_[table] >= kRacesLostMax) work.Reserve(table);
  }
}

Status PostgresWriter::Connect() {
  if (connection_ != nullptr) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(connection_, PostgresConnection::Open(options_));
  return Status::Ok();
}

void PostgresWriter::Abandon(const Status& reason) {
  // A server that became a standby and the like: the next connection finds the right one.
  if (reason.code() == StatusCode::kUnavailable && !IsTransactionRetryable(reason)) connection_.reset();
  if (connection_ != nullptr && !connection_->Query(kRollback).ok()) connection_.reset();
}

Status PostgresWriter::FindOutcome(const PostgresGroup& work, const Status& lost) {
  // Whatever leaves no log entry can be done twice.
  if (!work.log_mark()) return lost;
  log::Warning("the connection broke during a commit; looking for its outcome", {{"error", lost}});
  const int64_t started_micros = clock_.MonotonicMicros();
  const int64_t limit_micros = std::chrono::microseconds(options_.recovery_timeout).count();
  for (std::chrono::milliseconds waited{0}; waited <= options_.recovery_timeout; waited += kPause) {
    if (waited.count() > 0) Pause(kPause);
    Status status = Connect();
    if (status.ok()) {
      const Result<bool> found = IsInLog(*work.log_mark());
      if (found.ok()) return *found ? Status::Ok() : lost;
      status = found.status();
      connection_.reset();
      if (status.code() == StatusCode::kCommitStateUnknown) return status;
    }
    if (clock_.MonotonicMicros() - started_micros > limit_micros) break;
  }
  return Status::Make(StatusCode::kCommitStateUnknown,
                      "{}; whether the commit happened could not be found out: look before repeating it",
                      lost.message());
}

Result<bool> PostgresWriter::IsInLog(const PostgresGroup::LogMark& mark) {
  LIFEBOAT_RETURN_IF_ERROR(connection_->Execute("BEGIN"));
  LIFEBOAT_RETURN_IF_ERROR(connection_->Query(kAwaitState).status());
  LIFEBOAT_ASSIGN_OR_RETURN(
      const PostgresRows found,
      connection_->Query(kFindMark, PostgresParameters().Integer(static_cast<int64_t>(mark.position))));
  LIFEBOAT_RETURN_IF_ERROR(connection_->Query(kRollback).status());
  if (!found.IsNull(0, 0)) return found.Text(0, 0) == mark.transaction_id;
  const auto position = static_cast<int64_t>(mark.position);
  const bool trimmed =
      position <= found.Integer(0, 2) && !found.IsNull(0, 1) && position < found.Integer(0, 1);
  if (!trimmed) return false;
  return Status(StatusCode::kCommitStateUnknown,
                "the answer to a commit was lost, and its change-log entry would have been trimmed by now");
}

void PostgresWriter::Pause(std::chrono::milliseconds duration) {
  MutexLock lock(mutex_);
  never_.WaitFor(mutex_, duration);
}

}  // namespace lifeboat::catalog
