#include "catalog/server/table_locks.h"

#include <algorithm>
#include <utility>

namespace lifeboat::catalog {

TableLocks::Holder::Holder(TableLocks& locks, std::vector<TableIdentifier> tables)
    : locks_(locks), tables_(std::move(tables)) {
  std::sort(tables_.begin(), tables_.end());
  tables_.erase(std::unique(tables_.begin(), tables_.end()), tables_.end());
  MutexLock lock(locks_.mutex_);
  for (const TableIdentifier& table : tables_) {
    Queue& queue = locks_.queues_[table];
    const uint64_t ticket = queue.next_ticket++;
    while (queue.now_serving != ticket) queue.moved.Wait(locks_.mutex_);
  }
}

TableLocks::Holder::~Holder() {
  MutexLock lock(locks_.mutex_);
  for (const TableIdentifier& table : tables_) {
    const auto found = locks_.queues_.find(table);
    Queue& queue = found->second;
    if (++queue.now_serving == queue.next_ticket) {
      locks_.queues_.erase(found);
    } else {
      queue.moved.NotifyAll();
    }
  }
}

}  // namespace lifeboat::catalog
