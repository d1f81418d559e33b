// QueryRegistry: every statement this server has accepted, from its arrival until its answer is forgotten.
//
// It is where requests meet statements: a request waits here for an answer, a repeated one joins the
// statement it repeats, /result, monitoring, chunk downloads and cancellation find statements here by id.
// Finished statements are forgotten oldest first when they are too old, too many or too large together.
#ifndef LIFEBOAT_ACCOUNT_WIRE_QUERY_REGISTRY_H_
#define LIFEBOAT_ACCOUNT_WIRE_QUERY_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "account/wire/query_answer.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"

namespace lifeboat::account::wire {

enum class QueryStatus { kQueued, kRunning, kSucceeded, kFailed };

struct QueryDescription {
  std::string session_id;
  std::string user;
  std::string request_id;  // "": never repeated
  std::string sql;
  // Asks the account to end the statement; called from any thread, again and again until it has ended,
  // because a request to cancel may arrive just before the account begins.
  std::function<void()> cancel;
};

struct QueryView {
  std::string id, session_id, user, sql;
  QueryStatus status = QueryStatus::kQueued;
  int64_t start_millis = 0;  // since 1970
  int64_t end_millis = 0;    // 0: not ended
  QueryAnswerPtr answer;     // null: not ended
};

struct RegistryLimits {
  Duration retention{};
  size_t max_results = 0;
  uint64_t max_bytes = 0;
};

class QueryRegistry {
 public:
  // Called once, with null when the time ran out first. Must not block.
  using Waiter = std::function<void(const QueryAnswerPtr& answer)>;

  struct Beginning {
    std::string id;
    bool repeated;  // the statement was here already: do not run it
  };

  struct ChunkView {
    QueryAnswerPtr answer;  // owns the chunk
    const Chunk* chunk = nullptr;
  };

  QueryRegistry(const RegistryLimits& limits, Clock& clock, Random& random)
      : limits_(limits), clock_(clock), random_(random) {}

  Beginning Begin(QueryDescription description);
  // False when the statement was cancelled while it waited: it must end without running.
  bool MarkRunning(const std::string& id);
  // Ends the statement and wakes who waits for it. REQUIRES: begun and not ended
  void End(const std::string& id, QueryAnswerPtr answer);

  // Calls `waiter` at once if the statement has ended (or is unknown: null), else when it ends or after
  // `limit`.
  void Wait(const std::string& id, Duration limit, Waiter waiter);

  std::optional<QueryView> Find(const std::string& id) const;
  // The user's statements: those under way, then those that have ended, each newest first.
  std::vector<QueryView> List(const std::string& user, size_t max) const;
  std::optional<std::string> FindRequest(const std::string& session_id, const std::string& request_id) const;
  ChunkView FindChunk(const std::string& chunk_id) const;

  // False when the statement has ended or is unknown.
  bool Cancel(const std::string& id);
  bool Cancelled(const std::string& id) const;
  // Cancels what the session has under way, or everything.
  void CancelSession(const std::string& session_id);
  void CancelAll();

  // Ends waits that are over, repeats cancellations, forgets old statements. Called several times a second.
  void Tick();
  // Drops all waiters without calling them.
  void AbandonWaiters();

 private:
  struct Waiting {
    int64_t deadline_micros;
    Waiter waiter;
  };
  struct Entry {
    QueryDescription description;
    QueryStatus status = QueryStatus::kQueued;
    bool cancelled = false;
    int64_t start_millis = 0, end_millis = 0;
    int64_t end_micros = 0;  // monotonic
    QueryAnswerPtr answer;
    std::vector<Waiting> waiting;
  };

  static QueryView View(const std::string& id, const Entry& entry);
  void Forget(int64_t now_micros, std::vector<QueryAnswerPtr>& dropped) REQUIRES_LOCK(mutex_);
  template <typename Predicate>
  void CancelWhere(Predicate matches);

  const RegistryLimits limits_;
  Clock& clock_;
  Random& random_;

  mutable Mutex mutex_;
  std::unordered_map<std::string, Entry> queries_ GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::string> by_request_
      GUARDED_BY(mutex_);  // session id + request id → query id
  std::unordered_map<std::string, ChunkView> chunks_ GUARDED_BY(mutex_);
  std::deque<std::string> ended_ GUARDED_BY(mutex_);    // in order of ending
  std::vector<std::string> active_ GUARDED_BY(mutex_);  // not ended
  uint64_t held_bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace lifeboat::account::wire

#endif  // LIFEBOAT_ACCOUNT_WIRE_QUERY_REGISTRY_H_
