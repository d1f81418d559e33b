// SessionMemory: the latest state of each session that passed through, so that a session can go on at another
// account.
//
// An account's answer carries `X-Lifeboat-Session: <state>` and `X-Lifeboat-Session-Id: <id>` when the
// session's state may have changed. Both are taken off before a client sees the answer, and a client's own
// headers of these names are never passed on. When a client renews its token, the remembered state goes
// along: the session id is the token's part before the first '.'. States are opaque here (the accounts sign
// them). Thread-safe; bounded, least recently used out.
#ifndef LIFEBOAT_BCDR_GATEWAY_SESSION_MEMORY_H_
#define LIFEBOAT_BCDR_GATEWAY_SESSION_MEMORY_H_

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"
#include "net/http.h"

namespace lifeboat::bcdr {

class SessionMemory {
 public:
  explicit SessionMemory(size_t max_sessions) : max_sessions_(max_sessions) {}

  // Prepares `headers` (a copy of the request's) for the account.
  void OnRequest(const net::HttpRequest& request, net::Headers& headers) EXCLUDES_LOCK(mutex_);
  // Remembers what the answer says about its session and takes it off.
  void OnResponse(net::HttpResponse& response) EXCLUDES_LOCK(mutex_);

  size_t size() EXCLUDES_LOCK(mutex_);

 private:
  using Entry = std::pair<std::string, std::string>;  // session id, state

  void Remember(std::string_view session_id, std::string_view state) REQUIRES_LOCK(mutex_);

  const size_t max_sessions_;
  Mutex mutex_;
  std::list<Entry> by_recency_ GUARDED_BY(mutex_);  // most recent first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_id_ GUARDED_BY(mutex_);
};

// "a" of `Snowflake Token="a.b.c"`; "" when there is no token or no '.' in it.
std::string_view SessionIdOf(std::string_view authorization);

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_SESSION_MEMORY_H_
