#include "catalog/server/catalog_server.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/encoding.h"
#include "base/testing.h"
#include "catalog/server/catalog_server_testing.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using testing::CatalogServerTest;
using testing::kSchema;

TEST_F(CatalogServerTest, ErrorsHaveTheProtocolsShapeAndWords) {
  EXPECT_EQ(ExpectError(404, "NoSuchNamespaceException", Call("GET", "/v1/namespaces/zz")),
            "Namespace does not exist: zz");
  ExpectError(404, "NoSuchNamespaceException", Call("GET", "/v1/namespaces/zz/tables"));
  EXPECT_EQ(ExpectError(404, "NoSuchTableException", Call("GET", "/v1/namespaces/zz/tables/t")),
            "Table does not exist: zz.t");
  ExpectError(404, "NoSuchNamespaceException", Call("POST", "/v1/namespaces/zz/tables", CreateBody("t")));
  MakeTable();
  ExpectError(409, "AlreadyExistsException", Call("POST", "/v1/namespaces", R"({"namespace":["n"]})"));
  ExpectError(409, "AlreadyExistsException", Call("POST", "/v1/namespaces/n/tables", CreateBody("t")));
  ExpectError(409, "NamespaceNotEmptyException", Call("DELETE", "/v1/namespaces/n"));
  ExpectError(404, "NotFoundException", Call("GET", "/v1/nowhere"));
  const net::HttpResponse wrong_method = Call("PUT", "/v1/namespaces/n");
  ExpectError(405, "UnsupportedOperationException", wrong_method);
  EXPECT_EQ(wrong_method.headers.Get("Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(Call("HEAD", "/v1/namespaces/n").status, 204);
  EXPECT_EQ(Call("HEAD", "/v1/namespaces/n/tables/none").status, 404);
  ExpectError(404, "NoSuchWarehouseException", Call("GET", "/v1/config?warehouse=other"));
  EXPECT_EQ(Call("GET", "/v1/config?warehouse=lake").status, 200);
}

TEST_F(CatalogServerTest, MalformedRequestsAreBadRequests) {
  MakeTable();
  const std::string tables = "/v1/namespaces/n/tables";
  const std::pair<std::string, std::string> bad[] = {
      {"/v1/namespaces", ""},
      {"/v1/namespaces", "{"},
      {"/v1/namespaces", "[]"},
      {"/v1/namespaces", std::string(1000, '[')},
      {"/v1/namespaces", R"({"namespace":"n"})"},
      {"/v1/namespaces", R"({"namespace":[]})"},
      {"/v1/namespaces", R"({"namespace":["a\u0000b"]})"},
      {"/v1/namespaces", R"({"namespace":["a\u001fb"]})"},
      {"/v1/namespaces", R"({"namespace":[".."]})"},
      {"/v1/namespaces", R"({"namespace":["x"],"properties":{"a":1}})"},
      {tables, R"({"name":"x"})"},
      {tables, CreateBody("../../etc")},
      {tables, CreateBody("x", R"(,"location":"relative/path")")},
      {tables, CreateBody("x", R"(,"location":"file:///tmp/../etc")")},
      {tables,
       R"({"name":"x","schema":{"type":"struct","fields":[{"id":1,"name":"a","type":"nonsense","required":true}]}})"},
      {tables + "/t", "{}"},
      {tables + "/t", R"({"requirements":[{"type":"assert-nonsense"}],"updates":[]})"},
      {tables + "/t", R"({"requirements":[],"updates":[{"action":"nonsense"}]})"},
      {tables + "/t", R"({"identifier":{"namespace":["n"],"name":"u"},"requirements":[],"updates":[]})"},
      {tables + "/t",
       R"({"requirements":[],"updates":[{"action":"set-location","location":"file:///a/../b"}]})"},
      {tables + "/t",
       R"({"requirements":[],"updates":[{"action":"set-current-schema","schema-id":99999999999}]})"},
      {"/v1/transactions/commit", R"({"table-changes":[]})"},
      {"/v1/tables/rename", R"({"source":{"namespace":["n"],"name":"t"}})"},
  };
  for (const auto& [path, body] : bad) {
    SCOPED_TRACE(path + " " + body);
    EXPECT_FALSE(ExpectError(400, "BadRequestException", Call("POST", path, body)).empty());
  }
  ExpectError(400, "BadRequestException", Call("GET", tables + "?pageToken=&pageSize=0"));
  ExpectError(400, "BadRequestException", Call("GET", "/v1/namespaces/a%00b"));
  ExpectError(400, "BadRequestException", Call("GET", tables + "/t?snapshots=some"));
  EXPECT_EQ(store_->State()->last_position, 2u) << "nothing of all that changed anything";
}

TEST_F(CatalogServerTest, CommitsCheckRequirementsAndLeaveNoFileWhenRefused) {
  MakeTable();
  const boost::json::value before = Load();
  const std::string uuid(std::string_view(before.at("metadata").at("table-uuid").as_string()));
  const std::string right = fmt::format(R"([{{"type":"assert-table-uuid","uuid":"{}"}}])", uuid);
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a", right)).status, 200);
  const std::string wrong = R"([{"type":"assert-table-uuid","uuid":"00000000-0000-4000-8000-000000000000"}])";
  ExpectError(409, "CommitFailedException",
              Call("POST", "/v1/namespaces/n/tables/t", SetProperty("b", wrong)));
  ExpectError(404, "NoSuchTableException", Call("POST", "/v1/namespaces/n/tables/none", SetProperty("b")));
  const boost::json::value after = Load();
  EXPECT_EQ(after.at("metadata").at("properties"), boost::json::value({{"a", "1"}}));
  EXPECT_EQ(after.at("metadata").at("metadata-log").as_array().size(), 1u);
  int files = 0;
  ASSERT_OK(
      storage_->List(options_.warehouse_location + "/n/t/metadata/", [&](const storage::ObjectInfo& object) {
        ++files;
        EXPECT_TRUE(object.location.ends_with(".metadata.json")) << object.location;
        return Status::Ok();
      }));
  EXPECT_EQ(files, 2);
}

TEST_F(CatalogServerTest, ACommitWithoutEffectMakesNoVersion) {
  MakeTable();
  Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a"));
  const uint64_t position = store_->State()->last_position;
  const net::HttpResponse again =
      Call("POST", "/v1/namespaces/n/tables/t", R"({"requirements":[],"updates":[]})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(store_->State()->last_position, position);
}

TEST_F(CatalogServerTest, ATransactionCommitsAllItsTablesOrNone) {
  MakeTable("t");
  MakeTable("u");
  const auto change = [](const std::string& table, const std::string& requirements) {
    return fmt::format(R"({{"identifier":{{"namespace":["n"],"name":"{}"}},"requirements":{},"updates":[
        {{"action":"set-properties","updates":{{"k":"v"}}}}]}})",
                       table, requirements);
  };
  const auto transaction = [](const std::string& changes) {
    return R"({"table-changes":[)" + changes + "]}";
  };
  ExpectError(409, "CommitFailedException",
              Call("POST", "/v1/transactions/commit",
                   transaction(change("t", "[]") + "," + change("u", R"([{"type":"assert-create"}])"))));
  EXPECT_TRUE(Load("t").at("metadata").at("properties").as_object().empty());
  ExpectError(
      400, "BadRequestException",
      Call("POST", "/v1/transactions/commit", transaction(change("t", "[]") + "," + change("t", "[]"))));
  EXPECT_EQ(Call("POST", "/v1/transactions/commit", transaction(change("t", "[]") + "," + change("u", "[]")))
                .status,
            204);
  EXPECT_EQ(Load("t").at("metadata").at("properties").as_object().size(), 1u);
  EXPECT_EQ(Load("u").at("metadata").at("properties").as_object().size(), 1u);
  ASSERT_OK_AND_ASSIGN(const auto log, store_->ReadChangeLog(3, 10));
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].changes.size(), 2u);
}

TEST_F(CatalogServerTest, IndependentCommitsToOneTableAreAllApplied) {
  MakeTable();
  std::vector<std::thread> threads;
  for (int w = 0; w < 8; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t", SetProperty(fmt::format("p{}-{}", w, i))).status,
                  200);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Load().at("metadata").at("properties").as_object().size(), 80u);
}

TEST_F(CatalogServerTest, ANodeThatIsNotPrimaryRefusesWritesAsNotApplied) {
  MakeTable();
  guard_.open = false;
  const net::HttpResponse fenced = Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a"));
  ExpectError(503, "ServiceUnavailableException", fenced);
  EXPECT_TRUE(fenced.headers.Has("Retry-After"));
  guard_.open = true;
  ASSERT_OK(store_->RaiseEpoch(2));  // the lease moved on between the guard's answer and the commit
  ExpectError(503, "ServiceUnavailableException",
              Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a")));
  EXPECT_TRUE(Load().at("metadata").at("properties").as_object().empty());
  guard_.epoch = 2;
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a")).status, 200);
}

TEST_F(CatalogServerTest, ETagsSpareTheBody) {
  MakeTable();
  const net::HttpResponse first = Call("GET", "/v1/namespaces/n/tables/t");
  const std::string etag(first.headers.Get("ETag"));
  ASSERT_FALSE(etag.empty());
  net::Headers known;
  known.Set("If-None-Match", etag);
  const net::HttpResponse unchanged = Call("GET", "/v1/namespaces/n/tables/t", "", known);
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_TRUE(unchanged.body.empty());
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/tables/t?snapshots=refs", "", known).status, 200);
  Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a"));
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/tables/t", "", known).status, 200);
}

TEST_F(CatalogServerTest, ListingsArePagedOnRequest) {
  for (const char* name : {"a", "b", "c"}) MakeTable(name);
  const std::string path = "/v1/namespaces/n/tables";
  const boost::json::value all = iceberg::ParseJson(Call("GET", path).body).value_or({});
  EXPECT_EQ(all.at("identifiers").as_array().size(), 3u);
  EXPECT_FALSE(all.as_object().contains("next-page-token"));
  const boost::json::value first =
      iceberg::ParseJson(Call("GET", path + "?pageToken=&pageSize=2").body).value_or({});
  EXPECT_EQ(first.at("identifiers").as_array().size(), 2u);
  const std::string token(std::string_view(first.at("next-page-token").as_string()));
  const boost::json::value rest =
      iceberg::ParseJson(Call("GET", path + "?pageSize=2&pageToken=" + net::PercentEncode(token)).body)
          .value_or({});
  ASSERT_EQ(rest.at("identifiers").as_array().size(), 1u);
  EXPECT_EQ(rest.at("identifiers").at(0).at("name").as_string(), "c");
}

TEST_F(CatalogServerTest, DropForgetsTheTableAndANewOneLivesElsewhere) {
  MakeTable();
  const boost::json::value first = Load();
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/t?purgeRequested=False").status, 204);
  ExpectError(404, "NoSuchTableException", Call("GET", "/v1/namespaces/n/tables/t"));
  EXPECT_OK(storage_->Read(std::string(std::string_view(first.at("metadata-location").as_string()))));
  MakeTable();
  EXPECT_NE(Load().at("metadata").at("location"), first.at("metadata").at("location"));
}

TEST_F(CatalogServerTest, ARequestWithAKeyTakesEffectOnceAlsoAcrossARestart) {
  MakeTable();
  EXPECT_NE(Call("GET", "/v1/config").body.find(R"("idempotency-key-lifetime":"PT30M")"), std::string::npos);
  net::Headers key;
  key.Set("Idempotency-Key", "018F6C1E-3b7a-7c00-8000-000000000001");
  const net::HttpResponse first = Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a"), key);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t", SetProperty("b")).status, 200);
  const uint64_t position = store_->State()->last_position;
  server_.reset();
  store_.reset();
  ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_));
  Start();
  const net::HttpResponse again = Call("POST", "/v1/namespaces/n/tables/t", SetProperty("a"), key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_NE(ExpectError(422, "UnprocessableEntityException",
                        Call("POST", "/v1/namespaces/n/tables/t", SetProperty("c"), key))
                .find("was used for another request"),
            std::string::npos);
  ExpectError(422, "UnprocessableEntityException", Call("DELETE", "/v1/namespaces/n/tables/t", "", key));
  EXPECT_EQ(store_->State()->last_position, position);
  clock_.Advance(std::chrono::minutes(31));
  EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables/t", SetProperty("c"), key).status, 200);
  EXPECT_EQ(store_->State()->last_position, position + 1);
}

TEST_F(CatalogServerTest, EveryKindOfAnswerIsRepeatedUnlessItMayPass) {
  const auto key = [](int n) {
    net::Headers headers;
    headers.Set("Idempotency-Key", fmt::format("018f6c1e-3b7a-7c00-8000-{:012}", n));
    return headers;
  };
  const std::pair<std::string, std::string> requests[] = {
      {"POST /v1/namespaces", R"({"namespace":["n"],"properties":{"a":"1"}})"},
      {"POST /v1/namespaces/n/properties", R"({"removals":["a","z"],"updates":{"b":"2"}})"},
      {"POST /v1/namespaces/n/tables", CreateBody("t")},
      {"POST /v1/transactions/commit", R"({"table-changes":[{"identifier":{"namespace":["n"],"name":"t"},
        "requirements":[],"updates":[{"action":"set-properties","updates":{"k":"v"}}]}]})"},
      {"POST /v1/tables/rename",
       R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})"},
      {"DELETE /v1/namespaces/n/tables/u", ""},
      {"DELETE /v1/namespaces/n", ""},
      {"DELETE /v1/namespaces/missing", ""},
  };
  const auto send = [&](const std::pair<std::string, std::string>& request, const net::Headers& headers) {
    const size_t space = request.first.find(' ');
    return Call(request.first.substr(0, space), request.first.substr(space + 1), request.second, headers);
  };
  int n = 0;
  for (const auto& request : requests) {
    SCOPED_TRACE(request.first);
    const net::HttpResponse first = send(request, key(++n));
    const uint64_t position = store_->State()->last_position;
    const net::HttpResponse again = send(request, key(n));
    EXPECT_EQ(first.status, request.first.ends_with("missing") ? 404 : first.body.empty() ? 204 : 200);
    EXPECT_EQ(again.status, first.status);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(store_->State()->last_position, position);
  }
  MakeTable();
  // A refusal stays one, also when the request would succeed by now.
  EXPECT_EQ(send({"DELETE /v1/namespaces/missing", ""}, key(n)).status, 404);
  Call("POST", "/v1/namespaces", R"({"namespace":["missing"]})");
  EXPECT_EQ(send({"DELETE /v1/namespaces/missing", ""}, key(n)).status, 404);
  // What may pass is not kept.
  guard_.open = false;
  EXPECT_EQ(send({"DELETE /v1/namespaces/missing", ""}, key(100)).status, 503);
  guard_.open = true;
  EXPECT_EQ(send({"DELETE /v1/namespaces/missing", ""}, key(100)).status, 204);
  net::Headers wrong;
  wrong.Set("Idempotency-Key", "9f0c1e2a-3b7a-4c00-8000-000000000001");
  ExpectError(400, "BadRequestException", Call("DELETE", "/v1/namespaces/n", "", wrong));
}

TEST_F(CatalogServerTest, RequestsOfOneKeyAtTheSameTimeTakeEffectOnce) {
  net::Headers key;
  key.Set("Idempotency-Key", "018f6c1e-3b7a-7c00-8000-0000000000aa");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { EXPECT_EQ(Call("POST", "/v1/namespaces", R"({"namespace":["n"]})", key).status, 200); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->State()->last_position, 1u);
  threads.clear();
  key.Set("Idempotency-Key", "018f6c1e-3b7a-7c00-8000-0000000000ab");
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { EXPECT_EQ(Call("POST", "/v1/namespaces/n/tables", CreateBody("t"), key).status, 200); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->State()->last_position, 2u);
}

TEST_F(CatalogServerTest, ViewsLiveBesideTables) {
  MakeTable();
  const auto body = [](const std::string& name) {
    return fmt::format(
        R"({{"name":"{}","schema":{},"properties":{{}},"view-version":{{"version-id":1,"schema-id":0,
        "timestamp-ms":1,"summary":{{}},"default-namespace":["n"],
        "representations":[{{"type":"sql","sql":"select 1","dialect":"spark"}}]}}}})",
        name, kSchema);
  };
  const std::string views = "/v1/namespaces/n/views";
  const net::HttpResponse created = Call("POST", views, body("v"));
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(Call("GET", views + "/v").body, created.body);
  ExpectError(409, "AlreadyExistsException", Call("POST", views, body("v")));
  ExpectError(409, "AlreadyExistsException", Call("POST", views, body("t")));
  ExpectError(409, "AlreadyExistsException", Call("POST", "/v1/namespaces/n/tables", CreateBody("v")));
  ExpectError(404, "NoSuchTableException", Call("GET", "/v1/namespaces/n/tables/v"));
  ExpectError(404, "NoSuchViewException", Call("GET", views + "/t"));
  const net::HttpResponse replaced = Call("POST", views + "/v", SetProperty("a"));
  EXPECT_EQ(replaced.status, 200) << replaced.body;
  EXPECT_NE(replaced.body, created.body);
  EXPECT_EQ(Call("GET", views + "/v").body, replaced.body);
  ExpectError(
      409, "CommitFailedException",
      Call("POST", views + "/v",
           SetProperty("b",
                       R"([{"type":"assert-view-uuid","uuid":"00000000-0000-4000-8000-000000000000"}])")));
  EXPECT_EQ(Call("POST", "/v1/views/rename",
                 R"({"source":{"namespace":["n"],"name":"v"},"destination":{"namespace":["n"],"name":"w"}})")
                .status,
            204);
  EXPECT_EQ(Call("GET", views).body, R"({"identifiers":[{"namespace":["n"],"name":"w"}]})");
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n/tables/t").status, 204);
  ExpectError(409, "NamespaceNotEmptyException", Call("DELETE", "/v1/namespaces/n"));
  EXPECT_EQ(Call("HEAD", views + "/w").status, 204);
  EXPECT_EQ(Call("DELETE", views + "/w").status, 204);
  EXPECT_EQ(Call("HEAD", views + "/w").status, 404);
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n").status, 204);
}

TEST_F(CatalogServerTest, ClientsNeedCredentialsUnlessAnonymousOnesAreServed) {
  server_.reset();
  options_.allow_anonymous = false;
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CatalogServer::Start(options_, *store_, *storage_, guard_, clock_));
  options_.clients = {{"id", "s&cret"}};
  Start();
  const net::HttpResponse refused = Call("GET", "/v1/namespaces");
  ExpectError(401, "NotAuthorizedException", refused);
  EXPECT_EQ(refused.headers.Get("WWW-Authenticate"), "Bearer realm=\"lifeboat\"");
  EXPECT_EQ(Call("GET", "/healthz").status, 200);
  EXPECT_EQ(
      Call("POST", "/v1/oauth/tokens", "grant_type=client_credentials&client_id=id&client_secret=no").status,
      401);
  EXPECT_EQ(Call("POST", "/v1/oauth/tokens", "grant_type=password").status, 400);
  const net::HttpResponse granted =
      Call("POST", "/v1/oauth/tokens",
           "grant_type=client_credentials&client_id=id&client_secret=s%26cret&scope=catalog");
  ASSERT_EQ(granted.status, 200) << granted.body;
  for (const auto& [pair, status] : {std::pair("id:s&cret", 200), std::pair("id:no", 401)}) {
    net::Headers basic;
    basic.Set("Authorization", "basic " + Base64Encode(pair));
    const net::HttpResponse answer = Call("POST", "/v1/oauth/tokens", "grant_type=client_credentials", basic);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.headers.Get("WWW-Authenticate"), status == 401 ? "Basic realm=\"lifeboat\"" : "");
  }
  const boost::json::value token = iceberg::ParseJson(granted.body).value_or({});
  net::Headers headers;
  headers.Set("Authorization",
              "Bearer " + std::string(std::string_view(token.at("access_token").as_string())));
  EXPECT_EQ(Call("GET", "/v1/namespaces", "", headers).status, 200);
  clock_.Advance(options_.token_lifetime);
  ExpectError(401, "NotAuthorizedException", Call("GET", "/v1/namespaces", "", headers));
  server_.reset();
  options_.host = "0.0.0.0";
  options_.allow_anonymous = true;
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                CatalogServer::Start(options_, *store_, *storage_, guard_, clock_));
}

}  // namespace
}  // namespace lifeboat::catalog
