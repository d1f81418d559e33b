// RestCatalog: any Iceberg REST catalog as a Catalog, over HTTP.
//
// It obtains and refreshes its bearer token, obeys what /v1/config overrides (prefix, uri, namespace
// separator), follows pages, and repeats what may be repeated: reads, and writes that certainly were not seen
// or not applied (connection refused, 429 or 503 with Retry-After). A write that broke off, or that a server
// answered with another 5xx, is kCommitStateUnknown. Thread-safe.
#ifndef LIFEBOAT_CATALOG_CLIENT_REST_CATALOG_H_
#define LIFEBOAT_CATALOG_CLIENT_REST_CATALOG_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "net/http_client.h"

namespace lifeboat::catalog {

struct RestCatalogOptions {
  std::string uri;  // "http://127.0.0.1:8181", without /v1
  std::string warehouse;
  // OAuth2 client credentials; an empty id sends no credentials.
  std::string client_id;
  std::string client_secret;
  std::string scope = "catalog";
  std::string oauth2_server_uri;  // empty: the catalog's own v1/oauth/tokens

  int attempts_max = 5;                            // of one request
  std::chrono::milliseconds backoff_initial{100};  // doubled for each attempt, with jitter
  std::chrono::milliseconds backoff_max{5'000};
  std::chrono::milliseconds request_timeout{60'000};
};

class RestSession;

class RestCatalog : public Catalog {
 public:
  // Asks for the catalog's configuration. The client, the clock and the random source must outlive the
  // catalog.
  static Result<std::unique_ptr<RestCatalog>> Connect(const RestCatalogOptions& options,
                                                      net::HttpClient& http, Clock& clock = SystemClock(),
                                                      Random& random = SystemRandom());
  ~RestCatalog() override;

  Result<std::vector<Namespace>> ListNamespaces(const Namespace& parent) override;
  Status CreateNamespace(const Namespace& name_space, const Properties& properties) override;
  Result<Properties> LoadNamespace(const Namespace& name_space) override;
  Status DropNamespace(const Namespace& name_space) override;

  Result<std::vector<TableIdentifier>> ListTables(const Namespace& name_space) override;
  Result<LoadedTable> CreateTable(const Namespace& name_space, const CreateTableRequest& request) override;
  Result<LoadedTable> LoadTable(const TableIdentifier& identifier) override;
  Result<bool> TableExists(const TableIdentifier& identifier) override;
  Status DropTable(const TableIdentifier& identifier, bool purge) override;
  Result<LoadedTable> CommitTable(const TableIdentifier& identifier,
                                  const std::vector<iceberg::TableRequirement>& requirements,
                                  const std::vector<iceberg::TableUpdate>& updates) override;

  // Of one of Lifeboat's own catalogs: the JSON answer of GET /lifeboat/v1/jobs.
  Result<std::string> ReadJobs();

 private:
  explicit RestCatalog(std::unique_ptr<RestSession> session);
  std::unique_ptr<RestSession> session_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_CLIENT_REST_CATALOG_H_
