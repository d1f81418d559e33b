#include "catalog/server/planning/plan_registry.h"

#include <utility>

#include "base/uuid.h"
#include "catalog/server/planning/plan_task.h"

namespace lifeboat::catalog {

PlanRegistry::PlanRegistry(const PlanRegistryLimits& limits, const Clock& clock)
    : limits_(limits),
      clock_(clock),
      threads_(std::make_unique<ThreadPool>("catalog-plans", limits.threads)) {}

PlanRegistry::~PlanRegistry() {
  {
    const MutexLock lock(mutex_);
    for (auto& [id, entry] : plans_) *entry.cancelled = true;
  }
  threads_.reset();
}

Result<std::string> PlanRegistry::Submit(const std::string& owner, Work work) {
  const std::string id = Uuid::V4().ToString();
  std::shared_ptr<std::atomic<bool>> cancelled;
  {
    const MutexLock lock(mutex_);
    MakeRoom(1, 0);
    if (plans_.size() >= limits_.plans_max) {
      return Status::ResourceExhausted("{} scans are being planned already; try again later", plans_.size());
    }
    Entry& entry = plans_[id];
    entry.owner = owner;
    cancelled = entry.cancelled;
  }
  threads_->Submit([this, id, cancelled, work = std::move(work)] { Finish(id, work(*cancelled)); });
  return id;
}

void PlanRegistry::Finish(const std::string& id, Result<std::string> body) {
  const MutexLock lock(mutex_);
  const auto found = plans_.find(id);
  if (found == plans_.end() || found->second.has_ended()) return;  // cancelled meanwhile
  if (body.ok()) MakeRoom(0, body->size());
  Entry& entry = found->second;
  entry.ended_micros = clock_.MonotonicMicros();
  if (body.ok()) {
    entry.plan.state = State::kCompleted;
    entry.plan.body = std::make_shared<const std::string>(std::move(body).value());
  } else {
    entry.plan.state = State::kFailed;
    entry.plan.error = body.status();
  }
}

void PlanRegistry::MakeRoom(size_t plans, size_t bytes) {
  const int64_t now = clock_.MonotonicMicros();
  const int64_t lifetime = std::chrono::microseconds(limits_.lifetime).count();
  for (auto at = plans_.begin(); at != plans_.end();) {
    const bool is_old = at->second.has_ended() && now - at->second.ended_micros > lifetime;
    at = is_old ? plans_.erase(at) : std::next(at);
  }
  for (const auto& [id, entry] : plans_) bytes += entry.bytes();
  while (plans_.size() + plans > limits_.plans_max || bytes > limits_.bytes_max) {
    auto oldest = plans_.end();
    for (auto at = plans_.begin(); at != plans_.end(); ++at) {
      if (!at->second.has_ended()) continue;
      if (oldest == plans_.end() || at->second.ended_micros < oldest->second.ended_micros) oldest = at;
    }
    if (oldest == plans_.end()) return;
    bytes -= oldest->second.bytes();
    plans_.erase(oldest);
  }
}

PlanRegistry::Entry* PlanRegistry::FindEntry(const std::string& id, const std::string& owner) {
  const auto found = plans_.find(id);
  if (found == plans_.end() || found->second.owner != owner) return nullptr;
  const Entry& entry = found->second;
  const int64_t lifetime = std::chrono::microseconds(limits_.lifetime).count();
  if (entry.has_ended() && clock_.MonotonicMicros() - entry.ended_micros > lifetime) {
    plans_.erase(found);
    return nullptr;
  }
  return &found->second;
}

Result<PlanRegistry::Plan> PlanRegistry::Find(const std::string& id, const std::string& owner) {
  const MutexLock lock(mutex_);
  const Entry* entry = FindEntry(id, owner);
  if (entry == nullptr) return NoSuchPlanId(id);
  return entry->plan;
}

Status PlanRegistry::Cancel(const std::string& id, const std::string& owner) {
  const MutexLock lock(mutex_);
  Entry* entry = FindEntry(id, owner);
  if (entry == nullptr) return NoSuchPlanId(id);
  *entry->cancelled = true;
  if (!entry->has_ended()) entry->ended_micros = clock_.MonotonicMicros();
  entry->plan = {State::kCancelled, nullptr, {}};
  return Status::Ok();
}

}  // namespace lifeboat::catalog
