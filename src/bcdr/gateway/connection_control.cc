#include "bcdr/gateway/connection_control.h"

#include <algorithm>

#include "base/log.h"

namespace lifeboat::bcdr {
namespace {

std::optional<size_t> FindMember(const std::vector<GatewayMember>& members, std::string_view account) {
  for (size_t i = 0; i < members.size(); ++i) {
    if (net::EqualsIgnoringCase(members[i].account, account)) return i;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<ConnectionControl>> ConnectionControl::Open(const GatewayOptions& options,
                                                                   storage::Storage& storage, Clock& clock,
                                                                   HoldingProxy& proxy) {
  LIFEBOAT_ASSIGN_OR_RETURN(auto record, LoadConnectionRecord(storage, options.state_location));
  if (!record.has_value()) {
    record = ConnectionRecord{options.connection_name, 1, options.members[0].account, {}};
    LIFEBOAT_RETURN_IF_ERROR(SaveConnectionRecord(storage, options.state_location, *record));
  }
  if (record->name != options.connection_name) {
    return Status::FailedPrecondition(
        "'{}' holds the state of connection {}, not of {}; configure another state location for this one",
        options.state_location, record->name, options.connection_name);
  }
  const auto primary = FindMember(options.members, record->primary);
  if (!primary.has_value()) {
    return Status::FailedPrecondition(
        "account {} is primary of connection {} but not among the configured members; add it, or remove '{}'",
        record->primary, record->name, options.state_location);
  }
  return std::unique_ptr<ConnectionControl>(
      new ConnectionControl(options, storage, clock, proxy, *std::move(record), *primary));
}

ConnectionControl::ConnectionControl(const GatewayOptions& options, storage::Storage& storage, Clock& clock,
                                     HoldingProxy& proxy, ConnectionRecord record, size_t primary)
    : name_(options.connection_name),
      members_(options.members),
      location_(options.state_location),
      storage_(storage),
      clock_(clock),
      proxy_(proxy),
      machine_(options.members.size(), primary, record.epoch),
      record_(std::move(record)) {}

void ConnectionControl::OnProbe(size_t member, MemberHealth verdict, bool answered) {
  MutexLock lock(mutex_);
  if (unsaved_) Save();
  if (machine_.health(member) != verdict) {
    log::Info(verdict == MemberHealth::kUp ? "account answers" : "account does not answer",
              {{"connection", name_}, {"account", members_[member].account}});
    const auto move = machine_.OnHealth(clock_.NowMicros(), member, verdict);
    if (move.has_value()) Record(*move);
    return Route(/*old_primary_is_dead=*/true);
  }
  // An exchange may break although the account is well; what it left behind is worth another attempt.
  if (answered && machine_.route() == member) proxy_.RetryHeld();
}

Result<ConnectionState> ConnectionControl::DescribeConnection(const std::string& name) {
  LIFEBOAT_RETURN_IF_ERROR(CheckName(name));
  MutexLock lock(mutex_);
  ConnectionState state{.name = name_, .epoch = machine_.epoch(), .members = {}};
  for (size_t i = 0; i < members_.size(); ++i) {
    state.members.push_back({.organization = members_[i].organization,
                             .account = members_[i].account,
                             .healthy = machine_.health(i) == MemberHealth::kUp,
                             .is_primary = machine_.primary() == i});
  }
  return state;
}

Status ConnectionControl::PromoteConnection(const std::string& name, const std::string& account) {
  LIFEBOAT_RETURN_IF_ERROR(CheckName(name));
  const auto member = FindMember(members_, account);
  if (!member.has_value()) {
    return Status::NotFound("account '{}' is not a member of connection {}; choose one of its members",
                            account, name_);
  }
  MutexLock lock(mutex_);
  const auto move = machine_.Promote(clock_.NowMicros(), *member);
  if (!move.ok()) return move.status().WithContext(fmt::format("cannot promote account {}", account));
  if (!move->has_value()) return Status::Ok();
  Record(**move);
  Route(machine_.health((*move)->from) == MemberHealth::kDown);
  return Status::Ok();
}

std::vector<RecordedMove> ConnectionControl::moves() {
  MutexLock lock(mutex_);
  return record_.moves;
}

Status ConnectionControl::CheckName(const std::string& name) const {
  if (net::EqualsIgnoringCase(name, name_)) return Status::Ok();
  return Status::NotFound("connection '{}' does not exist here; this gateway carries {}", name, name_);
}

void ConnectionControl::Record(const ConnectionMove& move) {
  const std::string reason = move.reason == ConnectionMove::Reason::kPromoted ? "promoted" : "primary down";
  const std::string& from = members_[move.from].account;
  const std::string& to = members_[move.to].account;
  log::Info("connection moves",
            {{"connection", name_}, {"from", from}, {"to", to}, {"epoch", move.epoch}, {"reason", reason}});
  record_.epoch = move.epoch;
  record_.primary = to;
  record_.moves.push_back({move.epoch, from, to, FormatUtc(move.at_micros), reason});
  if (record_.moves.size() > ConnectionRecord::kMaxMoves) record_.moves.erase(record_.moves.begin());
  Save();
}

void ConnectionControl::Save() {
  const Status saved = SaveConnectionRecord(storage_, location_, record_);
  if (!saved.ok()) {
    log::Error("the connection's state is not saved; a restarted gateway would return to an earlier primary",
               {{"connection", name_}, {"reason", saved}});
  }
  unsaved_ = !saved.ok();
}

void ConnectionControl::Route(bool old_primary_is_dead) {
  const auto route = machine_.route();
  proxy_.SetRoute(route.has_value() ? std::optional(members_[*route].uri) : std::nullopt,
                  old_primary_is_dead);
}

}  // namespace lifeboat::bcdr
