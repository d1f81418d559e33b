// SessionTable: the sessions open at this server process, by session id.
//
// After a failover and a failback two servers know one session id, each with its own copy. A session grows by
// one generation whenever a server opens it from tokens, and tokens name the generation and server they
// belong to. So a copy whose generation is below that of the token presented has been left behind and is
// replaced; one whose generation is above it was opened by a concurrent renewal and is used.
#ifndef LIFEBOAT_ACCOUNT_WIRE_SESSION_TABLE_H_
#define LIFEBOAT_ACCOUNT_WIRE_SESSION_TABLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "account/engine/account_service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"

namespace lifeboat::account::wire {

// Shared by the table and by the statements it has under way.
class WireSession : public std::enable_shared_from_this<WireSession> {
 public:
  WireSession(std::string id, int64_t generation, std::shared_ptr<Session> session, Executor& statements,
              Clock& clock);

  const std::string& id() const { return id_; }
  int64_t generation() const { return generation_; }
  Session& session() { return *session_; }

  // Runs `work` on the statement pool after all earlier work of this session, so that a session with many
  // statements holds one thread, not all of them.
  void Enqueue(std::function<void()> work);

  // The state after the latest statement; never waits for a running one.
  SessionState state() const;
  // Reads the state from the session; true when it differs from before. Called between statements.
  bool RefreshState();

  void Touch() { last_used_micros_ = clock_.MonotonicMicros(); }
  // No request since then and nothing running.
  bool IdleSince(int64_t monotonic_micros) const;

 private:
  void RunNext();

  const std::string id_;
  const int64_t generation_;
  const std::shared_ptr<Session> session_;
  Executor& statements_;
  Clock& clock_;
  std::atomic<int64_t> last_used_micros_;

  mutable Mutex mutex_;
  SessionState state_ GUARDED_BY(mutex_);
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
  bool running_ GUARDED_BY(mutex_) = false;
};

using WireSessionPtr = std::shared_ptr<WireSession>;

class SessionTable {
 public:
  explicit SessionTable(size_t max_sessions) : max_sessions_(max_sessions) {}

  // Puts `session` in place of an older copy and returns it, or returns the copy that is at least as new.
  // Null when the table is full.
  WireSessionPtr Add(WireSessionPtr session);
  bool Full() const;
  WireSessionPtr Find(const std::string& id) const;
  void Remove(const WireSessionPtr& session);
  std::vector<WireSessionPtr> RemoveIdleSince(int64_t monotonic_micros);
  std::vector<WireSessionPtr> RemoveAll();

 private:
  const size_t max_sessions_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, WireSessionPtr> sessions_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_SESSION_TABLE_H_
