#include "bcdr/gateway/catalog_route.h"

#include <algorithm>

#include "base/log.h"

namespace lifeboat::bcdr {

// A catalog not heard of yet is waited for rather than passed over, so that a start does not depend on who
// answers first.
std::optional<size_t> CatalogRoute::Wanted() const {
  const auto first = std::find_if(health_.begin(), health_.end(),
                                  [](MemberHealth health) { return health != MemberHealth::kDown; });
  if (first == health_.end() || *first != MemberHealth::kUp) return std::nullopt;
  return static_cast<size_t>(first - health_.begin());
}

void CatalogRoute::OnProbe(size_t catalog, MemberHealth verdict, bool answered) {
  MutexLock lock(mutex_);
  health_[catalog] = verdict;
  const std::optional<size_t> wanted = Wanted();
  if (wanted == current_) {
    if (answered && current_ == catalog) proxy_.RetryHeld();
    return;
  }
  const bool old_is_dead = !current_.has_value() || health_[*current_] == MemberHealth::kDown;
  log::Info(wanted.has_value() ? "catalog requests have a new way" : "no catalog answers",
            {{"catalog", wanted.has_value() ? uris_[*wanted] : uris_[catalog]}});
  current_ = wanted;
  proxy_.SetRoute(wanted.has_value() ? std::optional(uris_[*wanted]) : std::nullopt, old_is_dead);
}

}  // namespace lifeboat::bcdr
