// TableLocks: the queue of commits of each table within this server.
//
// The store already refuses a commit built on an old version; queueing commits of one table here saves them
// the work of being refused. Served in order of arrival. A holder of several tables takes them in one call,
// in one global order, so that two multi-table transactions never wait for each other.
//
// A commit need not keep its turn until it is durable: once it is queued for the store, it passes the turn on
// together with the version it makes, and the next commit is built upon that. Commits of one table so share
// durable writes as commits of different tables do. A version that fails after all takes those built upon it
// along, because the store checks what each was made from; until they have all been answered, no other commit
// gets a turn.
//
// A commit that has files of its own to make durable passes its turn on before that, so that the files of
// many are made durable at the same time. What is passed on enters the store in the order it was passed on.
#ifndef LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_
#define LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "catalog/api/identifier.h"
#include "catalog/server/table_cache.h"

namespace lifeboat::catalog {

class TableLocks {
 public:
  // What a holder finds when its turn comes: every earlier commit answered, or versions that are queued for
  // the store.
  enum class Base { kSettled, kMayBeQueued };

  class Holder {
   public:
    // Waits for its turn in each.
    Holder(TableLocks& locks, std::vector<TableIdentifier> tables, Base base = Base::kSettled);
    ~Holder();
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    // The version of a table it holds that is queued for the store, or null: then the store has the newest.
    std::shared_ptr<const LoadedTableVersion> Queued(const TableIdentifier& table) const;

    struct NewVersion {
      TableIdentifier table;
      std::shared_ptr<const LoadedTableVersion> version;  // its number is 0
    };
    // Gives every turn to the next; `made` says what they find. Call at most once, and no later than when the
    // versions are queued for the store.
    void PassOn(std::vector<NewVersion> made);
    bool passed_on() const { return passed_on_; }
    // Waits until every version that was passed on before is queued for the store, or never will be.
    void AwaitEarlier();
    // What was passed on is queued for the store. REQUIRES: AwaitEarlier.
    void Entered();
    // What was passed on is in the store now. Without this call it counts as failed when the holder is gone.
    void Applied() { applied_ = true; }

   private:
    friend class TableLocks;

    TableLocks& locks_;
    std::vector<TableIdentifier> tables_;  // sorted, each once
    CondVar may_go_on_;
    std::vector<NewVersion> made_;
    std::vector<size_t> places_;  // of made_, in the order their tables' versions were passed on
    bool passed_on_ = false;
    bool entered_ = false;
    bool applied_ = false;
  };

 private:
  struct Queue {
    std::deque<Holder*> line;  // the first has its turn
    // Versions that were passed on and have not been answered, the newest of them, and whether one of them
    // failed.
    size_t queued = 0;
    // Versions ever passed on, and those of them that were queued for the store or given up.
    size_t passed_on = 0, entered = 0;
    std::shared_ptr<const LoadedTableVersion> newest;
    bool failed = false;
  };

  void AwaitEarlier(const Holder& holder) REQUIRES_LOCK(mutex_);
  void Enter(Holder& holder) REQUIRES_LOCK(mutex_);
  void NextTurn(const TableIdentifier& table) REQUIRES_LOCK(mutex_);
  void Settle(const TableIdentifier& table, bool applied) REQUIRES_LOCK(mutex_);
  // Wakes the first in line, or forgets a queue that nobody needs.
  void GoOn(std::map<TableIdentifier, Queue>::iterator queue) REQUIRES_LOCK(mutex_);

  Mutex mutex_;
  CondVar entered_;  // one more version was queued for the store or given up
  // Of tables somebody holds, waits for, or has queued a version of.
  std::map<TableIdentifier, Queue> queues_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TABLE_LOCKS_H_
