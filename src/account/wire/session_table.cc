#include "account/wire/session_table.h"

#include <tuple>
#include <utility>

namespace lifeboat::account::wire {
namespace {

bool SameState(const SessionState& a, const SessionState& b) {
  return std::tie(a.user, a.role, a.warehouse, a.database, a.schema, a.variables, a.parameters) ==
         std::tie(b.user, b.role, b.warehouse, b.database, b.schema, b.variables, b.parameters);
}

}  // namespace

WireSession::WireSession(std::string id, int64_t generation, std::shared_ptr<Session> session,
                         Executor& statements, Clock& clock)
    : id_(std::move(id)),
      generation_(generation),
      session_(std::move(session)),
      statements_(statements),
      clock_(clock),
      last_used_micros_(clock.MonotonicMicros()),
      state_(session_->State()) {}

void WireSession::Enqueue(std::function<void()> work) {
  {
    MutexLock lock(mutex_);
    queue_.push_back(std::move(work));
    if (running_) return;
    running_ = true;
  }
  statements_.Submit([self = shared_from_this()] { self->RunNext(); });
}

void WireSession::RunNext() {
  std::function<void()> work;
  {
    MutexLock lock(mutex_);
    work = std::move(queue_.front());
    queue_.pop_front();
  }
  work();
  work = nullptr;
  Touch();
  {
    MutexLock lock(mutex_);
    running_ = !queue_.empty();
    if (!running_) return;
  }
  statements_.Submit([self = shared_from_this()] { self->RunNext(); });
}

SessionState WireSession::state() const {
  MutexLock lock(mutex_);
  return state_;
}

bool WireSession::RefreshState() {
  SessionState now = session_->State();
  MutexLock lock(mutex_);
  if (SameState(now, state_)) return false;
  state_ = std::move(now);
  return true;
}

bool WireSession::IdleSince(int64_t monotonic_micros) const {
  MutexLock lock(mutex_);
  return !running_ && last_used_micros_ <= monotonic_micros;
}

WireSessionPtr SessionTable::Add(WireSessionPtr session) {
  MutexLock lock(mutex_);
  WireSessionPtr& entry = sessions_[session->id()];
  if (entry != nullptr && entry->generation() >= session->generation()) return entry;
  if (entry == nullptr && sessions_.size() > max_sessions_) {
    sessions_.erase(session->id());
    return nullptr;
  }
  std::swap(entry, session);  // the older copy, if any, ends after the lock is released
  return entry;
}

bool SessionTable::Full() const {
  MutexLock lock(mutex_);
  return sessions_.size() >= max_sessions_;
}

WireSessionPtr SessionTable::Find(const std::string& id) const {
  MutexLock lock(mutex_);
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : it->second;
}

void SessionTable::Remove(const WireSessionPtr& session) {
  MutexLock lock(mutex_);
  const auto it = sessions_.find(session->id());
  if (it != sessions_.end() && it->second == session) sessions_.erase(it);
}

std::vector<WireSessionPtr> SessionTable::RemoveIdleSince(int64_t monotonic_micros) {
  std::vector<WireSessionPtr> removed;
  MutexLock lock(mutex_);
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    if (it->second->IdleSince(monotonic_micros)) {
      removed.push_back(std::move(it->second));
      it = sessions_.erase(it);
    } else {
      ++it;
    }
  }
  return removed;
}

std::vector<WireSessionPtr> SessionTable::RemoveAll() {
  std::vector<WireSessionPtr> removed;
  MutexLock lock(mutex_);
  for (auto& [id, session] : sessions_) removed.push_back(std::move(session));
  sessions_.clear();
  return removed;
}

}  // namespace lifeboat::account::wire
