// What clients are told when the node may not write or its storage fails: that nothing was applied, with
// Retry-After, so that they try again instead of treating their commit as unknown.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "base/testing.h"
#include "base/uuid.h"
#include "catalog/server/catalog_server.h"
#include "catalog/server/route_table.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"
#include "storage/faulty/faulty_storage.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

using storage::Effect;
using storage::FaultPlan;
using storage::FaultRule;
using storage::Operation;

class StatusGuard : public CommitGuard {
 public:
  Result<uint64_t> CurrentEpoch() override {
    if (code != StatusCode::kOk) return Status(code, "this catalog may not write now");
    return epoch.load();
  }
  std::atomic<StatusCode> code = StatusCode::kOk;
  std::atomic<uint64_t> epoch = 1;
};

constexpr const char* kCreate =
    R"({{"name":"{}","schema":{{"type":"struct","fields":[{{"id":1,"name":"x","type":"long","required":false}}]}}}})";
constexpr const char* kCreateView =
    R"({{"name":"{}","schema":{{"type":"struct","fields":[]}},"view-version":{{"version-id":1,"schema-id":0,
        "timestamp-ms":5,"summary":{{}},"default-namespace":["n"],
        "representations":[{{"type":"sql","sql":"select 1","dialect":"spark"}}]}}}})";
constexpr const char* kSetProperty =
    R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":{{"{}":"1"}}}}]}})";

class FaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    http_ = net::HttpClient::Make();
    options_.warehouse_location = storage::FileLocation(folder_ + "/lake");
    options_.allow_anonymous = true;
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", SystemClock()));
    ASSERT_OK_AND_ASSIGN(server_, CatalogServer::Start(options_, *store_, storage_, guard_, SystemClock()));
    ASSERT_EQ(Call("POST", "/v1/namespaces", R"({"namespace":["n"]})").status, 200);
    ASSERT_EQ(Call("POST", "/v1/namespaces/n/tables", fmt::format(kCreate, "t")).status, 200);
    ASSERT_EQ(Call("POST", "/v1/namespaces/n/views", fmt::format(kCreateView, "v")).status, 200);
  }
  void TearDown() override {
    server_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  net::HttpResponse Call(std::string_view method, std::string_view path, std::string body = "",
                         std::string_view idempotency_key = "") {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
    if (!idempotency_key.empty()) request.headers.Set("Idempotency-Key", idempotency_key);
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  net::HttpResponse SetProperty(const std::string& table, const std::string& key,
                                std::string_view idempotency_key = "") {
    return Call("POST", "/v1/namespaces/n/tables/" + table, fmt::format(kSetProperty, key), idempotency_key);
  }
  static void ExpectNotApplied(const net::HttpResponse& response, std::string_view what) {
    EXPECT_EQ(response.status, 503) << what << ": " << response.body;
    EXPECT_TRUE(response.headers.Has("Retry-After")) << what;
    const Result<boost::json::value> body = iceberg::ParseJson(response.body);
    ASSERT_OK(body);
    EXPECT_EQ(body->at("error").at("code"), 503) << what;
  }
  uint64_t LastPosition() { return store_->State().value().last_position; }
  std::set<std::string> Files() {
    std::set<std::string> files;
    EXPECT_OK(local_->List(options_.warehouse_location + "/", [&](const storage::ObjectInfo& info) {
      files.insert(info.location);
      return Status::Ok();
    }));
    return files;
  }

  std::string folder_ = ::testing::TempDir() + "catalog_fault_XXXXXX";
  CatalogServerOptions options_;
  StatusGuard guard_;
  const std::unique_ptr<storage::Storage> local_ = storage::MakeLocalStorage();
  storage::FaultyStorage storage_{local_.get(), {}, 1};
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
};

// A body with which the route's request would be applied; "" where it needs none.
std::string BodyFor(std::string_view path) {
  static const std::map<std::string_view, std::string> kBodies = {
      {"/v1/{prefix}/namespaces", R"({"namespace":["m"]})"},
      {"/v1/{prefix}/namespaces/{namespace}/properties", R"({"updates":{"a":"b"}})"},
      {"/v1/{prefix}/namespaces/{namespace}/tables", fmt::format(kCreate, "u")},
      {"/v1/{prefix}/namespaces/{namespace}/tables/{table}", fmt::format(kSetProperty, "k")},
      {"/v1/{prefix}/namespaces/{namespace}/views", fmt::format(kCreateView, "w")},
      {"/v1/{prefix}/namespaces/{namespace}/views/{view}", fmt::format(kSetProperty, "k")},
      {"/v1/{prefix}/tables/rename",
       R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})"},
      {"/v1/{prefix}/views/rename",
       R"({"source":{"namespace":["n"],"name":"v"},"destination":{"namespace":["n"],"name":"w"}})"},
      {"/v1/{prefix}/transactions/commit",
       R"({"table-changes":[{"identifier":{"namespace":["n"],"name":"t"},"requirements":[],
           "updates":[{"action":"set-properties","updates":{"k":"1"}}]}]})"}};
  const auto found = kBodies.find(path);
  return found == kBodies.end() ? "" : found->second;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST_F(FaultTest, ANodeThatMayNotWriteRefusesEveryWriteAsNotApplied) {
  int refused = 0;
  const auto refuses_all = [&](std::string_view why) {
    const uint64_t position = LastPosition();
    const std::set<std::string> files = Files();
    for (const std::string& endpoint : AdvertisedEndpoints()) {
      const std::string method = endpoint.substr(0, endpoint.find(' '));
      const std::string route = endpoint.substr(method.size() + 1);
      // Planning a scan writes nothing, nor does giving it up.
      if (method == "GET" || method == "HEAD" || route.ends_with("{plan-id}")) continue;
      std::string path = Replaced(route, "/{prefix}", "");
      path = Replaced(Replaced(Replaced(path, "{namespace}", "n"), "{table}", "t"), "{view}", "v");
      const std::string body = BodyFor(route);
      const net::HttpResponse response = Call(method, path, body);
      const std::string what = fmt::format("{} ({})", endpoint, why);
      if (!body.empty() || method == "DELETE") {
        // Dropping a namespace that is not empty may be refused for that.
        if (response.status != 409) ExpectNotApplied(response, what);
        ++refused;
      } else {  // needs a body, or writes nothing
        EXPECT_TRUE(response.status < 500 || response.headers.Has("Retry-After")) << what << response.body;
      }
    }
    EXPECT_EQ(LastPosition(), position) << why;
    EXPECT_EQ(Files(), files) << why;
  };
  for (const StatusCode code : {StatusCode::kFenced, StatusCode::kUnavailable}) {
    guard_.code = code;
    refuses_all(code == StatusCode::kFenced ? "fenced" : "starting");
  }
  guard_.code = StatusCode::kOk;
  ASSERT_OK(store_->RaiseEpoch(2));  // this node does not know yet
  refuses_all("outrun");
  EXPECT_GE(refused, 3 * 12);

  guard_.epoch = 2;
  EXPECT_EQ(SetProperty("t", "k").status, 200);
}

TEST_F(FaultTest, ACommitWhoseMetadataFileIsNotWrittenIsNotApplied) {
  struct Fault {
    std::string name;
    FaultRule rule;
  };
  const std::vector<Fault> faults = {
      {"refused", {.effect = Effect::kDrop}},
      {"answer lost", {.effect = Effect::kPublishThenFail}},
      {"torn", {.effect = Effect::kTear}},
      {"broken", {.effect = Effect::kFail, .code = StatusCode::kInternal}},
      {"damaged", {.effect = Effect::kFail, .code = StatusCode::kCorruption}},
      {"disk full", {.effect = Effect::kFail, .code = StatusCode::kResourceExhausted}},
  };
  const std::vector<std::pair<std::string, std::string>> requests = {
      {"/v1/namespaces/n/tables", fmt::format(kCreate, "new")},
      {"/v1/namespaces/n/tables/t", fmt::format(kSetProperty, "{}")},
      {"/v1/namespaces/n/views/v", fmt::format(kSetProperty, "{}")},
  };
  for (const Fault& fault : faults) {
    FaultRule rule = fault.rule;
    rule.operations = {Operation::kWrite};
    rule.location_contains = ".metadata.json";
    const std::set<std::string> files = Files();
    const uint64_t position = LastPosition();
    storage_.SetPlan(FaultPlan().Add(rule));
    for (const auto& [path, body] : requests) {
      ExpectNotApplied(Call("POST", path, Replaced(body, "{}", fault.name)), fault.name + " " + path);
    }
    EXPECT_EQ(LastPosition(), position) << fault.name;
    EXPECT_EQ(Files(), files) << fault.name;
    storage_.SetPlan({});
    for (const auto& [path, body] : requests) {
      EXPECT_EQ(Call("POST", path, Replaced(body, "{}", fault.name)).status, 200) << fault.name << path;
    }
    EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/new").status, 204);
  }
}

// Clients of a store that fails, stalls and loses answers at random get through by repeating what was
// refused.
TEST_F(FaultTest, RetriesGetThroughAFlakyStoreWithNothingLostOrDoubled) {
  FaultPlan plan;
  plan.Add({.operations = {Operation::kWrite}, .probability = 0.1, .effect = Effect::kDrop});
  plan.Add({.operations = {Operation::kWrite}, .probability = 0.1, .effect = Effect::kPublishThenFail});
  plan.Add({.operations = {Operation::kWrite}, .probability = 0.1, .effect = Effect::kTear});
  plan.Add({.probability = 0.05, .effect = Effect::kFail, .code = StatusCode::kInternal});
  plan.Add({.probability = 0.05, .delay = std::chrono::milliseconds(2)});
  const uint64_t position = LastPosition();
  storage_.SetPlan(plan);
  constexpr int kClients = 4;
  constexpr int kCommits = 25;
  std::atomic<int> refusals = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < kCommits; ++i) {
        const std::string key = Uuid::V7(SystemClock()).ToString();
        for (;;) {
          const net::HttpResponse response = SetProperty("t", fmt::format("p{}-{}", client, i), key);
          if (response.status == 200) break;
          ExpectNotApplied(response, "flaky");
          ++refusals;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  storage_.SetPlan({});

  EXPECT_GT(refusals, 0);
  EXPECT_EQ(LastPosition(), position + kClients * kCommits);
  const net::HttpResponse loaded = Call("GET", "/v1/namespaces/n/tables/t");
  ASSERT_OK_AND_ASSIGN(const boost::json::value body, iceberg::ParseJson(loaded.body));
  for (int client = 0; client < kClients; ++client) {
    for (int i = 0; i < kCommits; ++i) {
      EXPECT_TRUE(
          body.at("metadata").at("properties").as_object().contains(fmt::format("p{}-{}", client, i)));
    }
  }
  ASSERT_OK_AND_ASSIGN(const auto entries, store_->ReadChangeLog(0, 1000));
  for (const ChangeLogEntry& entry : entries) {
    for (const LoggedChange& change : entry.changes) {
      if (change.metadata_location.empty()) continue;
      ASSERT_OK_AND_ASSIGN(const std::string text, local_->Read(change.metadata_location));
      EXPECT_TRUE(iceberg::ParseJson(text).ok()) << change.metadata_location;
    }
  }
}

TEST_F(FaultTest, AStoreThatIsDownStopsWritesOfFilesAndNothingElse) {
  storage_.SetDown(true);
  ExpectNotApplied(SetProperty("t", "k"), "commit");
  ExpectNotApplied(Call("POST", "/v1/namespaces/n/tables", fmt::format(kCreate, "u")), "create");
  ExpectNotApplied(Call("POST", "/v1/namespaces/n/register",
                        R"({"name":"r","metadata-location":"file:///lake/v1.metadata.json"})"),
                   "register");
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/tables/t").status, 200);
  EXPECT_EQ(Call("POST", "/v1/namespaces", R"({"namespace":["m"]})").status, 200);
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/t").status, 204);
  storage_.SetDown(false);
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables", fmt::format(kCreate, "t")).status, 200);
}

}  // namespace
}  // namespace lifeboat::catalog
