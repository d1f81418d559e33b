#include "bcdr/gateway/gateway.h"

#include <utility>

#include "base/executor.h"
#include "base/log.h"
#include "base/mutex.h"
#include "bcdr/gateway/admin_endpoints.h"
#include "bcdr/gateway/catalog_route.h"
#include "bcdr/gateway/connection_control.h"
#include "bcdr/gateway/health_monitor.h"
#include "bcdr/gateway/holding_proxy.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace lifeboat::bcdr {
namespace {

Status CheckUri(const std::string& uri) {
  if ((uri.starts_with("http://") || uri.starts_with("https://")) && !uri.ends_with('/')) return Status::Ok();
  return Status::InvalidArgument("'{}' is not an address like http://127.0.0.1:8101 without '/' at its end",
                                 uri);
}

Status Check(const GatewayOptions& options) {
  if (options.connection_name.empty()) return Status::InvalidArgument("the gateway's connection has no name");
  if (options.members.empty()) return Status::InvalidArgument("the gateway's connection has no members");
  for (size_t i = 0; i < options.members.size(); ++i) {
    LIFEBOAT_RETURN_IF_ERROR(CheckUri(options.members[i].uri));
    for (size_t j = 0; j < i; ++j) {
      if (net::EqualsIgnoringCase(options.members[i].account, options.members[j].account)) {
        return Status::InvalidArgument("account {} is a member twice; name each once",
                                       options.members[i].account);
      }
    }
  }
  for (const std::string& uri : options.catalog.uris) LIFEBOAT_RETURN_IF_ERROR(CheckUri(uri));
  return Status::Ok();
}

// A health monitor that may be woken from anywhere until it is gone.
class WakeableMonitor {
 public:
  void Start(const HealthCheckOptions& options, const std::vector<std::string>& uris, Clock& clock,
             HealthMonitor::OnProbe on_probe) {
    auto monitor = std::make_unique<HealthMonitor>(options, uris, clock, std::move(on_probe));
    MutexLock lock(mutex_);
    monitor_ = std::move(monitor);
  }
  void Wake() {
    MutexLock lock(mutex_);
    if (monitor_ != nullptr) monitor_->Wake();
  }
  void Stop() {
    std::unique_ptr<HealthMonitor> monitor;
    {
      MutexLock lock(mutex_);
      monitor = std::move(monitor_);
    }
  }

 private:
  Mutex mutex_;
  std::unique_ptr<HealthMonitor> monitor_ GUARDED_BY(mutex_);
};

class ProxyGateway final : public Gateway {
 public:
  ProxyGateway(const GatewayOptions& options, Clock& clock)
      : options_(options),
        clock_(clock),
        sessions_(options.max_sessions),
        client_(net::HttpClient::Make()),
        accounts_({.name = "connection " + options.connection_name,
                   .dialect = Dialect::kDriverProtocol,
                   .hold = options.hold,
                   .connect_timeout = options.connect_timeout,
                   .request_timeout = options.request_timeout},
                  clock, *client_, &sessions_, [this] { account_monitor_.Wake(); }),
        catalogs_({.name = "the catalog",
                   .dialect = Dialect::kIcebergRest,
                   .hold = options.hold,
                   .connect_timeout = options.connect_timeout,
                   .request_timeout = options.request_timeout},
                  clock, *client_, nullptr, [this] { catalog_monitor_.Wake(); }),
        catalog_route_(options.catalog.uris, catalogs_) {}
  ~ProxyGateway() override { Stop(std::chrono::milliseconds(0)); }

  Status Open(storage::Storage& storage) {
    LIFEBOAT_ASSIGN_OR_RETURN(control_, ConnectionControl::Open(options_, storage, clock_, accounts_));
    LIFEBOAT_RETURN_IF_ERROR(Listen());
    std::vector<std::string> uris;
    for (const GatewayMember& member : options_.members) uris.push_back(member.uri);
    account_monitor_.Start(options_.health, uris, clock_,
                           [this](size_t member, MemberHealth verdict, bool answered) {
                             control_->OnProbe(member, verdict, answered);
                           });
    if (!options_.catalog.uris.empty()) {
      catalog_monitor_.Start(options_.health, options_.catalog.uris, clock_,
                             [this](size_t catalog, MemberHealth verdict, bool answered) {
                               catalog_route_.OnProbe(catalog, verdict, answered);
                             });
    }
    sweeper_ = std::make_unique<PeriodicThread>("gateway-sweep", std::chrono::milliseconds(100), [this] {
      accounts_.Sweep();
      catalogs_.Sweep();
    });
    return Status::Ok();
  }

  uint16_t port() const override { return server_->port(); }
  uint16_t catalog_port() const override { return catalog_server_ == nullptr ? 0 : catalog_server_->port(); }
  FailoverControl& control() override { return *control_; }

  void Stop(std::chrono::milliseconds grace) override {
    sweeper_.reset();
    accounts_.Close();
    catalogs_.Close();
    // The servers stay as objects: port() remains answerable.
    if (server_ != nullptr) server_->Stop(grace);
    if (catalog_server_ != nullptr) catalog_server_->Stop(grace);
    account_monitor_.Stop();
    catalog_monitor_.Stop();
    client_.reset();  // what is still in flight ends here
  }

 private:
  Status Listen() {
    net::HttpServerOptions server_options;
    server_options.host = options_.host;
    server_options.port = options_.port;
    server_options.io_threads = options_.io_threads;
    AdminEndpoints admin(options_.connection_name, *control_, accounts_);
    LIFEBOAT_ASSIGN_OR_RETURN(
        server_, net::HttpServer::Start(server_options, [this, admin](net::HttpRequest request,
                                                                      net::Responder responder) mutable {
          auto own = admin.Answer(request);
          own.has_value() ? responder.Send(*std::move(own))
                          : accounts_.Handle(std::move(request), std::move(responder));
        }));
    if (options_.catalog.uris.empty()) return Status::Ok();
    server_options.port = options_.catalog.port;
    LIFEBOAT_ASSIGN_OR_RETURN(
        catalog_server_,
        net::HttpServer::Start(server_options, [this](net::HttpRequest request, net::Responder responder) {
          catalogs_.Handle(std::move(request), std::move(responder));
        }));
    return Status::Ok();
  }

  const GatewayOptions options_;
  Clock& clock_;
  WakeableMonitor account_monitor_;
  WakeableMonitor catalog_monitor_;
  SessionMemory sessions_;
  std::unique_ptr<net::HttpClient> client_;
  HoldingProxy accounts_;
  HoldingProxy catalogs_;
  CatalogRoute catalog_route_;
  std::unique_ptr<ConnectionControl> control_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::HttpServer> catalog_server_;
  std::unique_ptr<PeriodicThread> sweeper_;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options, storage::Storage& storage,
                                                Clock& clock) {
  LIFEBOAT_RETURN_IF_ERROR(Check(options));
  auto gateway = std::make_unique<ProxyGateway>(options, clock);
  LIFEBOAT_RETURN_IF_ERROR(gateway->Open(storage));
  return std::unique_ptr<Gateway>(std::move(gateway));
}

}  // namespace lifeboat::bcdr
