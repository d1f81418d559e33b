// What the tests of servers that share a store have in common: two of them over one PostgreSQL database and
// one folder, and requests to each. Included by tests only.
#ifndef LIFEBOAT_CATALOG_SERVER_TWO_SERVERS_TESTING_H_
#define LIFEBOAT_CATALOG_SERVER_TWO_SERVERS_TESTING_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/testing.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/postgres_catalog_store.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog::testing {

class TwoServersTest : public ::testing::Test {
 protected:
  // One of the servers, with everything it has of its own.
  struct Node {
    FixedEpochGuard guard;
    std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
    std::unique_ptr<CatalogStore> store;
    std::unique_ptr<CatalogServer> server;
  };

  // Over the PostgreSQL database at `store_uri`; with a namespace n.
  void StartServers(const std::string& store_uri, const Clock& clock) {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    options_.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options_.allow_anonymous = true;
    for (Node& node : nodes_) {
      ASSERT_OK_AND_ASSIGN(node.store, OpenPostgresCatalogStore({.uri = store_uri}, SystemClock()));
      ASSERT_OK_AND_ASSIGN(node.server,
                           CatalogServer::Start(options_, *node.store, *node.storage, node.guard, clock));
    }
    ASSERT_EQ(Call(0, "POST", "/v1/namespaces", R"({"namespace":["n"]})").status, 200);
  }
  void TearDown() override {
    for (Node& node : nodes_) {
      node.server.reset();
      node.store.reset();
    }
    std::filesystem::remove_all(folder_);
  }

  net::HttpResponse Call(int node, const std::string& method, const std::string& path, std::string body = "",
                         const net::Headers& headers = {}) {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", nodes_[node].server->port(), path);
    request.headers = headers;
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }

  std::string folder_ = ::testing::TempDir() + "two_servers_XXXXXX";
  CatalogServerOptions options_;
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
  Node nodes_[2];
};

}  // namespace lifeboat::catalog::testing

#endif  // LIFEBOAT_CATALOG_SERVER_TWO_SERVERS_TESTING_H_
