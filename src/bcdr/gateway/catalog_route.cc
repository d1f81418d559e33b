#include "bcdr/gateway/catalog_route.h"

#include <algorithm>

#include "base/log.h"

namespace lifeboat::bcdr {

void CatalogRoute::OnProbe(size_t catalog, MemberHealth verdict, bool answered) {
  MutexLock lock(mutex_);
  health_[catalog] = verdict;
  const auto first_up = std::find(health_.begin(), health_.end(), MemberHealth::kUp);
  const std::optional<size_t> wanted = first_up == health_.end()
                                           ? std::nullopt
                                           : std::optional(static_cast<size_t>(first_up - health_.begin()));
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
