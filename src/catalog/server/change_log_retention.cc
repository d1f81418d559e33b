#include "catalog/server/change_log_retention.h"

#include <algorithm>

namespace lifeboat::catalog {

Result<uint64_t> ChangeLogRetention::Trim(const std::atomic<bool>& stop,
                                          const BeforeRemoval& before_removal) {
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, store_.State());
  uint64_t keep_from = state.first_position;
  if (options_.entries_max > 0 && state.last_position >= options_.entries_max) {
    keep_from = std::max(keep_from, state.last_position - options_.entries_max + 1);
  }
  if (options_.age_max.count() > 0) {
    LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t first, FirstYoungEnough(state));
    keep_from = std::max(keep_from, first);
  }
  if (options_.bytes_max > 0) {
    LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t first, FirstWithinBytes(state));
    keep_from = std::max(keep_from, first);
  }
  keep_from = std::min(keep_from, state.last_position);  // the store keeps the last entry
  uint64_t at = state.first_position;
  while (at < keep_from && !stop) {
    const uint64_t next = std::min(keep_from, at + kChangeLogTrimStep);
    if (before_removal != nullptr) LIFEBOAT_RETURN_IF_ERROR(before_removal(at, next - 1));
    LIFEBOAT_RETURN_IF_ERROR(store_.TrimChangeLog(next));
    at = next;
  }
  return at - state.first_position;
}

// Times never go back along the log, so the border is found by bisection.
Result<uint64_t> ChangeLogRetention::FirstYoungEnough(const StoreState& state) {
  const int64_t oldest_micros = clock_.NowMicros() - Duration(options_.age_max).count();
  uint64_t low = state.first_position;
  uint64_t high = state.last_position + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ChangeLogEntry> entry, store_.ReadChangeLog(middle - 1, 1));
    if (!entry.empty() && entry.front().committed_micros < oldest_micros) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<uint64_t> ChangeLogRetention::FirstWithinBytes(const StoreState& state) {
  while (!measured_.empty() && measured_.front().last_position < state.first_position) measured_.pop_front();
  uint64_t next = measured_.empty() ? state.first_position : measured_.back().last_position + 1;
  while (next + kChangeLogTrimStep <= state.last_position) {
    const uint64_t last = next + kChangeLogTrimStep - 1;
    LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t bytes, store_.ChangeLogBytes(next, last));
    measured_.push_back({last, bytes});
    next = last + 1;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(uint64_t total, store_.ChangeLogBytes(next, state.last_position));
  for (const Stretch& stretch : measured_) total += stretch.bytes;
  uint64_t keep_from = state.first_position;
  for (auto stretch = measured_.begin(); stretch != measured_.end() && total > options_.bytes_max;
       ++stretch) {
    total -= stretch->bytes;
    keep_from = stretch->last_position + 1;
  }
  return keep_from;
}

}  // namespace lifeboat::catalog
