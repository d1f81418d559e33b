// HealthJudge: makes one member's probes into a verdict. A dead process refuses connections and is judged
// quickly; one that answers late may only be busy and is given longer. One good answer makes a member up.
#ifndef LIFEBOAT_BCDR_GATEWAY_HEALTH_JUDGE_H_
#define LIFEBOAT_BCDR_GATEWAY_HEALTH_JUDGE_H_

#include "bcdr/gateway/connection_state_machine.h"

namespace lifeboat::bcdr {

enum class ProbeOutcome {
  kAnswered,
  kRefused,   // nothing listens, the connection broke, or the answer says that it cannot serve
  kTimedOut,  // no answer in time
};

class HealthJudge {
 public:
  HealthJudge(int refusals_until_down, int timeouts_until_down)
      : refusals_until_down_(refusals_until_down), timeouts_until_down_(timeouts_until_down) {}

  MemberHealth Observe(ProbeOutcome outcome) {
    if (outcome == ProbeOutcome::kAnswered) {
      failures_ = refusals_ = 0;
      return verdict_ = MemberHealth::kUp;
    }
    // Failures of both kinds in a row add up: a process that hangs and is then killed must not start from
    // nothing.
    ++failures_;
    if (outcome == ProbeOutcome::kRefused) ++refusals_;
    if (refusals_ >= refusals_until_down_ || failures_ >= timeouts_until_down_)
      verdict_ = MemberHealth::kDown;
    return verdict_;
  }

 private:
  const int refusals_until_down_;
  const int timeouts_until_down_;
  int failures_ = 0;  // since the last good answer
  int refusals_ = 0;  // those among them that were refusals
  MemberHealth verdict_ = MemberHealth::kUnknown;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_HEALTH_JUDGE_H_
