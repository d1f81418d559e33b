// PlanRegistry: the scans that are planned while their clients wait for them elsewhere, and their results
// until these are fetched or forgotten.
//
// It lives in the memory of one server: a plan id means nothing to another one, nor after a restart. Plans,
// the bytes of their results and their age are bounded; the oldest results give way to new plans.
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_REGISTRY_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_REGISTRY_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/result.h"
#include "catalog/server/planning/scan_planning_options.h"

namespace lifeboat::catalog {

class PlanRegistry {
 public:
  // Makes the body of a completed plan; returns soon after the flag becomes true.
  using Work = std::function<Result<std::string>(const std::atomic<bool>& cancelled)>;
  enum class State { kSubmitted, kCompleted, kCancelled, kFailed };
  struct Plan {
    State state = State::kSubmitted;
    std::shared_ptr<const std::string> body;  // kCompleted
    Status error;                             // kFailed
  };

  PlanRegistry(const PlanRegistryLimits& limits, const Clock& clock);
  ~PlanRegistry();  // cancels what is under way

  // The plan's id. `owner` is whom the plan is for, and the only one to whom it is known. kResourceExhausted
  // when so many plans are under way already.
  Result<std::string> Submit(const std::string& owner, Work work);
  // NoSuchPlanId.
  Result<Plan> Find(const std::string& id, const std::string& owner);
  // Ends the plan if it is under way and forgets its result; it is kCancelled then. NoSuchPlanId.
  Status Cancel(const std::string& id, const std::string& owner);

 private:
  struct Entry {
    std::string owner;
    Plan plan;
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
    int64_t ended_micros = 0;
    bool has_ended() const { return plan.state != State::kSubmitted; }
    size_t bytes() const { return plan.body == nullptr ? 0 : plan.body->size(); }
  };

  void Finish(const std::string& id, Result<std::string> body);
  // Makes room for more plans and `bytes` more of results.
  void MakeRoom(size_t plans, size_t bytes) REQUIRES_LOCK(mutex_);
  Entry* FindEntry(const std::string& id, const std::string& owner) REQUIRES_LOCK(mutex_);

  const PlanRegistryLimits limits_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Entry> plans_ GUARDED_BY(mutex_);
  std::unique_ptr<ThreadPool> threads_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_REGISTRY_H_
