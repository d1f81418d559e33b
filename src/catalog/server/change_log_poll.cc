#include "catalog/server/change_log_poll.h"

#include <algorithm>
#include <utility>

namespace lifeboat::catalog {
namespace {

constexpr std::chrono::milliseconds kLookInterval{100};

}  // namespace

ChangeLogPoll::ChangeLogPoll(CatalogStore& store, Executor& workers, const Clock& clock)
    : store_(store),
      workers_(workers),
      clock_(clock),
      thread_(std::make_unique<PeriodicThread>("change-poll", kLookInterval, [this] { Tick(); })) {}

ChangeLogPoll::~ChangeLogPoll() {
  Stop();
}

void ChangeLogPoll::Park(Waiter waiter) {
  {
    MutexLock lock(mutex_);
    // What was committed between the caller's look at the store and now has been notified.
    if (!stopping_ && last_position_ <= waiter.after) {
      waiters_.push_back(std::move(waiter));
      return;
    }
  }
  workers_.Submit(std::move(waiter.resume));
}

void ChangeLogPoll::Notify(uint64_t position) {
  {
    MutexLock lock(mutex_);
    last_position_ = std::max(last_position_, position);
    if (waiters_.empty()) return;
  }
  thread_->Wake();
}

void ChangeLogPoll::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  Tick();
}

void ChangeLogPoll::Tick() {
  {
    MutexLock lock(mutex_);
    if (waiters_.empty()) return;
  }
  const Result<StoreState> state = store_.State();
  std::vector<Waiter> ready;
  {
    MutexLock lock(mutex_);
    if (state.ok()) last_position_ = std::max(last_position_, state->last_position);
    const int64_t now_micros = clock_.MonotonicMicros();
    const auto waits = [&](const Waiter& waiter) REQUIRES_LOCK(mutex_) {
      return !stopping_ && last_position_ <= waiter.after && now_micros < waiter.deadline_micros &&
             !waiter.is_gone();
    };
    const auto first_ready = std::stable_partition(waiters_.begin(), waiters_.end(), waits);
    ready.assign(std::make_move_iterator(first_ready), std::make_move_iterator(waiters_.end()));
    waiters_.erase(first_ready, waiters_.end());
  }
  for (Waiter& waiter : ready) {
    if (!waiter.is_gone()) workers_.Submit(std::move(waiter.resume));
  }
}

}  // namespace lifeboat::catalog
