// What the tests of the catalog server share: a server on a folder of its own, and requests to it. Included
// by tests only.
#ifndef LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_TESTING_H_
#define LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_TESTING_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/testing.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog::testing {

// A guard that the test opens and closes.
class SwitchedGuard : public CommitGuard {
 public:
  Result<uint64_t> CurrentEpoch() override {
    if (!open) return Status(StatusCode::kFenced, "this catalog is not primary");
    return epoch.load();
  }
  std::atomic<bool> open = true;
  std::atomic<uint64_t> epoch = 1;
};

inline constexpr const char* kSchema =
    R"({"type":"struct","fields":[{"id":1,"name":"x","type":"long","required":false}]})";

class CatalogServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    storage_ = storage::MakeLocalStorage();
    http_ = net::HttpClient::Make();
    options_.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options_.allow_anonymous = true;
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_));
    Start();
  }
  void TearDown() override {
    server_.reset();
    http_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Start() {
    server_.reset();
    ASSERT_OK_AND_ASSIGN(server_, CatalogServer::Start(options_, *store_, *storage_, guard_, clock_));
  }

  net::HttpResponse Call(const std::string& method, const std::string& path, std::string body = "",
                         const net::Headers& headers = {}) {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
    request.headers = headers;
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  // Expects the protocol's error body with this status and type; returns its message.
  std::string ExpectError(int status, const std::string& type, const net::HttpResponse& response) {
    EXPECT_EQ(response.status, status) << response.body;
    const Result<boost::json::value> value = iceberg::ParseJson(response.body);
    if (!value.ok()) {
      ADD_FAILURE() << "not an error body: " << response.body;
      return "";
    }
    const boost::json::value& error = value->at("error");
    EXPECT_EQ(error.at("type").as_string(), type);
    EXPECT_EQ(error.at("code").as_int64(), status);
    return std::string(std::string_view(error.at("message").as_string()));
  }
  void MakeTable(const std::string& name = "t") {
    Call("POST", "/v1/namespaces", R"({"namespace":["n"]})");
    const net::HttpResponse created = Call("POST", "/v1/namespaces/n/tables", CreateBody(name));
    ASSERT_EQ(created.status, 200) << created.body;
  }
  static std::string CreateBody(const std::string& name, const std::string& more = "") {
    return fmt::format(R"({{"name":"{}","schema":{}{}}})", name, kSchema, more);
  }
  static std::string SetProperty(const std::string& key, const std::string& requirements = "[]") {
    return fmt::format(
        R"({{"requirements":{},"updates":[{{"action":"set-properties","updates":{{"{}":"1"}}}}]}})",
        requirements, key);
  }
  boost::json::value Load(const std::string& name = "t") {
    return iceberg::ParseJson(Call("GET", "/v1/namespaces/n/tables/" + name).body).value_or({});
  }

  ManualClock clock_;
  SwitchedGuard guard_;
  std::string folder_ = ::testing::TempDir() + "catalog_server_XXXXXX";
  CatalogServerOptions options_;
  std::unique_ptr<storage::Storage> storage_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
};

}  // namespace lifeboat::catalog::testing

#endif  // LIFEBOAT_CATALOG_SERVER_CATALOG_SERVER_TESTING_H_
