// CatalogServer: the Iceberg REST protocol over HTTP, serving one warehouse from a CatalogStore.
//
// It holds no state that matters: several servers may serve one store, and each answers from memory only what
// the store confirms to be current. Besides the protocol it answers
//   GET /healthz   (no authentication)
//   GET /lifeboat/v1/changes?after=N&limit=M&wait=SECONDS   the change log; a request for changes that are
//       still to come is held for up to `wait` seconds, 60 at most
//   GET /lifeboat/v1/jobs   purges of dropped tables, with their progress
//
// Source: Iceberg REST specification (open-api/rest-catalog-open-api.yaml), format library 1.11.
#ifndef LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_H_
#define LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/access/credential_vendor.h"
#include "catalog/access/external_issuer.h"
#include "catalog/access/request_signer.h"
#include "catalog/access/signed_request.h"
#include "catalog/api/commit_guard.h"
#include "catalog/server/change_log_retention.h"
#include "catalog/server/change_sink.h"
#include "catalog/server/planning/scan_planning_options.h"
#include "catalog/store/catalog_store.h"
#include "net/http_server.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

// What a client of the OAuth2 client-credentials flow presents.
struct ClientCredentials {
  std::string id;
  std::string secret;
};

// How clients that bring no storage credentials of their own reach the files of tables in S3: by temporary
// credentials, by having each request signed, or not at all when both are null. What is pointed to must
// outlive the server.
struct StorageLending {
  access::CredentialVendor* vendor = nullptr;
  access::RequestSigner* signer = nullptr;
  std::vector<std::string> locations;                // tables below one of these, and no others
  std::map<std::string, std::string> client_config;  // "s3.endpoint", … of the client's file I/O
};

struct CatalogServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free port, see CatalogServer::port()

  std::string warehouse = "lake";  // the name clients give as `warehouse`
  std::string warehouse_location;  // "file:///lake", "s3://bucket/lake": new tables live below it
  // Tables may lie in each other's folders. Credentials for one then reach the other.
  bool allow_overlapping_locations = false;

  std::vector<ClientCredentials> clients;  // administrators; everybody else is in the access policy
  // Requests without credentials are served, on a loopback host only; see anonymous_request.h. They are those
  // of an administrator, or of a principal of the access policy, if one is named.
  bool allow_anonymous = false;
  std::string anonymous_principal;
  std::chrono::seconds token_lifetime{3600};
  std::optional<access::ExternalIssuerOptions> issuer;  // whose tokens are accepted besides the catalog's own
  access::SignedRequestOptions signed_requests;
  std::string secret_key;  // 32 bytes that seal the secrets of access keys; empty: they are kept readable
  std::string audit_log;   // file of one line for each decision about access; empty: none is kept

  StorageLending lending;

  bool rebase_asserted_appends = false;  // of tables that do not say it themselves; see append_rebase.h

  int io_threads = 1;
  int worker_threads = 16;                          // how many requests may wait for disk at once
  uint64_t cache_bytes_max = 256ull * 1024 * 1024;  // loaded tables kept in memory
  uint64_t body_bytes_max = 64ull * 1024 * 1024;    // of a request, compressed or not
  std::chrono::milliseconds read_timeout{60'000};   // for the rest of a request once its first byte is there
  std::chrono::milliseconds sweep_interval{1000};   // how often published metadata files are made durable

  ChangeLogRetentionOptions change_log;
  std::chrono::milliseconds change_log_trim_interval{30'000};
  std::vector<ChangeSinkOptions> change_sinks;
  ScanPlanningOptions planning;
};

class CatalogServer {
 public:
  // Restores what a crash took of the metadata files, then listens and serves. kInvalidArgument for options
  // that contradict themselves, kFailedPrecondition for a port in use. The arguments must outlive the server.
  static Result<std::unique_ptr<CatalogServer>> Start(const CatalogServerOptions& options,
                                                      CatalogStore& store, storage::Storage& storage,
                                                      CommitGuard& guard, const Clock& clock);
  virtual ~CatalogServer() = default;  // stops with no grace

  virtual uint16_t port() const = 0;
  // Answers a request as if it had come over a connection. From any thread.
  virtual void Handle(net::HttpRequest request, net::Responder responder) = 0;
  // Lets requests under way finish for up to `grace`, then stops. Idempotent.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_H_
