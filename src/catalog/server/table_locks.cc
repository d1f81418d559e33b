#include "catalog/server/table_locks.h"

#include <algorithm>
#include <utility>

namespace lifeboat::catalog {

TableLocks::Holder::Holder(TableLocks& locks, std::vector<TableIdentifier> tables, Base base)
    : locks_(locks), tables_(std::move(tables)) {
  std::sort(tables_.begin(), tables_.end());
  tables_.erase(std::unique(tables_.begin(), tables_.end()), tables_.end());
  MutexLock lock(locks_.mutex_);
  for (const TableIdentifier& table : tables_) {
    Queue& queue = locks_.queues_[table];
    queue.line.push_back(this);
    const auto is_ready = [&queue, base] {
      return queue.queued == 0 || (base == Base::kMayBeQueued && !queue.failed);
    };
    while (queue.line.front() != this || !is_ready()) may_go_on_.Wait(locks_.mutex_);
  }
}

TableLocks::Holder::~Holder() {
  MutexLock lock(locks_.mutex_);
  if (passed_on_ && !entered_) {
    // It is given up, but its place in the order is its own.
    locks_.AwaitEarlier(*this);
    locks_.Enter(*this);
  }
  for (const NewVersion& made : made_) locks_.Settle(made.table, applied_);
  if (passed_on_) return;
  for (const TableIdentifier& table : tables_) locks_.NextTurn(table);
}

std::shared_ptr<const LoadedTableVersion> TableLocks::Holder::Queued(const TableIdentifier& table) const {
  MutexLock lock(locks_.mutex_);
  return locks_.queues_.at(table).newest;
}

void TableLocks::Holder::PassOn(std::vector<NewVersion> made) {
  made_ = std::move(made);
  passed_on_ = true;
  MutexLock lock(locks_.mutex_);
  for (const NewVersion& version : made_) {
    Queue& queue = locks_.queues_.at(version.table);
    ++queue.queued;
    places_.push_back(queue.passed_on++);
    queue.newest = version.version;
  }
  for (const TableIdentifier& table : tables_) locks_.NextTurn(table);
}

void TableLocks::Holder::AwaitEarlier() {
  MutexLock lock(locks_.mutex_);
  locks_.AwaitEarlier(*this);
}

void TableLocks::Holder::Entered() {
  MutexLock lock(locks_.mutex_);
  locks_.Enter(*this);
}

void TableLocks::AwaitEarlier(const Holder& holder) {
  const auto is_next = [&] {
    if (!holder.passed_on_) {
      return std::all_of(holder.tables_.begin(), holder.tables_.end(), [&](const TableIdentifier& table) {
        const Queue& queue = queues_.at(table);
        return queue.entered == queue.passed_on;
      });
    }
    for (size_t i = 0; i < holder.made_.size(); ++i) {
      if (queues_.at(holder.made_[i].table).entered != holder.places_[i]) return false;
    }
    return true;
  };
  while (!is_next()) entered_.Wait(mutex_);
}

void TableLocks::Enter(Holder& holder) {
  holder.entered_ = true;
  for (const Holder::NewVersion& made : holder.made_) ++queues_.at(made.table).entered;
  entered_.NotifyAll();
}

void TableLocks::NextTurn(const TableIdentifier& table) {
  const auto found = queues_.find(table);
  found->second.line.pop_front();
  GoOn(found);
}

void TableLocks::Settle(const TableIdentifier& table, bool applied) {
  const auto found = queues_.find(table);
  Queue& queue = found->second;
  --queue.queued;
  queue.failed = queue.queued > 0 && (queue.failed || !applied);
  if (queue.queued == 0) {
    queue.newest = nullptr;
    GoOn(found);
  }
}

void TableLocks::GoOn(std::map<TableIdentifier, Queue>::iterator queue) {
  if (!queue->second.line.empty()) {
    queue->second.line.front()->may_go_on_.NotifyOne();
  } else if (queue->second.queued == 0) {
    queues_.erase(queue);
  }
}

}  // namespace lifeboat::catalog
