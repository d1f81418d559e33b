#include "bcdr/gateway/holding_proxy.h"

#include <algorithm>
#include <array>

#include "base/log.h"
#include "bcdr/gateway/replay_policy.h"
#include "net/loopback.h"

namespace lifeboat::bcdr {
namespace {

uint64_t SizeOf(const net::HttpRequest& request) {
  uint64_t bytes = request.method.size() + request.target.size() + request.body.size();
  for (const auto& [name, value] : request.headers.fields()) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

net::Headers EndToEndHeaders(const net::Headers& headers) {
  constexpr std::array<std::string_view, 10> kOfOneConnection{
      "Connection", "Keep-Alive", "Proxy-Connection",  "Proxy-Authorization", "TE",
      "Trailer",    "Upgrade",    "Transfer-Encoding", "Content-Length",      "Expect"};
  net::Headers kept;
  for (const auto& [name, value] : headers.fields()) {
    const bool drop =
        std::any_of(kOfOneConnection.begin(), kOfOneConnection.end(),
                    [&](std::string_view field) { return net::EqualsIgnoringCase(field, name); });
    if (!drop && !headers.HasToken("Connection", name)) kept.Add(name, value);
  }
  return kept;
}

HoldingProxy::HoldingProxy(HoldingProxyOptions options, Clock& clock, net::HttpClient& client,
                           SessionMemory* sessions, std::function<void()> on_upstream_failure)
    : options_(std::move(options)),
      clock_(clock),
      client_(client),
      sessions_(sessions),
      on_upstream_failure_(std::move(on_upstream_failure)) {}

void HoldingProxy::Handle(net::HttpRequest request, net::Responder responder) {
  // The target is appended to the upstream's address and must not be able to change it ("@elsewhere/").
  if (!request.target.starts_with('/')) {
    return responder.Send(
        ErrorAnswer(options_.dialect, 400, "BadRequestException", "the path must begin with '/'"));
  }
  Work work;
  {
    MutexLock lock(mutex_);
    Place(std::make_shared<Forwarded>(std::move(request), std::move(responder)), work);
  }
  Do(std::move(work));
}

void HoldingProxy::SetRoute(const std::optional<std::string>& uri, bool old_upstream_is_dead) {
  Work work;
  {
    MutexLock lock(mutex_);
    if (closed_) return;
    route_ = uri;
    if (route_.has_value()) {
      if (old_upstream_is_dead) {
        std::vector<ForwardedPtr> stranded;
        for (const ForwardedPtr& forwarded : in_flight_) {
          if (forwarded->upstream != *route_) stranded.push_back(forwarded);
        }
        for (const ForwardedPtr& forwarded : stranded) {
          in_flight_.erase(forwarded);
          ++forwarded->attempt;  // whatever the dead upstream still says comes too late
          HoldOrGiveUp(forwarded, /*sent=*/true, work);
        }
      }
      ReleaseHeld(work);
    }
  }
  Do(std::move(work));
}

void HoldingProxy::RetryHeld() {
  Work work;
  {
    MutexLock lock(mutex_);
    ReleaseHeld(work);
  }
  Do(std::move(work));
}

void HoldingProxy::Sweep() {
  Work work;
  {
    MutexLock lock(mutex_);
    const int64_t now_micros = clock_.MonotonicMicros();
    std::erase_if(held_, [&](const ForwardedPtr& forwarded) {
      const bool gone = forwarded->responder.ClientGone();
      if (!gone && now_micros < *forwarded->hold_deadline_micros) return false;
      held_bytes_ -= SizeOf(forwarded->request);
      if (!gone) {
        const std::string message = fmt::format("no account of {} has answered for {} seconds; try again",
                                                options_.name, options_.hold.time_limit.count() / 1000.0);
        work.answers.push_back({forwarded, TryAgainAnswer(options_.dialect, message)});
      }
      return true;
    });
  }
  Do(std::move(work));
}

void HoldingProxy::Close() {
  Work work;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    route_.reset();
    for (const ForwardedPtr& forwarded : held_) {
      work.answers.push_back({forwarded, TryAgainAnswer(options_.dialect, "the gateway stops; try again")});
    }
    held_.clear();
    held_bytes_ = 0;
  }
  Do(std::move(work));
}

size_t HoldingProxy::held_requests() {
  MutexLock lock(mutex_);
  return held_.size();
}

// In flight if there is an upstream, else held.
void HoldingProxy::Place(const ForwardedPtr& forwarded, Work& work) {
  if (!route_.has_value()) return Hold(forwarded, work);
  forwarded->upstream = *route_;
  in_flight_.insert(forwarded);
  work.attempts.push_back({forwarded, ++forwarded->attempt, *route_});
}

void HoldingProxy::Hold(const ForwardedPtr& forwarded, Work& work) {
  const uint64_t bytes = SizeOf(forwarded->request);
  if (closed_) {
    work.answers.push_back({forwarded, TryAgainAnswer(options_.dialect, "the gateway stops; try again")});
    return;
  }
  if (held_.size() >= options_.hold.max_requests || held_bytes_ + bytes > options_.hold.max_bytes) {
    const std::string message =
        fmt::format("no account of {} answers and {} requests wait already; try again later", options_.name,
                    held_.size());
    work.answers.push_back({forwarded, TryAgainAnswer(options_.dialect, message)});
    return;
  }
  if (!forwarded->hold_deadline_micros.has_value()) {
    forwarded->hold_deadline_micros =
        clock_.MonotonicMicros() + std::chrono::microseconds(options_.hold.time_limit).count();
  }
  held_bytes_ += bytes;
  held_.push_back(forwarded);
}

void HoldingProxy::ReleaseHeld(Work& work) {
  if (!route_.has_value()) return;
  for (const ForwardedPtr& forwarded : std::exchange(held_, {})) Place(forwarded, work);
  held_bytes_ = 0;
}

// After an attempt that brought no answer; `sent` if the upstream may have acted on it.
void HoldingProxy::HoldOrGiveUp(const ForwardedPtr& forwarded, bool sent, Work& work) {
  forwarded->may_have_been_sent |= sent;
  if (forwarded->may_have_been_sent && !MayReplay(forwarded->request)) {
    const std::string message = fmt::format(
        "{} broke off after the request was sent; look whether it took effect before repeating it",
        options_.name);
    work.answers.push_back({forwarded, OutcomeUnknownAnswer(options_.dialect, message)});
    return;
  }
  Hold(forwarded, work);
}

void HoldingProxy::Do(Work work) {
  for (const Answer& answer : work.answers) answer.forwarded->responder.Send(answer.response);
  for (const Attempt& attempt : work.attempts) Send(attempt);
}

void HoldingProxy::Send(const Attempt& attempt) {
  const net::HttpRequest& request = attempt.forwarded->request;
  net::OutgoingRequest outgoing;
  outgoing.method = request.method;
  outgoing.url = attempt.upstream + request.target;
  outgoing.headers = EndToEndHeaders(request.headers);
  outgoing.headers.Add("X-Forwarded-For", net::WithoutPort(request.peer));
  // At every attempt anew: the session may have changed while the request was held.
  if (sessions_ != nullptr) sessions_->OnRequest(request, outgoing.headers);
  outgoing.body = request.body;  // kept, in case it must be sent again
  outgoing.connect_timeout = options_.connect_timeout;
  outgoing.timeout = options_.request_timeout;
  client_.SendAsync(std::move(outgoing), [this, forwarded = attempt.forwarded,
                                          number = attempt.number](Result<net::HttpResponse> outcome) {
    OnOutcome(forwarded, number, std::move(outcome));
  });
}

void HoldingProxy::OnOutcome(const ForwardedPtr& forwarded, uint64_t attempt,
                             Result<net::HttpResponse> outcome) {
  Work work;
  bool upstream_failed = false;
  {
    MutexLock lock(mutex_);
    if (forwarded->attempt != attempt) return;  // taken back meanwhile
    in_flight_.erase(forwarded);
    const StatusCode code = outcome.status().code();
    if (code == StatusCode::kUnavailable || code == StatusCode::kCommitStateUnknown) {
      upstream_failed = true;
      HoldOrGiveUp(forwarded, code == StatusCode::kCommitStateUnknown, work);
    } else if (code == StatusCode::kCancelled) {
      work.answers.push_back({forwarded, OutcomeUnknownAnswer(options_.dialect, "the gateway stops")});
    } else if (!outcome.ok()) {
      work.answers.push_back(
          {forwarded, ErrorAnswer(options_.dialect, 502, "BadGatewayException", outcome.status().message())});
    }
  }
  if (outcome.ok()) {
    if (sessions_ != nullptr) sessions_->OnResponse(*outcome);
    const std::string length(outcome->headers.Get("Content-Length"));
    outcome->headers = EndToEndHeaders(outcome->headers);
    // The server counts bodies itself; the answer to HEAD has none and yet a length.
    if (forwarded->request.method == "HEAD" && !length.empty())
      outcome->headers.Set("Content-Length", length);
    return forwarded->responder.Send(*std::move(outcome));
  }
  if (upstream_failed) {
    log::Debug("an exchange broke", {{"upstream", options_.name}, {"reason", outcome.status().message()}});
    on_upstream_failure_();
  }
  Do(std::move(work));
}

}  // namespace lifeboat::bcdr
