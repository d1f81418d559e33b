// TestCatalog: a catalog server over a SQLite store in a folder of its own, or over a PostgreSQL database,
// for tests. Included by tests only.
#ifndef LIFEBOAT_CATALOG_SERVER_TEST_CATALOG_H_
#define LIFEBOAT_CATALOG_SERVER_TEST_CATALOG_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/testing.h"
#include "catalog/api/commit_guard.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/postgres_catalog_store.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {

class TestCatalog {
 public:
  // `postgres_uri` empty: SQLite.
  explicit TestCatalog(std::string postgres_uri = "") : postgres_uri(std::move(postgres_uri)) {
    LIFEBOAT_CHECK(::mkdtemp(folder.data()) != nullptr, "no temporary folder");
    options.warehouse_location = storage::FileLocation(folder + "/lake");
    options.allow_anonymous = true;
    OpenStore();
  }
  ~TestCatalog() {
    server.reset();
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  TestCatalog(const TestCatalog&) = delete;
  TestCatalog& operator=(const TestCatalog&) = delete;

  void OpenStore() {
    store.reset();
    auto opened = postgres_uri.empty() ? OpenSqliteCatalogStore(folder + "/catalog.db", clock)
                                       : OpenPostgresCatalogStore({.uri = postgres_uri}, clock);
    LIFEBOAT_CHECK(opened.ok(), opened.status().ToString());
    store = std::move(opened).value();
  }
  // Starts the server, or stops it and starts it again.
  void Start() {
    server.reset();
    auto started = CatalogServer::Start(options, *store, *storage, guard, clock);
    LIFEBOAT_CHECK(started.ok(), started.status().ToString());
    server = std::move(started).value();
  }
  std::string uri() const { return fmt::format("http://127.0.0.1:{}", server->port()); }

  net::OutgoingRequest Request(const std::string& method, const std::string& path, std::string body = "") {
    net::OutgoingRequest request;
    request.method = method;
    request.url = uri() + path;
    request.body = std::move(body);
    return request;
  }
  net::HttpResponse Call(const std::string& method, const std::string& path, std::string body = "") {
    Result<net::HttpResponse> response = http->Send(Request(method, path, std::move(body)));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  // A request whose body and answer are JSON; the test fails when the answer is not 2xx.
  boost::json::value CallJson(const std::string& method, const std::string& path, std::string body = "") {
    const net::HttpResponse response = Call(method, path, std::move(body));
    EXPECT_EQ(response.status / 100, 2) << method << " " << path << ": " << response.body;
    if (response.body.empty()) return nullptr;
    return iceberg::ParseJson(response.body).value_or({});
  }
  void CreateNamespace(const std::string& name) {
    CallJson("POST", "/v1/namespaces", fmt::format(R"({{"namespace":["{}"]}})", name));
  }

  const std::string postgres_uri;
  std::string folder = ::testing::TempDir() + "test_catalog_XXXXXX";
  ManualClock clock;
  FixedEpochGuard guard;
  CatalogServerOptions options;
  std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  std::unique_ptr<net::HttpClient> http = net::HttpClient::Make();
  std::unique_ptr<CatalogStore> store;
  std::unique_ptr<CatalogServer> server;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TEST_CATALOG_H_
