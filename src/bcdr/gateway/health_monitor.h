// HealthMonitor: asks every target GET /healthz at a fixed interval and reports each outcome.
//
// A target is well when it answers with a status below 500: a foreign catalog knows no /healthz and says 404,
// which still shows that it serves.
#ifndef LIFEBOAT_BCDR_GATEWAY_HEALTH_MONITOR_H_
#define LIFEBOAT_BCDR_GATEWAY_HEALTH_MONITOR_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "bcdr/gateway/gateway.h"
#include "bcdr/gateway/health_judge.h"
#include "net/http_client.h"

namespace lifeboat::bcdr {

class HealthMonitor {
 public:
  // After every probe of a target: the verdict so far and whether this very probe was answered. One call at a
  // time.
  using OnProbe = std::function<void(size_t target, MemberHealth verdict, bool answered)>;

  // Starts probing at once.
  HealthMonitor(const HealthCheckOptions& options, const std::vector<std::string>& uris, Clock& clock,
                OnProbe on_probe);
  // No call of on_probe is made or under way afterwards.
  ~HealthMonitor();

  // Probes now instead of at the next interval: somebody met a failure.
  void Wake() { ticker_->Wake(); }

 private:
  struct Target {
    std::string url;
    HealthJudge judge;  // on the client's thread
    std::atomic<bool> probing = false;
  };

  void Tick();
  void Probe(size_t index);

  const HealthCheckOptions options_;
  Clock& clock_;
  const OnProbe on_probe_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<PeriodicThread> ticker_;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_HEALTH_MONITOR_H_
