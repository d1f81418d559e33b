// Gateway: the one endpoint of a connection. SQL clients know only it; it follows the connection's primary.
//
// It forwards every HTTP request to the current primary account and, while there is none, holds the request
// and the client's TCP connection instead of refusing them, then replays it to whoever is primary by then.
// Accounts are watched by GET /healthz; the connection moves only when its primary is down and another member
// answers, and each move grows the epoch by one. Name, epoch, primary and past moves survive a restart
// (state_location).
//
// A session survives a move because the gateway remembers the latest `X-Lifeboat-Session` an account sent for
// a session and hands it to the new primary when the client renews its token (POST /session/token-request).
// Clients see neither that header nor `X-Lifeboat-Session-Id`. A token reads `<session-id>.<rest>`.
//
// Own endpoints: GET /healthz, GET /lifeboat/connection, POST /lifeboat/connection/promote {"account":
// "SECONDARY"}.
//
// With `catalog.uris` a second listener passes REST-catalog requests through to the first healthy catalog,
// holding them the same way. Catalogs agree among themselves who may write (CommitGuard), so this route has
// no epoch of its own.
#ifndef LIFEBOAT_BCDR_GATEWAY_GATEWAY_H_
#define LIFEBOAT_BCDR_GATEWAY_GATEWAY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bcdr/api/failover_control.h"
#include "storage/storage.h"

namespace lifeboat::bcdr {

struct GatewayMember {
  std::string organization;  // "LIFEBOAT"
  std::string account;       // "PRIMARY"
  std::string uri;           // "http://127.0.0.1:8101", no path
};

struct HealthCheckOptions {
  std::chrono::milliseconds interval{200};
  std::chrono::milliseconds timeout{1'000};
  int refusals_until_down = 2;  // consecutive: nothing listens, or the connection broke
  int timeouts_until_down = 3;  // consecutive: a slow process is given longer than a dead one
};

struct HoldOptions {
  std::chrono::milliseconds time_limit{60'000};  // then 503 with Retry-After
  size_t max_requests = 10'000;                  // further ones get 503 at once
  uint64_t max_bytes = 256ull * 1024 * 1024;
};

struct GatewayCatalogOptions {
  uint16_t port = 0;
  std::vector<std::string> uris;  // in order of preference; empty: no catalog listener
};

struct GatewayOptions {
  std::string connection_name;  // "LIFEBOAT_DEMO"
  std::vector<GatewayMember>
      members;  // in order of preference; the first is primary when there is no state yet
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free port
  int io_threads = 1;
  // Where the connection's state is kept, e.g. "file:///lake/gateway/connection.json".
  std::string state_location;
  HealthCheckOptions health;
  HoldOptions hold;
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds request_timeout{0};  // of a forwarded request; 0: as long as the account takes
  size_t max_sessions = 100'000;  // whose state is remembered; the least recently used are forgotten
  GatewayCatalogOptions catalog;
};

class Gateway {
 public:
  // Listens at once. kFailedPrecondition for a port in use, kInvalidArgument for options that make no sense,
  // kCorruption for a state file that cannot be read. `storage` and `clock` outlive the gateway.
  static Result<std::unique_ptr<Gateway>> Start(const GatewayOptions& options, storage::Storage& storage,
                                                Clock& clock = SystemClock());
  virtual ~Gateway() = default;  // stops with no grace

  virtual uint16_t port() const = 0;
  virtual uint16_t catalog_port() const = 0;  // 0 without a catalog listener
  // Describes and moves the connection from within this process; what the HTTP endpoints use too.
  virtual FailoverControl& control() = 0;
  // Stops accepting, lets forwarded requests finish for up to `grace`, answers held ones 503, joins the
  // threads.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace lifeboat::bcdr

#endif  // LIFEBOAT_BCDR_GATEWAY_GATEWAY_H_
