#include "account/wire/wire_server.h"

#include <boost/json/serialize.hpp>
#include <iterator>
#include <string_view>
#include <utility>

#include "account/wire/endpoints/endpoint.h"
#include "account/wire/wire_context.h"
#include "base/executor.h"
#include "net/http_server.h"

namespace lifeboat::account::wire {
namespace {

constexpr std::chrono::milliseconds kTickInterval{50};
constexpr size_t kTokenKeyBytesMin = 32;

struct Route {
  std::string_view method;
  std::string_view path;  // "*" stands for any one segment
  void (*endpoint)(WireContext&, Call);
};

constexpr Route kRoutes[] = {
    {"POST", "queries/v1/query-request", RunStatement},
    {"POST", "queries/v1/abort-request", AbortRequest},
    {"POST", "queries/*/abort-request", AbortStatement},
    {"GET", "queries/*/result", StatementResult},
    {"GET", "lifeboat/chunks/*", DownloadChunk},
    {"GET", "healthz", Health},
    {"GET", "monitoring/queries/*", MonitorStatement},
    {"GET", "monitoring/queries", MonitorStatements},
    {"POST", "session/heartbeat", Heartbeat},
    {"POST", "session/token-request", RenewToken},
    {"POST", "session/v1/login-request", Login},
    {"POST", "session", CloseSession},
    {"POST", "telemetry/send", Telemetry},
};

bool Matches(std::string_view pattern, const std::vector<std::string>& path) {
  for (const std::string& segment : path) {
    const size_t end = pattern.find('/');
    const std::string_view wanted = pattern.substr(0, end);
    if (wanted.empty() || (wanted != "*" && wanted != segment)) return false;
    pattern = end == std::string_view::npos ? std::string_view() : pattern.substr(end + 1);
  }
  return pattern.empty();
}

const Route* FindRoute(std::string_view method, const std::vector<std::string>& path) {
  for (const Route& route : kRoutes) {
    if (route.method == method && Matches(route.path, path)) return &route;
  }
  return nullptr;
}

net::HttpResponse UnknownPath(const net::HttpRequest& request) {
  const std::string message =
      request.method + " " + std::string(request.Path()) + " is not part of the protocol.";
  return net::HttpResponse::Json(
      404, boost::json::serialize(boost::json::object{
               {"data", nullptr}, {"code", "390404"}, {"message", message}, {"success", false}}));
}

class HttpWireServer : public WireServer {
 public:
  HttpWireServer(const WireServerOptions& options, AccountService& service, Clock& clock, Random& random)
      : statements_(std::make_unique<ThreadPool>("statement", options.statement_threads)),
        requests_(std::make_unique<ThreadPool>("wire-request", options.request_threads)),
        context_(options, service, *statements_, clock, random) {}

  ~HttpWireServer() override { Stop(std::chrono::milliseconds(0)); }

  Status Listen() {
    net::HttpServerOptions http;
    http.host = context_.options.host;
    http.port = context_.options.port;
    http.io_threads = context_.options.io_threads;
    http.max_body_bytes = context_.options.max_request_bytes;
    LIFEBOAT_ASSIGN_OR_RETURN(
        http_, net::HttpServer::Start(http, [this](net::HttpRequest request, net::Responder responder) {
          Dispatch(std::move(request), std::move(responder));
        }));
    ticker_ = std::make_unique<PeriodicThread>("wire-tick", kTickInterval, [this] { Tick(); });
    return Status::Ok();
  }

  uint16_t port() const override { return http_->port(); }

  void Stop(std::chrono::milliseconds grace) override {
    if (http_ != nullptr) http_->Stop(grace);
    // No request arrives and no answer leaves any more.
    context_.queries.AbandonWaiters();
    requests_.reset();
    context_.queries.AbandonWaiters();
    context_.queries.CancelAll();
    statements_.reset();  // the ticker repeats the cancellations until all have ended
    ticker_.reset();
    context_.sessions.RemoveAll();
  }

 private:
  void Dispatch(net::HttpRequest request, net::Responder responder) {
    std::vector<std::string> path = net::PathSegments(request.Path());
    const Route* route = FindRoute(request.method, path);
    if (route == nullptr) return responder.Send(UnknownPath(request));
    auto call = std::make_shared<Call>(Call{std::move(request), std::move(responder), std::move(path)});
    if (route->endpoint == Health)
      return Health(context_, std::move(*call));  // answers however busy the pools are
    requests_->Submit([this, route, call] { route->endpoint(context_, std::move(*call)); });
  }

  void Tick() {
    context_.queries.Tick();
    const int64_t idle_since =
        context_.clock.MonotonicMicros() - Duration(context_.options.session_idle_limit).count();
    context_.sessions.RemoveIdleSince(idle_since);
  }

  std::unique_ptr<ThreadPool> statements_;
  std::unique_ptr<ThreadPool> requests_;
  WireContext context_;
  std::unique_ptr<net::HttpServer> http_;
  std::unique_ptr<PeriodicThread> ticker_;
};

}  // namespace

Result<std::unique_ptr<WireServer>> WireServer::Start(const WireServerOptions& options,
                                                      AccountService& service, Clock& clock, Random& random) {
  if (options.token_key.size() < kTokenKeyBytesMin) {
    return Status::InvalidArgument("The token key has {} bytes; give at least {} random ones.",
                                   options.token_key.size(), kTokenKeyBytesMin);
  }
  auto server = std::make_unique<HttpWireServer>(options, service, clock, random);
  LIFEBOAT_RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<WireServer>(std::move(server));
}

}  // namespace lifeboat::account::wire
