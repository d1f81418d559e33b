#include "catalog/client/rest_catalog.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/mutex.h"
#include "base/testing.h"
#include "catalog/api/catalog_error.h"
#include "net/http_server.h"

namespace lifeboat::catalog {
namespace {

// A catalog that gives the answers the test put in a row and notes what it was asked.
class ScriptedCatalog {
 public:
  ScriptedCatalog() {
    auto server = net::HttpServer::Start({}, [this](net::HttpRequest request, net::Responder responder) {
      responder.Send(Next(std::move(request)));
    });
    EXPECT_OK(server);
    if (server.ok()) server_ = std::move(server).value();
  }
  std::string uri() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }
  void Answer(int status, std::string body, const std::string& retry_after = "") {
    net::HttpResponse response = net::HttpResponse::Json(status, std::move(body));
    if (!retry_after.empty()) response.headers.Set("Retry-After", retry_after);
    MutexLock lock(mutex_);
    answers_.push_back(std::move(response));
  }
  std::vector<net::HttpRequest> Taken() {
    MutexLock lock(mutex_);
    return std::move(requests_);
  }

 private:
  net::HttpResponse Next(net::HttpRequest request) {
    MutexLock lock(mutex_);
    requests_.push_back(std::move(request));
    if (answers_.empty()) return net::HttpResponse::Text(418, "no answer left");
    net::HttpResponse answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  Mutex mutex_;
  std::deque<net::HttpResponse> answers_ GUARDED_BY(mutex_);
  std::vector<net::HttpRequest> requests_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> server_;
};

std::string ErrorBody(const std::string& type) {
  return fmt::format(R"({{"error":{{"message":"because","type":"{}","code":1}}}})", type);
}

class RestCatalogTest : public ::testing::Test {
 protected:
  std::unique_ptr<RestCatalog> Connect(const std::string& config = R"({"defaults":{},"overrides":{}})") {
    options_.uri = server_.uri() + "/";
    options_.warehouse = "my lake";
    server_.Answer(200, config);
    auto catalog = RestCatalog::Connect(options_, *http_, clock_, random_);
    EXPECT_OK(catalog);
    return catalog.ok() ? std::move(catalog).value() : nullptr;
  }

  ManualClock clock_;
  SeededRandom random_{1};
  RestCatalogOptions options_;
  ScriptedCatalog server_;
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
  const TableIdentifier table_ = {{"a b", "c"}, "t/u"};
};

TEST_F(RestCatalogTest, ObeysTheConfigurationAndEncodesPaths) {
  const auto catalog =
      Connect(R"({"defaults":{"prefix":"x"},"overrides":{"prefix":"p/q","namespace-separator":"%2E"}})");
  server_.Answer(204, "");
  EXPECT_OK(catalog->TableExists(table_));
  const auto requests = server_.Taken();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].target, "/v1/config?warehouse=my%20lake");
  EXPECT_EQ(requests[1].method, "HEAD");
  EXPECT_EQ(requests[1].target, "/v1/p/q/namespaces/a%20b%2Ec/tables/t%2Fu");
}

TEST_F(RestCatalogTest, MapsErrorsByStatusAndType) {
  const auto catalog = Connect();
  const std::tuple<int, std::string, StatusCode> cases[] = {
      {400, "BadRequestException", StatusCode::kInvalidArgument},
      {403, "ForbiddenException", StatusCode::kPermissionDenied},
      {404, "NoSuchTableException", StatusCode::kNotFound},
      {409, "AlreadyExistsException", StatusCode::kAlreadyExists},
      {409, "CommitFailedException", StatusCode::kConflict},
      {409, "NamespaceNotEmptyException", StatusCode::kFailedPrecondition},
      {500, "CommitStateUnknownException", StatusCode::kCommitStateUnknown},
      {502, "", StatusCode::kCommitStateUnknown},
      {503, "", StatusCode::kCommitStateUnknown},  // without Retry-After nothing is promised
  };
  for (const auto& [status, type, code] : cases) {
    SCOPED_TRACE(fmt::format("{} {}", status, type));
    server_.Answer(status, type.empty() ? "<html>" : ErrorBody(type));
    const Status failed = catalog->CommitTable(table_, {}, {}).status();
    EXPECT_EQ(failed.code(), code);
    if (!type.empty()) {
      EXPECT_EQ(failed.message(), "because");
      EXPECT_EQ(ErrorTypeOf(failed), type);
    }
  }
}

TEST_F(RestCatalogTest, RepeatsWhatWasNotAppliedAndReadsThatFailedInPassing) {
  const auto catalog = Connect();
  server_.Taken();
  server_.Answer(503, ErrorBody("ServiceUnavailableException"), "2");
  server_.Answer(429, "", "1");
  server_.Answer(200, "{}");
  const int64_t before = clock_.MonotonicMicros();
  EXPECT_OK(catalog->CreateNamespace({"n"}, {}));
  EXPECT_GE(clock_.MonotonicMicros() - before, 3'000'000);
  EXPECT_EQ(server_.Taken().size(), 3u);

  server_.Answer(502, "");
  server_.Answer(200, R"({"properties":{"k":"v"}})");
  ASSERT_OK_AND_ASSIGN(const Properties properties, catalog->LoadNamespace({"n"}));
  EXPECT_EQ(properties.at("k"), "v");
  EXPECT_EQ(server_.Taken().size(), 2u);

  for (int i = 0; i < options_.attempts_max; ++i) server_.Answer(503, ErrorBody("SlowDownException"), "1");
  EXPECT_STATUS(StatusCode::kUnavailable, catalog->CreateNamespace({"n"}, {}));
  EXPECT_EQ(server_.Taken().size(), static_cast<size_t>(options_.attempts_max));
}

TEST_F(RestCatalogTest, FetchesATokenAndRenewsItWhenItIsRefusedOrOld) {
  options_.client_id = "id";
  options_.client_secret = "s&cret";
  server_.Answer(200, R"({"access_token":"one","token_type":"bearer","expires_in":100})");
  const auto catalog = Connect();
  auto requests = server_.Taken();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].target, "/v1/oauth/tokens");
  EXPECT_EQ(requests[0].body,
            "grant_type=client_credentials&client_id=id&client_secret=s%26cret&scope=catalog");
  EXPECT_EQ(requests[1].headers.Get("Authorization"), "Bearer one");

  server_.Answer(401, ErrorBody("NotAuthorizedException"));
  server_.Answer(200, R"({"access_token":"two","token_type":"bearer","expires_in":100})");
  server_.Answer(204, "");
  EXPECT_OK(catalog->DropNamespace({"n"}));
  EXPECT_EQ(server_.Taken().back().headers.Get("Authorization"), "Bearer two");

  clock_.Advance(std::chrono::seconds(95));
  server_.Answer(200, R"({"access_token":"three","token_type":"bearer","expires_in":100})");
  server_.Answer(204, "");
  EXPECT_OK(catalog->DropNamespace({"n"}));
  EXPECT_EQ(server_.Taken().back().headers.Get("Authorization"), "Bearer three");

  clock_.Advance(std::chrono::seconds(95));
  server_.Answer(401, R"({"error":"invalid_client"})");
  EXPECT_STATUS(StatusCode::kUnauthenticated, catalog->DropNamespace({"n"}));
}

TEST_F(RestCatalogTest, FollowsPages) {
  const auto catalog = Connect();
  server_.Taken();
  server_.Answer(200, R"({"identifiers":[{"namespace":["n"],"name":"a"}],"next-page-token":"x=1"})");
  server_.Answer(200, R"({"identifiers":[{"namespace":["n"],"name":"b"}],"next-page-token":null})");
  ASSERT_OK_AND_ASSIGN(const auto tables, catalog->ListTables({"n"}));
  EXPECT_EQ(tables, (std::vector<TableIdentifier>{{{"n"}, "a"}, {{"n"}, "b"}}));
  const auto requests = server_.Taken();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].QueryParameter("pageToken"), "");
  EXPECT_EQ(requests[1].QueryParameter("pageToken"), "x=1");
}

TEST_F(RestCatalogTest, AnUnreachableCatalogIsUnavailable) {
  options_.uri = "http://127.0.0.1:1";
  EXPECT_STATUS(StatusCode::kUnavailable, RestCatalog::Connect(options_, *http_, clock_, random_));
}

TEST_F(RestCatalogTest, NonsenseInAnAnswerIsAnError) {
  const auto catalog = Connect();
  server_.Answer(200, "not json");
  EXPECT_FALSE(catalog->LoadTable(table_).ok());
  server_.Answer(200, R"({"metadata-location":"x"})");
  EXPECT_FALSE(catalog->LoadTable(table_).ok());
}

}  // namespace
}  // namespace lifeboat::catalog
