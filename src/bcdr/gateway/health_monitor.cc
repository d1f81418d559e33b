#include "bcdr/gateway/health_monitor.h"

namespace lifeboat::bcdr {

HealthMonitor::HealthMonitor(const HealthCheckOptions& options, const std::vector<std::string>& uris,
                             Clock& clock, OnProbe on_probe)
    : options_(options), clock_(clock), on_probe_(std::move(on_probe)), client_(net::HttpClient::Make()) {
  for (const std::string& uri : uris) {
    targets_.push_back(std::unique_ptr<Target>(
        new Target{uri + "/healthz", HealthJudge(options.refusals_until_down, options.timeouts_until_down)}));
  }
  ticker_ = std::make_unique<PeriodicThread>("health", options.interval, [this] { Tick(); });
}

HealthMonitor::~HealthMonitor() {
  ticker_.reset();
  client_.reset();
}

void HealthMonitor::Tick() {
  for (size_t index = 0; index < targets_.size(); ++index) {
    if (!targets_[index]->probing.exchange(true)) Probe(index);
  }
}

void HealthMonitor::Probe(size_t index) {
  net::OutgoingRequest request;
  request.url = targets_[index]->url;
  request.connect_timeout = options_.timeout;
  request.timeout = options_.timeout;
  const int64_t started_micros = clock_.MonotonicMicros();
  client_->SendAsync(
      std::move(request), [this, index, started_micros](const Result<net::HttpResponse>& result) {
        Target& target = *targets_[index];
        target.probing = false;
        if (!result.ok() && result.status().code() == StatusCode::kCancelled) return;
        ProbeOutcome outcome = ProbeOutcome::kRefused;
        if (result.ok() && result->status < 500) {
          outcome = ProbeOutcome::kAnswered;
        } else if (!result.ok()) {
          // The client does not tell a timeout from a broken connection; the time it took does.
          const auto took = std::chrono::microseconds(clock_.MonotonicMicros() - started_micros);
          if (took >= options_.timeout) outcome = ProbeOutcome::kTimedOut;
        }
        const MemberHealth verdict = target.judge.Observe(outcome);
        on_probe_(index, verdict, outcome == ProbeOutcome::kAnswered);
      });
}

}  // namespace lifeboat::bcdr
