// ChangeLogRetention: how much of the change log is kept.
//
// An entry goes when it is older than the age, or when the entries behind it are as many or take as many
// bytes as allowed. Whoever follows the log more slowly than that has to copy the catalog anew, and files
// that only older entries can reach may be removed. Entries go from the oldest on, in small writes, so that
// commits are not held up; the size limits are exceeded by at most kChangeLogTrimStep entries between two
// passes.
#ifndef LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_RETENTION_H_
#define LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_RETENTION_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

struct ChangeLogRetentionOptions {
  std::chrono::seconds age_max = std::chrono::hours(7 * 24);  // 0: no limit, as below
  uint64_t entries_max = 0;
  uint64_t bytes_max = 0;
};

inline constexpr uint64_t kChangeLogTrimStep = 100;  // entries of one write

// Several servers over one store may each run one. Not thread-safe.
class ChangeLogRetention {
 public:
  ChangeLogRetention(CatalogStore& store, const ChangeLogRetentionOptions& options, const Clock& clock)
      : store_(store), options_(options), clock_(clock) {}

  // Called before the entries first_position … last_position go; an error keeps them.
  using BeforeRemoval = std::function<Status(uint64_t first_position, uint64_t last_position)>;

  // Removes what is past the limits now; returns how many entries went. Gives up between two writes once
  // `stop` is set.
  Result<uint64_t> Trim(const std::atomic<bool>& stop, const BeforeRemoval& before_removal = nullptr);

 private:
  struct Stretch {
    uint64_t last_position = 0;
    uint64_t bytes = 0;
  };
  // Each returns the first position that its limit keeps.
  Result<uint64_t> FirstYoungEnough(const StoreState& state);
  Result<uint64_t> FirstWithinBytes(const StoreState& state);

  CatalogStore& store_;
  const ChangeLogRetentionOptions options_;
  const Clock& clock_;
  // The log in stretches of kChangeLogTrimStep entries, oldest first, each measured once; the shorter stretch
  // at the end is measured every time.
  std::deque<Stretch> measured_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_CHANGE_LOG_RETENTION_H_
