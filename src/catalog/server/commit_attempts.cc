#include "catalog/server/commit_attempts.h"

#include <algorithm>

#include "base/clock.h"
#include "base/random.h"

namespace lifeboat::catalog {
namespace {

// All pauses together stay below 0.3 s, what a client waits for a commit anyway.
constexpr int kAttemptsMax = 60;
constexpr int64_t kPauseStepMicros = 200;
constexpr int64_t kPauseMaxMicros = 5'000;

}  // namespace

bool CommitAttempts::Next() {
  if (made_ == kAttemptsMax) return false;
  if (made_ > 1) {
    const auto bound = static_cast<uint64_t>(std::min(made_ * kPauseStepMicros, kPauseMaxMicros));
    SystemClock().SleepFor(Duration(static_cast<int64_t>(SystemRandom().Below(bound))));
  }
  ++made_;
  return true;
}

}  // namespace lifeboat::catalog
