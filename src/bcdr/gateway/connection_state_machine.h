// ConnectionStateMachine: decides which member of a connection is primary. Pure: fed with what is known about
// the members' health and with operators' wishes, it yields moves; it reads no clock and does no I/O.
//
// It prefers to stay: it moves by itself only when the primary is known to be down and another member is
// known to be up, and never back by itself. Every move grows the epoch by one. A yielded move is already part
// of the state; the caller makes it durable before it routes by it.
#ifndef LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_MACHINE_H_
#define LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"

namespace lifeboat::bcdr {

enum class MemberHealth { kUnknown, kUp, kDown };

struct ConnectionMove {
  enum class Reason { kPrimaryDown, kPromoted };
  uint64_t epoch = 0;  // that the move began
  size_t from = 0;
  size_t to = 0;
  int64_t at_micros = 0;  // since 1970
  Reason reason = Reason::kPrimaryDown;
  bool operator==(const ConnectionMove&) const = default;
};

class ConnectionStateMachine {
 public:
  // `primary` and `epoch` as they were left; members are numbered in order of preference.
  // REQUIRES: primary < members, epoch > 0
  ConnectionStateMachine(size_t members, size_t primary, uint64_t epoch);

  std::optional<ConnectionMove> OnHealth(int64_t at_micros, size_t member, MemberHealth health);
  // kFailedPrecondition unless `member` is up. Nothing when it is primary already.
  Result<std::optional<ConnectionMove>> Promote(int64_t at_micros, size_t member);

  size_t primary() const { return primary_; }
  uint64_t epoch() const { return epoch_; }
  MemberHealth health(size_t member) const { return health_[member]; }
  // Where requests go: the primary while it is up, else nowhere.
  std::optional<size_t> route() const;

 private:
  ConnectionMove MoveTo(size_t member, int64_t at_micros, ConnectionMove::Reason reason);

  std::vector<MemberHealth> health_;
  size_t primary_;
  uint64_t epoch_;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_CONNECTION_STATE_MACHINE_H_
