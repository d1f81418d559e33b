// ChangeLogPoll: requests for changes that have not happened yet (long polls).
//
// A parked request holds no thread: it is a callback that runs on a worker once the log has grown past the
// position it knows, when its time is up, or when the server stops. Commits of this server tell at once;
// those of other servers over the same store are noticed by looking at the store a few times a second, and
// only while somebody waits.
#ifndef LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_POLL_H_
#define LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_POLL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

class ChangeLogPoll {
 public:
  // All arguments must outlive the poll.
  ChangeLogPoll(CatalogStore& store, Executor& workers, const Clock& clock);
  ~ChangeLogPoll();  // as Stop

  struct Waiter {
    uint64_t after = 0;
    int64_t deadline_micros = 0;  // of the clock's monotonic time
    std::function<void()> resume;
    std::function<bool()> is_gone;  // true: nobody reads the answer any more, and `resume` is not called
  };
  // Calls `resume` once, on a worker; soon if the log has grown past `after` by now.
  void Park(Waiter waiter) EXCLUDES_LOCK(mutex_);
  // This server has committed `position`.
  void Notify(uint64_t position) EXCLUDES_LOCK(mutex_);
  // Resumes everybody who waits, and from now on whoever parks at once.
  void Stop() EXCLUDES_LOCK(mutex_);

 private:
  void Tick() EXCLUDES_LOCK(mutex_);

  CatalogStore& store_;
  Executor& workers_;
  const Clock& clock_;
  Mutex mutex_;
  uint64_t last_position_ GUARDED_BY(mutex_) = 0;  // the latest known
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<Waiter> waiters_ GUARDED_BY(mutex_);
  std::unique_ptr<PeriodicThread> thread_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_POLL_H_
