#include "catalog/store/sqlite_writer.h"

#include <utility>

namespace lifeboat::catalog {

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteDatabase> database, SqliteChangeCounter& changes)
    : database_(std::move(database)),
      changes_(changes),
      transactions_(*database_),
      thread_([this] { Loop(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    available_.NotifyAll();
  }
  thread_.join();
}

Status SqliteWriter::Run(const Write& write, const CatalogStore::Queued& queued) {
  Waiting waiting{.write = &write, .has_queued = queued != nullptr};
  bool is_first;
  {
    MutexLock lock(mutex_);
    is_first = queue_.empty();
    queue_.push_back(&waiting);
  }
  if (is_first) available_.NotifyOne();
  if (queued) {
    waiting.queued = queued();
    waiting.queued_returned.Post();
  }
  waiting.done.Wait();
  return std::move(waiting.result);
}

void SqliteWriter::Loop() {
  std::vector<Waiting*> group;
  for (;;) {
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) available_.Wait(mutex_);
      if (queue_.empty()) return;
      group.swap(queue_);
    }
    RunGroup(group);
    for (Waiting* waiting : group) waiting->done.Post();
    group.clear();
  }
}

void SqliteWriter::RunGroup(const std::vector<Waiting*>& group) {
  Status begun = SqliteRun(*database_, begin_).Run();
  if (!begun.ok()) {
    for (Waiting* waiting : group) waiting->result = begun;
    return;
  }
  const bool alone = group.size() == 1;
  for (size_t i = 0; i < group.size(); ++i) {
    group[i]->result = alone ? RunAlone(*group[i]->write) : RunInSavepoint(*group[i]->write);
    if (database_->InTransaction()) continue;
    // It failed alone, or a full disk and the like made SQLite roll the whole group back.
    for (Waiting* waiting : group) waiting->result = group[i]->result;
    return;
  }
  bool queued_failed = false;
  const Status committed = CommitGroup(group, &queued_failed);
  if (committed.ok() && queued_failed) {
    // What was refused is run again too: it may have been because of one that is not there any more.
    std::vector<Waiting*> others;
    for (Waiting* waiting : group) {
      if (waiting->has_queued || waiting->queued.ok()) others.push_back(waiting);
    }
    if (!others.empty()) RunGroup(others);
    return;
  }
  if (committed.ok()) return;
  for (Waiting* waiting : group) {
    if (waiting->result.ok()) waiting->result = committed;
  }
}

bool SqliteWriter::AnyQueuedFailed(const std::vector<Waiting*>& group) {
  bool any_failed = false;
  for (Waiting* waiting : group) {
    if (!waiting->result.ok() || !waiting->has_queued) continue;
    waiting->queued_returned.Wait();
    waiting->has_queued = false;
    if (waiting->queued.ok()) continue;
    waiting->result = waiting->queued;
    any_failed = true;
  }
  return any_failed;
}

Status SqliteWriter::RunAlone(const Write& write) {
  Status status = write(transactions_);
  if (status.ok() || !database_->InTransaction()) return status;
  const Status undone = SqliteRun(*database_, rollback_).Run();
  return undone.ok() ? status : undone;
}

Status SqliteWriter::RunInSavepoint(const Write& write) {
  LIFEBOAT_RETURN_IF_ERROR(SqliteRun(*database_, savepoint_).Run());
  Status status = write(transactions_);
  if (!database_->InTransaction()) return status;
  if (!status.ok()) {
    Status undone = SqliteRun(*database_, rollback_to_).Run();
    // Without its savepoint undone, a refused write would be committed with the group.
    if (!undone.ok()) (void)database_->Execute("ROLLBACK");
    if (!database_->InTransaction()) return status;
  }
  Status released = SqliteRun(*database_, release_).Run();
  if (!released.ok() && status.ok()) {
    (void)database_->Execute("ROLLBACK");
    return released;
  }
  return status;
}

Status SqliteWriter::CommitGroup(const std::vector<Waiting*>& group, bool* queued_failed) {
  const std::function<bool()> ready = [&] {
    *queued_failed = *queued_failed || AnyQueuedFailed(group);
    return !*queued_failed;
  };
  const uint64_t begun = changes_.Begin();
  Status committed;
  {
    const SqliteLogGate gate = database_->GateLog(ready);
    if (gate.is_installed() || ready()) committed = SqliteRun(*database_, commit_).Run();
  }
  changes_.End(begun);
  if (*queued_failed)
    return database_->InTransaction() ? SqliteRun(*database_, rollback_).Run() : Status::Ok();
  if (committed.ok()) return committed;
  // SQLite ends some transactions itself when their commit fails.
  const bool rolled_back = !database_->InTransaction() || database_->Execute("ROLLBACK").ok();
  // A full disk or a busy file stops SQLite before it writes its commit record. After any other failure the
  // record may or may not have reached the disk.
  const bool nothing_written = rolled_back && (committed.code() == StatusCode::kResourceExhausted ||
                                               committed.message().ends_with("try again"));
  return nothing_written ? committed : Status(StatusCode::kCommitStateUnknown, committed.message());
}

}  // namespace lifeboat::catalog
