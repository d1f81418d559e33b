// HoldingProxy: forwards requests to one upstream at a time and, instead of failing, holds them while there
// is none.
//
// A request is either in flight or held, never both. It is held when there is no upstream or the upstream
// broke before answering, and sent again when SetRoute or RetryHeld says that it is worth trying. What may
// not be sent twice (see replay_policy.h) is answered 502 once its fate is unknown. Held requests end at the
// hold's time limit (503, Retry-After), when their client goes, or at Close. Thread-safe; never blocks.
#ifndef LIFEBOAT_BCDR_GATEWAY_HOLDING_PROXY_H_
#define LIFEBOAT_BCDR_GATEWAY_HOLDING_PROXY_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "bcdr/gateway/answers.h"
#include "bcdr/gateway/gateway.h"
#include "bcdr/gateway/session_memory.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace lifeboat::bcdr {

struct HoldingProxyOptions {
  std::string name;  // of what is forwarded to, for messages: "connection LIFEBOAT_DEMO"
  Dialect dialect = Dialect::kDriverProtocol;
  HoldOptions hold;
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds request_timeout{0};
};

class HoldingProxy {
 public:
  // `sessions` may be null. `on_upstream_failure` is told of every broken exchange. All outlive the proxy.
  HoldingProxy(HoldingProxyOptions options, Clock& clock, net::HttpClient& client, SessionMemory* sessions,
               std::function<void()> on_upstream_failure);

  void Handle(net::HttpRequest request, net::Responder responder) EXCLUDES_LOCK(mutex_);

  // Requests go to `uri` from now on, and held ones at once; nothing: hold. What is in flight to another
  // upstream is left to finish there unless that one is dead: then it is taken back and sent to `uri` as a
  // broken one would be.
  void SetRoute(const std::optional<std::string>& uri, bool old_upstream_is_dead) EXCLUDES_LOCK(mutex_);
  // Sends the held requests again: the upstream answered somebody else.
  void RetryHeld() EXCLUDES_LOCK(mutex_);
  // Ends what is held for too long or for nobody. Call it every now and then.
  void Sweep() EXCLUDES_LOCK(mutex_);
  // Answers everything held and everything to come with "try again".
  void Close() EXCLUDES_LOCK(mutex_);

  size_t held_requests() EXCLUDES_LOCK(mutex_);

 private:
  struct Forwarded {
    Forwarded(net::HttpRequest forwarded_request, net::Responder client)
        : request(std::move(forwarded_request)), responder(std::move(client)) {}
    const net::HttpRequest request;
    const net::Responder responder;
    // The rest is guarded by the proxy's mutex.
    uint64_t attempt = 0;                         // answers of earlier attempts are ignored
    std::string upstream;                         // of the attempt in flight
    std::optional<int64_t> hold_deadline_micros;  // set when first held
    bool may_have_been_sent = false;
  };
  using ForwardedPtr = std::shared_ptr<Forwarded>;
  // To be sent, or to be answered, once the mutex is released.
  struct Attempt {
    ForwardedPtr forwarded;
    uint64_t number;
    std::string upstream;
  };
  struct Answer {
    ForwardedPtr forwarded;
    net::HttpResponse response;
  };
  struct Work {
    std::vector<Attempt> attempts;
    std::vector<Answer> answers;
  };

  void Place(const ForwardedPtr& forwarded, Work& work) REQUIRES_LOCK(mutex_);
  void Hold(const ForwardedPtr& forwarded, Work& work) REQUIRES_LOCK(mutex_);
  void ReleaseHeld(Work& work) REQUIRES_LOCK(mutex_);
  void HoldOrGiveUp(const ForwardedPtr& forwarded, bool sent, Work& work) REQUIRES_LOCK(mutex_);
  void Do(Work work) EXCLUDES_LOCK(mutex_);
  void Send(const Attempt& attempt) EXCLUDES_LOCK(mutex_);
  void OnOutcome(const ForwardedPtr& forwarded, uint64_t attempt, Result<net::HttpResponse> outcome)
      EXCLUDES_LOCK(mutex_);

  const HoldingProxyOptions options_;
  Clock& clock_;
  net::HttpClient& client_;
  SessionMemory* const sessions_;
  const std::function<void()> on_upstream_failure_;

  Mutex mutex_;
  std::optional<std::string> route_ GUARDED_BY(mutex_);
  std::deque<ForwardedPtr> held_ GUARDED_BY(mutex_);  // in order of arrival
  uint64_t held_bytes_ GUARDED_BY(mutex_) = 0;
  std::unordered_set<ForwardedPtr> in_flight_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

// The fields of a message that a proxy passes on: without those that describe one connection (RFC 9110
// section 7.6.1), and without Expect, which the proxy has met itself.
net::Headers EndToEndHeaders(const net::Headers& headers);

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_HOLDING_PROXY_H_
