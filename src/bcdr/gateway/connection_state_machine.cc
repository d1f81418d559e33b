#include "bcdr/gateway/connection_state_machine.h"

namespace lifeboat::bcdr {

ConnectionStateMachine::ConnectionStateMachine(size_t members, size_t primary, uint64_t epoch)
    : health_(members, MemberHealth::kUnknown), primary_(primary), epoch_(epoch) {
  LIFEBOAT_CHECK(primary < members, "the primary is not a member");
  LIFEBOAT_CHECK(epoch > 0, "epochs start at 1");
}

std::optional<ConnectionMove> ConnectionStateMachine::OnHealth(int64_t at_micros, size_t member,
                                                               MemberHealth health) {
  health_[member] = health;
  if (health_[primary_] != MemberHealth::kDown) return std::nullopt;
  for (size_t candidate = 0; candidate < health_.size(); ++candidate) {
    if (health_[candidate] == MemberHealth::kUp) {
      return MoveTo(candidate, at_micros, ConnectionMove::Reason::kPrimaryDown);
    }
  }
  return std::nullopt;
}

Result<std::optional<ConnectionMove>> ConnectionStateMachine::Promote(int64_t at_micros, size_t member) {
  if (health_[member] != MemberHealth::kUp) {
    return Status::FailedPrecondition("the account does not answer; promote one that is up");
  }
  if (member == primary_) return std::optional<ConnectionMove>();
  return std::optional(MoveTo(member, at_micros, ConnectionMove::Reason::kPromoted));
}

std::optional<size_t> ConnectionStateMachine::route() const {
  return health_[primary_] == MemberHealth::kUp ? std::optional(primary_) : std::nullopt;
}

ConnectionMove ConnectionStateMachine::MoveTo(size_t member, int64_t at_micros,
                                              ConnectionMove::Reason reason) {
  const ConnectionMove move{
      .epoch = ++epoch_, .from = primary_, .to = member, .at_micros = at_micros, .reason = reason};
  primary_ = member;
  return move;
}

}  // namespace lifeboat::bcdr
