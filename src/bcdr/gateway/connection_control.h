// ConnectionControl: the one connection of a gateway — its state machine, its durable record, and the proxy
// that follows.
//
// Every change happens under one lock and in this order: decide, make durable, route. A record that cannot be
// written (disk full) does not stop a move: answering comes first; it is tried again until it succeeds, and
// logged.
#ifndef LIFEBOAT_BCDR_GATEWAY_CONNECTION_CONTROL_H_
#define LIFEBOAT_BCDR_GATEWAY_CONNECTION_CONTROL_H_

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "bcdr/api/failover_control.h"
#include "bcdr/gateway/connection_state_file.h"
#include "bcdr/gateway/connection_state_machine.h"
#include "bcdr/gateway/gateway.h"
#include "bcdr/gateway/holding_proxy.h"

namespace lifeboat::bcdr {

class ConnectionControl final : public FailoverControl {
 public:
  // Reads the record, or writes the first one. `storage`, `clock` and `proxy` outlive the control.
  static Result<std::unique_ptr<ConnectionControl>> Open(const GatewayOptions& options,
                                                         storage::Storage& storage, Clock& clock,
                                                         HoldingProxy& proxy);

  void OnProbe(size_t member, MemberHealth verdict, bool answered) EXCLUDES_LOCK(mutex_);

  Result<ConnectionState> DescribeConnection(const std::string& name) override EXCLUDES_LOCK(mutex_);
  Status PromoteConnection(const std::string& name, const std::string& account) override
      EXCLUDES_LOCK(mutex_);

  std::vector<RecordedMove> moves() EXCLUDES_LOCK(mutex_);

 private:
  ConnectionControl(const GatewayOptions& options, storage::Storage& storage, Clock& clock,
                    HoldingProxy& proxy, ConnectionRecord record, size_t primary);

  Status CheckName(const std::string& name) const;
  void Record(const ConnectionMove& move) REQUIRES_LOCK(mutex_);
  void Save() REQUIRES_LOCK(mutex_);
  void Route(bool old_primary_is_dead) REQUIRES_LOCK(mutex_);

  const std::string name_;
  const std::vector<GatewayMember> members_;
  const std::string location_;
  storage::Storage& storage_;
  Clock& clock_;
  HoldingProxy& proxy_;

  Mutex mutex_;
  ConnectionStateMachine machine_ GUARDED_BY(mutex_);
  ConnectionRecord record_ GUARDED_BY(mutex_);
  bool unsaved_ GUARDED_BY(mutex_) = false;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_CONNECTION_CONTROL_H_
