// TableLocks: the queue of commits of each table within this server.
//
// The store already refuses a commit built on an old version; queueing commits of one table here saves them
// the work of being refused. Served in order of arrival. A holder of several tables takes them in one call,
// in one global order, so that two multi-table transactions never wait for each other.
#ifndef LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_
#define LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "base/mutex.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog {

class TableLocks {
 public:
  class Holder {
   public:
    Holder(TableLocks& locks, std::vector<TableIdentifier> tables);  // waits for its turn in each
    ~Holder();
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

   private:
    TableLocks& locks_;
    std::vector<TableIdentifier> tables_;  // sorted, each once
  };

 private:
  struct Queue {
    uint64_t next_ticket = 0;
    uint64_t now_serving = 0;
    CondVar moved;
  };
  Mutex mutex_;
  std::map<TableIdentifier, Queue> queues_ GUARDED_BY(mutex_);  // of tables somebody holds or waits for
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_
