// CommitGuard: what says whether this catalog may commit, and under which epoch.
//
// Holding a guard's answer is not enough: leases end between a check and a write. So the store compares the
// epoch the commit carries with its own row inside the commit's transaction and refuses with kFenced when
// they differ. bcdr/lease implements it over a witness; FixedEpochGuard serves a catalog that has no peer.
#ifndef LIFEBOAT_CATALOG_API_COMMIT_GUARD_H_
#define LIFEBOAT_CATALOG_API_COMMIT_GUARD_H_

#include <cstdint>

#include "base/result.h"

namespace lifeboat::catalog {

class CommitGuard {
 public:
  virtual ~CommitGuard() = default;
  // The epoch to commit under; kFenced when this node is not primary, kUnavailable while that is being
  // decided.
  virtual Result<uint64_t> CurrentEpoch() = 0;
};

class FixedEpochGuard : public CommitGuard {
 public:
  explicit FixedEpochGuard(uint64_t epoch = 1) : epoch_(epoch) {}
  Result<uint64_t> CurrentEpoch() override { return epoch_; }

 private:
  uint64_t epoch_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_COMMIT_GUARD_H_
