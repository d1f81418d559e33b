#include "catalog/server/catalog_server.h"

#include <atomic>
#include <utility>

#include "base/executor.h"
#include "base/log.h"
#include "base/uuid.h"
#include "catalog/access/audit_log.h"
#include "catalog/api/catalog_error.h"
#include "catalog/server/authenticator.h"
#include "catalog/server/catalog_service.h"
#include "catalog/server/change_log_poll.h"
#include "catalog/server/metadata_log_cleaner.h"
#include "catalog/server/operations.h"
#include "catalog/server/rest_error.h"
#include "catalog/server/route_table.h"
#include "catalog/server/storage_grant.h"
#include "catalog/store/metadata_files.h"
#include "net/http_server.h"
#include "net/loopback.h"

namespace lifeboat::catalog {
namespace {

constexpr std::chrono::minutes kKeyExpiryInterval{1};

Status CheckOptions(const CatalogServerOptions& options) {
  LIFEBOAT_RETURN_IF_ERROR(
      ValidateTableLocation(options.warehouse_location).WithContext("warehouse location"));
  if (options.allow_anonymous && !net::IsLoopbackHost(options.host)) {
    return Status::InvalidArgument(
        "a catalog that serves anonymous clients must listen on a loopback host, not on {}", options.host);
  }
  if (!options.allow_anonymous && options.clients.empty()) {
    return Status::InvalidArgument(
        "the catalog knows no client and serves no anonymous ones; configure one of both");
  }
  if (!options.anonymous_principal.empty() && (!options.allow_anonymous || options.clients.empty())) {
    return Status::InvalidArgument(
        "a principal for anonymous clients needs anonymous clients to be served, and a client who "
        "administers "
        "what they may do");
  }
  for (const ClientCredentials& client : options.clients) {
    if (client.id == options.anonymous_principal && !client.id.empty()) {
      return Status::InvalidArgument("anonymous clients cannot be '{}', who is an administrator", client.id);
    }
    if (client.id.empty() || client.secret.empty()) {
      return Status::InvalidArgument("a catalog client needs an id and a secret, both not empty");
    }
  }
  return Status::Ok();
}

class CatalogServerImpl final : public CatalogServer {
 public:
  CatalogServerImpl(const CatalogServerOptions& options, CatalogStore& store, storage::Storage& storage,
                    CommitGuard& guard, const Clock& clock)
      : options_(options),
        clock_(clock),
        service_(options_, store, storage, guard, clock),
        authenticator_(options_, service_.tokens(), clock),
        change_log_retention_(store, options_.change_log, clock),
        metadata_log_cleaner_(store, storage, guard) {}

  ~CatalogServerImpl() override { Stop(std::chrono::milliseconds(0)); }

  Status Listen() {
    if (!options_.audit_log.empty()) {
      LIFEBOAT_ASSIGN_OR_RETURN(audit_, access::AuditLog::Open(options_.audit_log, clock_));
    }
    RefreshPolicy();
    policy_refresh_ = std::make_unique<PeriodicThread>("catalog-access", PolicySource::kRefreshInterval,
                                                       [this] { RefreshPolicy(); });
    workers_ = std::make_unique<ThreadPool>("catalog", options_.worker_threads);
    change_polls_ = std::make_unique<ChangeLogPoll>(service_.store(), *workers_, clock_);
    for (const ChangeSinkOptions& sink : options_.change_sinks) {
      change_sinks_.push_back(
          std::make_unique<ChangeSinkRunner>(sink, service_.store(), MakeChangeSink(sink, clock_), clock_));
    }
    service_.OnApplied([this](uint64_t position) {
      change_polls_->Notify(position);
      for (const auto& sink : change_sinks_) sink->Wake();
    });
    sweeper_ =
        std::make_unique<MetadataFileSweeper>(service_.store(), service_.storage(), options_.sweep_interval);
    key_expiry_ = std::make_unique<PeriodicThread>("catalog-keys", kKeyExpiryInterval, [this] {
      const Status removed = service_.store().RemoveExpiredIdempotencyRecords(clock_.NowMicros());
      if (!removed.ok()) log::Warning("expired idempotency keys are not removed", {{"error", removed}});
    });
    change_log_trimmer_ = std::make_unique<PeriodicThread>("change-trim", options_.change_log_trim_interval,
                                                           [this] { TrimChangeLog(); });
    service_.purges().Start();
    net::HttpServerOptions http;
    http.host = options_.host;
    http.port = options_.port;
    http.io_threads = options_.io_threads;
    http.max_body_bytes = options_.body_bytes_max;
    http.read_timeout = options_.read_timeout;
    http.own_answer = OwnAnswer;
    LIFEBOAT_ASSIGN_OR_RETURN(
        http_, net::HttpServer::Start(http, [this](net::HttpRequest request, net::Responder responder) {
          Handle(std::move(request), std::move(responder));
        }));
    return Status::Ok();
  }

  uint16_t port() const override { return http_->port(); }

  void Stop(std::chrono::milliseconds grace) override {
    if (stopped_) return;
    stopped_ = true;
    if (change_polls_ != nullptr) change_polls_->Stop();
    if (http_ != nullptr) http_->Stop(grace);
    workers_.reset();
    service_.StopPlanning();
    service_.purges().Stop();
    change_sinks_.clear();
    stop_trimming_ = true;
    change_log_trimmer_.reset();
    key_expiry_.reset();
    policy_refresh_.reset();
    sweeper_.reset();
    audit_.reset();
  }

 private:
  // Until the records can be read, what was known last holds: at first, administrators alone.
  void RefreshPolicy() {
    const Status refreshed = service_.policy().Refresh();
    if (!refreshed.ok() && !policy_is_stale_) {
      log::Warning("the access policy is not refreshed", {{"error", refreshed}});
    }
    policy_is_stale_ = !refreshed.ok();
  }

  // On an I/O thread: finds the route and the caller, and answers at once what memory can answer.
  void Handle(net::HttpRequest http, net::Responder responder) override {
    RouteMatch match = FindRoute(http.method, http.Path());
    if (match.route == nullptr) {
      responder.Send(NoRoute(http, match));
      return;
    }
    if (!match.warehouse.empty() && match.warehouse != options_.warehouse) {
      responder.Send(ErrorResponse(NoSuchWarehouse(match.warehouse)));
      return;
    }
    if (match.route->access.scope != RouteAccess::Scope::kPublic && authenticator_.MayTakeLong(http)) {
      workers_->Submit([this, match = std::move(match), http = std::move(http),
                        responder = std::move(responder)]() mutable {
        Admit(std::move(match), std::move(http), std::move(responder));
      });
      return;
    }
    Admit(std::move(match), std::move(http), std::move(responder));
  }

  void Admit(RouteMatch match, net::HttpRequest http, net::Responder responder) {
    const Route& route = *match.route;
    RestRequest request;
    request.http = std::move(http);
    Status status = Authenticate(route, &request);
    if (status.ok()) status = TakePath(std::move(match), &request);
    if (status.ok()) status = AuthorizeByPath(route, request);
    if (status.ok()) status = TakeIdempotencyKey(route, &request);
    if (!status.ok()) {
      responder.Send(ErrorResponse(status));
      return;
    }
    if (route.operation == &LoadTable) {
      if (std::optional<net::HttpResponse> answer = LoadTableFromMemory(service_, request)) {
        responder.Send(std::move(*answer));
        return;
      }
    }
    if (route.operation == &ReadChanges) {
      workers_->Submit([this, request = std::move(request), responder = std::move(responder)]() mutable {
        AnswerOrWaitForChanges(std::move(request), std::move(responder));
      });
      return;
    }
    workers_->Submit([this, &route, request = std::move(request), responder = std::move(responder)] {
      const Status allowed = AuthorizeByBody(route, request);
      if (!allowed.ok()) {
        responder.Send(ErrorResponse(allowed));
        return;
      }
      net::HttpResponse response = Run(route.operation, request);
      if (route.operation == &CreateTable || route.operation == &RegisterTable) {
        AddGrantToNewTable(service_, request, &response);
      } else if (route.operation == &PlanTableScan || route.operation == &FetchPlanningResult) {
        AddGrantToPlan(service_, request, &response);
      }
      responder.Send(std::move(response));
    });
  }

  void TrimChangeLog() {
    metadata_log_cleaner_.BeginPass();
    const Result<uint64_t> trimmed =
        change_log_retention_.Trim(stop_trimming_, [this](uint64_t first_position, uint64_t last_position) {
          return metadata_log_cleaner_.Clean(first_position, last_position);
        });
    if (!trimmed.ok()) {
      log::Warning("the change log is not trimmed", {{"error", trimmed.status()}});
    } else if (*trimmed > 0) {
      log::Debug("change log trimmed", {{"entries", *trimmed}});
    }
  }

  // On a worker: a long poll with nothing to answer is put aside, so that it keeps no worker waiting.
  void AnswerOrWaitForChanges(RestRequest request, net::Responder responder) {
    const Result<std::optional<ChangesWait>> wait = FindChangesWait(service_, request);
    if (!wait.ok()) return responder.Send(ErrorResponse(wait.status()));
    if (!*wait) return responder.Send(Run(&ReadChanges, request));
    ChangeLogPoll::Waiter waiter;
    waiter.after = (*wait)->after;
    waiter.deadline_micros = clock_.MonotonicMicros() + Duration((*wait)->duration).count();
    waiter.is_gone = [responder] { return responder.ClientGone(); };
    waiter.resume = [this, request = std::move(request), responder] {
      responder.Send(Run(&ReadChanges, request));
    };
    change_polls_->Park(std::move(waiter));
  }

  net::HttpResponse Run(Operation operation, const RestRequest& request) {
    if (!request.idempotency) return RunOnce(operation, request);
    Result<std::optional<net::HttpResponse>> earlier =
        FindEarlierAnswer(service_.store(), *request.idempotency, clock_);
    if (!earlier.ok()) return ErrorResponse(earlier.status());
    if (*earlier) return std::move(**earlier);
    net::HttpResponse response = RunOnce(operation, request);
    if (response.status >= 400) {
      // The same request may have been applied on another connection meanwhile, and this one refused for it.
      earlier = FindEarlierAnswer(service_.store(), *request.idempotency, clock_);
      if (earlier.ok() && *earlier) return std::move(**earlier);
    }
    const Status kept = KeepAnswer(service_.store(), *request.idempotency, response);
    // A change kept its answer in its own transaction; what is lost here changed nothing and can run again.
    if (!kept.ok()) log::Warning("the answer to an idempotent request is not kept", {{"error", kept}});
    return response;
  }

  net::HttpResponse RunOnce(Operation operation, const RestRequest& request) {
    const CatalogService::ActingFor acting(request.caller);
    Result<net::HttpResponse> response = operation(service_, request);
    if (response.ok()) return std::move(response).value();
    const Status status = response.status();
    if (const IdempotencyRecord* earlier = EarlierAnswerOf(status)) return ReplayedResponse(*earlier);
    const int http_status = HttpStatusOf(status);
    if (http_status >= 500) {
      log::Warning("request failed", {{"method", request.http.method},
                                      {"path", request.http.Path()},
                                      {"status", http_status},
                                      {"error", status}});
    }
    return ErrorResponse(status);
  }

  Status Authenticate(const Route& route, RestRequest* request) {
    if (route.access.scope == RouteAccess::Scope::kPublic) return Status::Ok();
    request->policy = service_.policy().Current();
    Result<access::Caller> caller = authenticator_.Identify(request->http, *request->policy);
    if (!caller.ok()) {
      Audit(route, *request, {}, caller.status());
      return caller.status();
    }
    request->caller = std::move(caller).value();
    request->principal = request->caller.principal;
    return Status::Ok();
  }

  Status AuthorizeByPath(const Route& route, const RestRequest& request) const {
    const RouteAccess::Scope scope = route.access.scope;
    if (scope == RouteAccess::Scope::kPublic || scope == RouteAccess::Scope::kBody) return Status::Ok();
    return Authorize(route, request, NeedsOfPath(route.access, request));
  }

  // On a worker: the body may be large.
  Status AuthorizeByBody(const Route& route, const RestRequest& request) {
    if (route.access.scope != RouteAccess::Scope::kBody) return Status::Ok();
    // Nobody refuses an administrator, so nothing need be read twice for one.
    if (request.caller.administrator) return Authorize(route, request, {});
    LIFEBOAT_ASSIGN_OR_RETURN(const RequestNeeds needs, route.access.needs(service_, request));
    return Authorize(route, request, needs);
  }

  Status Authorize(const Route& route, const RestRequest& request, const RequestNeeds& needs) const {
    Status status;
    if (!request.caller.administrator) status = CheckNeeds(*request.policy, request.caller, needs);
    Audit(route, request, needs, status);
    return status;
  }

  void Audit(const Route& route, const RestRequest& request, const RequestNeeds& needs,
             const Status& status) const {
    if (audit_ == nullptr) return;
    const std::string action = fmt::format("{} {}", route.method, route.path);
    const std::string object = ObjectOf(request, needs);
    std::string request_id(request.http.headers.Get("X-Request-Id").substr(0, 128));
    if (request_id.empty()) request_id = Uuid::V7(clock_).ToString();
    audit_->Record({.allowed = status.ok(),
                    .changes_something = route.method != "GET" && route.method != "HEAD",
                    .principal = request.principal,
                    .action = action,
                    .object = object,
                    .reason = status.message(),
                    .request_id = request_id,
                    .remote = request.http.peer});
  }

  static std::string ObjectOf(const RestRequest& request, const RequestNeeds& needs) {
    if (!needs.demands.empty()) return needs.demands.front().object.ToString();
    if (!request.table.empty()) return access::Securable::OfTable(request.identifier()).ToString();
    if (!request.name_space.empty()) return access::Securable::OfNamespace(request.name_space).ToString();
    return access::Securable::Catalog().ToString();
  }

  Status TakeIdempotencyKey(const Route& route, RestRequest* request) const {
    // Answers are kept with keys of the protocol's own routes alone: those about access may hold a secret.
    if (route.access.scope == RouteAccess::Scope::kPublic || !route.path.starts_with("/v1/"))
      return Status::Ok();
    LIFEBOAT_ASSIGN_OR_RETURN(request->idempotency,
                              ReadIdempotencyKey(request->http, request->principal, clock_));
    return Status::Ok();
  }

  static Status TakePath(RouteMatch match, RestRequest* request) {
    request->id = std::move(match.id);
    if (match.name_space.empty()) return Status::Ok();
    request->name_space = DecodeNamespace(match.name_space);
    request->table = std::move(match.table);
    request->plan_id = std::move(match.plan_id);
    if (request->table.empty()) return ValidateNamespace(request->name_space);
    return ValidateIdentifier(request->identifier());
  }

  static net::HttpResponse NoRoute(const net::HttpRequest& http, const RouteMatch& match) {
    if (match.allowed_methods.empty()) {
      return ErrorResponse(404, "NotFoundException",
                           fmt::format("No route for {} {}", http.method, http.Path()));
    }
    net::HttpResponse response = ErrorResponse(
        405, "UnsupportedOperationException",
        fmt::format("{} is not supported for {}; use {}", http.method, http.Path(), match.allowed_methods));
    response.headers.Set("Allow", match.allowed_methods);
    return response;
  }

  const CatalogServerOptions options_;
  const Clock& clock_;
  CatalogService service_;
  const Authenticator authenticator_;
  std::unique_ptr<access::AuditLog> audit_;  // null: none is kept
  bool policy_is_stale_ = false;             // of the thread below
  std::unique_ptr<PeriodicThread> policy_refresh_;
  std::unique_ptr<ThreadPool> workers_;
  std::unique_ptr<ChangeLogPoll> change_polls_;
  std::vector<std::unique_ptr<ChangeSinkRunner>> change_sinks_;
  std::unique_ptr<MetadataFileSweeper> sweeper_;
  std::unique_ptr<PeriodicThread> key_expiry_;
  ChangeLogRetention change_log_retention_;  // used by their thread only, as is the next
  MetadataLogCleaner metadata_log_cleaner_;
  std::atomic<bool> stop_trimming_ = false;
  std::unique_ptr<PeriodicThread> change_log_trimmer_;
  std::unique_ptr<net::HttpServer> http_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<CatalogServer>> CatalogServer::Start(const CatalogServerOptions& options,
                                                            CatalogStore& store, storage::Storage& storage,
                                                            CommitGuard& guard, const Clock& clock) {
  LIFEBOAT_RETURN_IF_ERROR(CheckOptions(options));
  if (options.allow_anonymous && options.anonymous_principal.empty())
    log::Warning("programs on this machine administer the catalog without credentials",
                 {{"host", options.host}});
  LIFEBOAT_ASSIGN_OR_RETURN(const size_t restored, RestoreMetadataFiles(store, storage));
  if (restored > 0) log::Info("metadata files restored after a crash", {{"files", restored}});
  auto server = std::make_unique<CatalogServerImpl>(options, store, storage, guard, clock);
  LIFEBOAT_RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace lifeboat::catalog
