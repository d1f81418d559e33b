// Lending storage to clients: what answers hold, when they may be reused, and what is refused.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/json/serialize.hpp>
#include <filesystem>

#include "base/testing.h"
#include "catalog/server/catalog_server.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "iceberg/model/json.h"
#include "net/http_client.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kScheme = "s3://";
constexpr const char* kTables = "/v1/namespaces/n/tables";
constexpr const char* kTable = "/v1/namespaces/n/tables/t";

// Keeps "s3://bucket/key" below a local folder.
class S3InAFolder final : public storage::Storage {
 public:
  explicit S3InAFolder(std::string folder) : root_(storage::FileLocation(folder + "/")) {}
  Result<storage::ObjectInfo> Stat(const std::string& at) override { return local_->Stat(Map(at)); }
  Result<std::string> Read(const std::string& at) override { return local_->Read(Map(at)); }
  Result<std::string> ReadRange(const std::string& at, uint64_t offset, uint64_t length) override {
    return local_->ReadRange(Map(at), offset, length);
  }
  Status Write(const std::string& at, std::string_view bytes, const storage::WriteOptions& options) override {
    return local_->Write(Map(at), bytes, options);
  }
  Result<std::unique_ptr<storage::ObjectWriter>> OpenWriter(const std::string& at,
                                                            const storage::WriteOptions& options) override {
    return local_->OpenWriter(Map(at), options);
  }
  Status Sync(const std::vector<std::string>&) override { return Status::Ok(); }
  bool WritesAreDurable(const std::string&) const override { return true; }
  Status Delete(const std::string& at) override { return local_->Delete(Map(at)); }
  Status List(const std::string& prefix,
              const std::function<Status(const storage::ObjectInfo&)>& visit) override {
    return local_->List(Map(prefix), visit);
  }

 private:
  std::string Map(const std::string& location) const { return root_ + location.substr(kScheme.size()); }
  const std::string root_;
  const std::unique_ptr<storage::Storage> local_ = storage::MakeLocalStorage();
};

class StorageGrantTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    storage_.Register("s3", std::make_shared<S3InAFolder>(folder_));
    storage_.Register("file", std::shared_ptr<storage::Storage>(storage::MakeLocalStorage()));
    vendor_ = access::CredentialVendor::Make(
                  {.role_arn = "arn:aws:iam::1:role/lake",
                   .external_id = "",
                   .lifetime = std::chrono::seconds(3600),
                   .kms_keys = {}},
                  [this](const auto& request) { return Assume(request); }, clock_)
                  .value();
    access::RequestSignerOptions signing;
    signing.endpoints = {"http://store:9000"};
    signing.region = "eu-west-1";
    signer_ = access::RequestSigner::Make(signing, vendor_.get(), clock_).value();
    options_.warehouse_location = "s3://lake/wh";
    options_.allow_anonymous = true;
    options_.lending = {.vendor = vendor_.get(),
                        .signer = signer_.get(),
                        .locations = {"s3://lake/wh"},
                        .client_config = {{"s3.endpoint", "http://store:9000"}}};
    ASSERT_OK_AND_ASSIGN(store_, OpenSqliteCatalogStore(folder_ + "/catalog.db", clock_));
    Start();
    Call("POST", "/v1/namespaces", R"({"namespace":["n"]})");
  }
  void TearDown() override {
    server_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Start() {
    server_.reset();
    ASSERT_OK_AND_ASSIGN(server_, CatalogServer::Start(options_, *store_, storage_, guard_, clock_));
  }
  Result<storage::s3::S3Credentials> Assume(const storage::s3::AssumeRoleRequest& request) {
    if (!refusal_.ok()) return refusal_;
    session_policy_ = request.policy;
    return storage::s3::S3Credentials{
        fmt::format("KEY{}", ++assumed_), "THE-SECRET", "TOKEN",
        clock_.NowMicros() + std::chrono::microseconds(request.duration).count()};
  }
  static net::Headers Asking(std::string_view what = "vended-credentials") {
    net::Headers headers;
    headers.Set("X-Iceberg-Access-Delegation", what);
    return headers;
  }
  net::HttpResponse Call(const std::string& method, const std::string& path, std::string body = "",
                         const net::Headers& headers = {}, uint16_t port = 0) {
    net::OutgoingRequest request;
    request.method = method;
    request.url = fmt::format("http://127.0.0.1:{}{}", port == 0 ? server_->port() : port, path);
    request.headers = headers;
    request.body = std::move(body);
    Result<net::HttpResponse> response = http_->Send(std::move(request));
    EXPECT_OK(response);
    return std::move(response).value_or({});
  }
  static std::string CreateBody(const std::string& more = "") {
    return fmt::format(
        R"({{"name":"t","schema":{{"type":"struct","fields":[{{"id":1,"name":"x","type":"long","required":false}}]}}{}}})",
        more);
  }
  void MakeTable(const std::string& more = "") {
    ASSERT_EQ(Call("POST", kTables, CreateBody(more)).status, 200);
  }
  static std::string Config(const net::HttpResponse& response, std::string_view key) {
    const boost::json::value value = iceberg::ParseJson(response.body).value();
    const boost::json::value* found = value.at("config").as_object().if_contains(key);
    return found == nullptr ? "" : std::string(std::string_view(found->as_string()));
  }
  std::string SignBody(const std::string& method, const std::string& uri) {
    return fmt::format(
        R"({{"region":"eu-west-1","method":"{}","uri":"http://store:9000{}","headers":{{"accept":["*/*"]}}}})",
        method, uri);
  }

  ManualClock clock_;
  FixedEpochGuard guard_;
  std::string folder_ = ::testing::TempDir() + "storage_grant_XXXXXX";
  storage::StorageRouter storage_;
  int assumed_ = 0;
  Status refusal_;
  std::string session_policy_;  // of what was assumed last
  std::unique_ptr<access::CredentialVendor> vendor_;
  std::unique_ptr<access::RequestSigner> signer_;
  CatalogServerOptions options_;
  std::unique_ptr<net::HttpClient> http_ = net::HttpClient::Make();
  std::unique_ptr<CatalogStore> store_;
  std::unique_ptr<CatalogServer> server_;
};

TEST_F(StorageGrantTest, OnlyWhoAsksIsGivenCredentials) {
  MakeTable();
  const net::HttpResponse plain = Call("GET", kTable);
  EXPECT_TRUE(plain.body.ends_with(R"("config":{}})"));
  EXPECT_EQ(assumed_, 0);
  const net::HttpResponse lent = Call("GET", kTable, "", Asking("remote-signing, vended-credentials"));
  ASSERT_EQ(lent.status, 200);
  EXPECT_EQ(Config(lent, "s3.access-key-id"), "KEY1");
  EXPECT_EQ(Config(lent, "s3.secret-access-key"), "THE-SECRET");
  EXPECT_EQ(Config(lent, "s3.session-token"), "TOKEN");
  EXPECT_EQ(Config(lent, "s3.session-token-expires-at-ms"),
            std::to_string(clock_.NowMicros() / 1000 + 3'600'000));
  EXPECT_EQ(Config(lent, "s3.endpoint"), "http://store:9000");
  EXPECT_EQ(Config(lent, "client.refresh-credentials-endpoint"), "v1/namespaces/n/tables/t/credentials");
  EXPECT_EQ(Config(lent, "s3.remote-signing-enabled"), "");
  EXPECT_EQ(lent.headers.Get("Cache-Control"), "no-store");
  const boost::json::value value = iceberg::ParseJson(lent.body).value();
  const boost::json::value& only = value.at("storage-credentials").as_array().at(0);
  EXPECT_EQ(only.at("prefix").as_string(), "s3://lake/wh/n/t");
  EXPECT_EQ(only.at("config").at("s3.access-key-id").as_string(), "KEY1");
  EXPECT_EQ(value.at("metadata"), iceberg::ParseJson(plain.body).value().at("metadata"));
  // From memory from now on.
  EXPECT_EQ(Call("GET", kTable, "", Asking()).body, lent.body);
  EXPECT_TRUE(Call("GET", kTable).body.ends_with(R"("config":{}})"));
  EXPECT_EQ(assumed_, 1);
}

TEST_F(StorageGrantTest, NotModifiedMeansTheSameCredentialsStillServe) {
  MakeTable();
  const net::HttpResponse lent = Call("GET", kTable, "", Asking());
  net::Headers known = Asking();
  known.Set("If-None-Match", lent.headers.Get("ETag"));
  EXPECT_EQ(Call("GET", kTable, "", known).status, 304);
  // Shortly before they expire others are given, though the table has not changed.
  clock_.Advance(std::chrono::seconds(3001));
  const net::HttpResponse renewed = Call("GET", kTable, "", known);
  EXPECT_EQ(renewed.status, 200);
  EXPECT_EQ(Config(renewed, "s3.access-key-id"), "KEY2");
  // Who holds the table without credentials, or says only that he holds something, is given them.
  known.Set("If-None-Match", Call("GET", kTable).headers.Get("ETag"));
  EXPECT_EQ(Call("GET", kTable, "", known).status, 200);
  known.Set("If-None-Match", "*");
  EXPECT_EQ(Call("GET", kTable, "", known).status, 200);
  // And the other way round.
  net::Headers plain;
  plain.Set("If-None-Match", renewed.headers.Get("ETag"));
  EXPECT_EQ(Call("GET", kTable, "", plain).status, 200);
}

TEST_F(StorageGrantTest, ARepeatedCreateIsGivenFreshCredentialsBecauseNoneAreKept) {
  net::Headers headers = Asking();
  headers.Set("Idempotency-Key", "018bcfe5-6800-7000-8000-000000000001");
  const net::HttpResponse created = Call("POST", kTables, CreateBody(), headers);
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(Config(created, "s3.access-key-id"), "KEY1");
  ASSERT_OK_AND_ASSIGN(const auto record,
                       store_->FindIdempotencyRecord("018bcfe5-6800-7000-8000-000000000001"));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->response_body.find("THE-SECRET"), std::string::npos);
  const net::HttpResponse repeated = Call("POST", kTables, CreateBody(), headers);
  EXPECT_EQ(repeated.status, 200);
  EXPECT_EQ(Config(repeated, "s3.access-key-id"), "KEY1");
}

TEST_F(StorageGrantTest, AStagedTableIsLentToo) {
  net::Headers headers = Asking();
  headers.Set("Idempotency-Key", "018bcfe5-6800-7000-8000-000000000002");
  const net::HttpResponse staged = Call("POST", kTables, CreateBody(R"(,"stage-create":true)"), headers);
  ASSERT_EQ(staged.status, 200) << staged.body;
  EXPECT_EQ(Config(staged, "s3.access-key-id"), "KEY1");
  EXPECT_FALSE(staged.headers.Has("ETag"));
  ASSERT_OK_AND_ASSIGN(const auto record,
                       store_->FindIdempotencyRecord("018bcfe5-6800-7000-8000-000000000002"));
  EXPECT_TRUE(!record.has_value() || record->response_body.find("THE-SECRET") == std::string::npos);
}

TEST_F(StorageGrantTest, CredentialsAreRenewedAtTheirEndpoint) {
  MakeTable(
      R"(,"properties":{"write.data.path":"s3://lake/wh/data/t","write.metadata.path":"s3://lake/x/t"})");
  const net::HttpResponse lent = Call("GET", std::string(kTable) + "/credentials");
  ASSERT_EQ(lent.status, 200) << lent.body;
  EXPECT_EQ(lent.headers.Get("Cache-Control"), "no-store");
  const boost::json::value value = iceberg::ParseJson(lent.body).value();
  ASSERT_EQ(value.at("storage-credentials").as_array().size(), 1u);
  const boost::json::value& only = value.at("storage-credentials").as_array().at(0);
  EXPECT_EQ(only.at("prefix").as_string(), "s3://lake/wh/");
  EXPECT_EQ(only.at("config").at("s3.session-token").as_string(), "TOKEN");
  EXPECT_EQ(Call("GET", "/v1/namespaces/n/tables/none/credentials").status, 404);
  options_.lending.vendor = nullptr;
  Start();
  const net::HttpResponse refused = Call("GET", std::string(kTable) + "/credentials");
  EXPECT_NE(refused.status, 200);
  EXPECT_NE(refused.body.find("redential vending"), std::string::npos) << refused.body;
}

TEST_F(StorageGrantTest, RequestsForAStagedTableAreSignedForItsFolderAlone) {
  const net::HttpResponse staged =
      Call("POST", kTables, CreateBody(R"(,"stage-create":true)"), Asking("remote-signing"));
  ASSERT_EQ(staged.status, 200) << staged.body;
  EXPECT_EQ(Config(staged, "s3.signer.endpoint"), Config(staged, "signer.endpoint"));
  const std::string endpoint = "/" + Config(staged, "s3.signer.endpoint");
  EXPECT_EQ(endpoint.find(std::string(kTable) + "/sign?staged="), 0u) << endpoint;
  const std::string put = SignBody("PUT", "/lake/wh/n/t/data/a");
  EXPECT_EQ(Call("POST", endpoint, put).status, 200);
  EXPECT_EQ(Call("POST", endpoint, SignBody("GET", "/lake/wh/n/t/data/a")).status, 200);
  EXPECT_EQ(Call("POST", endpoint, SignBody("PUT", "/lake/wh/n/u/data/a")).status, 403);
  EXPECT_EQ(Call("POST", std::string(kTable) + "/sign", put).status, 404);
  std::string other = endpoint;
  other.replace(other.find("/t/sign"), 7, "/u/sign");
  EXPECT_EQ(Call("POST", other, put).status, 403) << "it names another table";
  EXPECT_EQ(Call("POST", endpoint + "x", put).status, 403);
  EXPECT_EQ(Call("POST", std::string(kTable) + "/sign?staged=", put).status, 404);
  EXPECT_EQ(Call("POST", std::string(kTable) + "/sign?staged=e30.e30", put).status, 403);

  // Any server over the store serves it, after a restart, too.
  const Result<std::unique_ptr<CatalogServer>> second =
      CatalogServer::Start(options_, *store_, storage_, guard_, clock_);
  ASSERT_OK(second);
  EXPECT_EQ(Call("POST", endpoint, put, {}, (*second)->port()).status, 200);
  Start();
  EXPECT_EQ(Call("POST", endpoint, put).status, 200);

  clock_.Advance(std::chrono::hours(13));
  EXPECT_EQ(Call("POST", endpoint, put).status, 403) << "given up";
}

TEST_F(StorageGrantTest, ATableThatExistsIsReachedAsItIsHoweverItWasStaged) {
  const net::HttpResponse staged =
      Call("POST", kTables, CreateBody(R"(,"stage-create":true)"), Asking("remote-signing"));
  const std::string endpoint = "/" + Config(staged, "s3.signer.endpoint");
  MakeTable(R"(,"location":"s3://lake/wh/n/elsewhere")");
  EXPECT_EQ(Call("POST", endpoint, SignBody("PUT", "/lake/wh/n/t/data/a")).status, 403);
  EXPECT_EQ(Call("POST", endpoint, SignBody("PUT", "/lake/wh/n/elsewhere/data/a")).status, 200);
}

TEST_F(StorageGrantTest, TheFolderOfAStagedTableIsNotLentOnceItIsAnothers) {
  const net::HttpResponse staged =
      Call("POST", kTables, CreateBody(R"(,"stage-create":true)"), Asking("remote-signing"));
  const std::string endpoint = "/" + Config(staged, "s3.signer.endpoint");
  const std::string body =
      R"({"name":"other","schema":{"type":"struct","fields":[]},"location":"s3://lake/wh/n/t"})";
  ASSERT_EQ(Call("POST", kTables, body).status, 200);
  EXPECT_EQ(Call("POST", endpoint, SignBody("GET", "/lake/wh/n/t/data/a")).status, 400);
}

TEST_F(StorageGrantTest, CredentialsOfAStagedTableAreRenewed) {
  const net::HttpResponse staged = Call(
      "POST", kTables,
      CreateBody(R"(,"stage-create":true,"properties":{"write.data.path":"s3://lake/wh/data/t"})"), Asking());
  const std::string endpoint = "/" + Config(staged, "client.refresh-credentials-endpoint");
  EXPECT_EQ(endpoint.find(std::string(kTable) + "/credentials?staged="), 0u) << endpoint;
  clock_.Advance(std::chrono::seconds(3601));
  const net::HttpResponse renewed = Call("GET", endpoint);
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_NE(renewed.body.find(R"("s3.access-key-id":"KEY2")"), std::string::npos) << renewed.body;
  EXPECT_NE(session_policy_.find("lake/wh/n/t/"), std::string::npos) << session_policy_;
  EXPECT_NE(session_policy_.find("lake/wh/data/t/"), std::string::npos) << session_policy_;
  EXPECT_EQ(Call("GET", std::string(kTable) + "/credentials").status, 404);
}

TEST_F(StorageGrantTest, PlansCarryCredentialsForWhoAsks) {
  MakeTable();
  const std::string plan = std::string(kTable) + "/plan";
  EXPECT_EQ(Call("POST", plan, "{}").body.find("storage-credentials"), std::string::npos);
  EXPECT_EQ(assumed_, 0);
  net::Headers asking = Asking();
  asking.Set("Idempotency-Key", "018bcfe5-6800-7000-8000-000000000003");
  const net::HttpResponse planned = Call("POST", plan, "{}", asking);
  ASSERT_EQ(planned.status, 200) << planned.body;
  EXPECT_EQ(planned.headers.Get("Cache-Control"), "no-store");
  const boost::json::value value = iceberg::ParseJson(planned.body).value();
  EXPECT_EQ(value.at("status").as_string(), "completed");
  const boost::json::value& only = value.at("storage-credentials").as_array().at(0);
  EXPECT_EQ(only.at("prefix").as_string(), "s3://lake/wh/n/t");
  EXPECT_EQ(only.at("config").at("s3.access-key-id").as_string(), "KEY1");
  ASSERT_OK_AND_ASSIGN(const auto record,
                       store_->FindIdempotencyRecord("018bcfe5-6800-7000-8000-000000000003"));
  EXPECT_TRUE(!record.has_value() || record->response_body.find("THE-SECRET") == std::string::npos);

  // One that is waited for carries them once it is fetched.
  net::Headers later = Asking();
  later.Set("Prefer", "respond-async");
  const net::HttpResponse submitted = Call("POST", plan, "{}", later);
  EXPECT_EQ(submitted.body.find("storage-credentials"), std::string::npos) << submitted.body;
  const std::string id(std::string_view(iceberg::ParseJson(submitted.body)->at("plan-id").as_string()));
  net::HttpResponse fetched;
  do {
    fetched = Call("GET", plan + "/" + id, "", Asking());
    ASSERT_EQ(fetched.status, 200) << fetched.body;
  } while (fetched.body == R"({"status":"submitted"})");
  EXPECT_NE(fetched.body.find(R"("s3.access-key-id":"KEY1")"), std::string::npos) << fetched.body;
  EXPECT_EQ(Call("GET", plan + "/" + id).body.find("storage-credentials"), std::string::npos);
  refusal_ = Status::PermissionDenied("no");
  clock_.Advance(std::chrono::seconds(3601));
  EXPECT_EQ(Call("POST", plan, "{}", Asking()).status, 403);
}

TEST_F(StorageGrantTest, TablesThatShareAFolderAreNotLent) {
  options_.allow_overlapping_locations = true;
  Start();
  MakeTable();
  const std::string twin =
      R"({"name":"twin","schema":{"type":"struct","fields":[]},"location":"s3://lake/wh/n/t/x"})";
  ASSERT_EQ(Call("POST", kTables, twin).status, 200);
  EXPECT_EQ(Call("GET", std::string(kTable) + "/credentials").status, 200);
  options_.allow_overlapping_locations = false;
  Start();
  EXPECT_EQ(Call("GET", std::string(kTable) + "/credentials").status, 400);
  EXPECT_EQ(Config(Call("GET", kTable, "", Asking()), "s3.access-key-id"), "");
  ASSERT_EQ(Call("DELETE", std::string(kTables) + "/twin").status, 204);
  EXPECT_EQ(Call("GET", std::string(kTable) + "/credentials").status, 200);
}

TEST_F(StorageGrantTest, TablesElsewhereAreNotLent) {
  for (const std::string& location :
       {std::string("s3://lake/wh2/t"), std::string("s3://lake/wh"), std::string("s3://other/wh/t"),
        storage::FileLocation(folder_ + "/t")}) {
    MakeTable(fmt::format(R"(,"location":"{}")", location));
    const net::HttpResponse loaded = Call("GET", kTable, "", Asking());
    EXPECT_TRUE(loaded.body.ends_with(R"("config":{}})")) << location;
    EXPECT_GE(Call("GET", std::string(kTable) + "/credentials").status, 400) << location;
    EXPECT_GE(Call("POST", std::string(kTable) + "/sign", SignBody("GET", "/lake/wh2/t/a")).status, 400);
    ASSERT_EQ(Call("DELETE", kTable).status, 204);
  }
  EXPECT_EQ(assumed_, 0);
}

TEST_F(StorageGrantTest, WhoCannotBeGivenThemIsToldWhy) {
  MakeTable();
  refusal_ = Status::Unavailable("STS is away");
  const net::HttpResponse refused = Call("GET", kTable, "", Asking());
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("STS is away"), std::string::npos);
  EXPECT_EQ(Call("GET", kTable).status, 200);
}

TEST_F(StorageGrantTest, RequestsAreSignedForTheTableAlone) {
  MakeTable();
  const net::HttpResponse loaded = Call("GET", kTable, "", Asking("remote-signing"));
  EXPECT_EQ(Config(loaded, "s3.remote-signing-enabled"), "true");
  EXPECT_EQ(Config(loaded, "s3.signer.endpoint"), "v1/namespaces/n/tables/t/sign");
  EXPECT_EQ(loaded.body.find("secret"), std::string::npos);
  EXPECT_EQ(assumed_, 0);

  const std::string sign = std::string(kTable) + "/sign";
  const net::HttpResponse read = Call("POST", sign, SignBody("GET", "/lake/wh/n/t/data/a"));
  ASSERT_EQ(read.status, 200) << read.body;
  EXPECT_EQ(read.headers.Get("Cache-Control"), "private");
  const boost::json::value value = iceberg::ParseJson(read.body).value();
  EXPECT_EQ(value.at("uri").as_string(), "http://store:9000/lake/wh/n/t/data/a");
  const boost::json::object& headers = value.at("headers").as_object();
  EXPECT_EQ(headers.at("X-Amz-Security-Token").as_array().at(0).as_string(), "TOKEN");
  EXPECT_NE(std::string(headers.at("Authorization").as_array().at(0).as_string()).find("/eu-west-1/s3/"),
            std::string::npos);
  EXPECT_EQ(read.body.find("THE-SECRET"), std::string::npos);

  const net::HttpResponse write = Call("POST", sign, SignBody("PUT", "/lake/wh/n/t/data/a"));
  ASSERT_EQ(write.status, 200) << write.body;
  EXPECT_EQ(write.headers.Get("Cache-Control"), "no-cache");
  EXPECT_EQ(Call("POST", sign, SignBody("GET", "/lake/wh/n/t2/data/a")).status, 403);
  EXPECT_EQ(Call("POST", sign, SignBody("GET", "/lake/wh/n/t/../t2/a")).status, 400);
  EXPECT_EQ(Call("POST", sign, R"({"region":"eu-west-1"})").status, 400);
  std::string elsewhere = SignBody("GET", "/lake/wh/n/t/data/a");
  elsewhere.replace(elsewhere.find("eu-west-1"), 9, "us-east-1");
  EXPECT_EQ(Call("POST", sign, elsewhere).status, 400);
}

// A catalog with a principal 'eva'; everybody else is an administrator.
class StorageGrantAccessTest : public StorageGrantTest {
 protected:
  void SetUp() override {
    StorageGrantTest::SetUp();
    MakeTable();
    const net::HttpResponse made = Call("POST", "/lifeboat/v1/access/principals", R"({"id":"eva"})");
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string secret(iceberg::ParseJson(made.body)->at("client-secret").as_string());
    const net::HttpResponse token = Call(
        "POST", "/v1/oauth/tokens", "grant_type=client_credentials&client_id=eva&client_secret=" + secret);
    bearer_ = "Bearer " + std::string(iceberg::ParseJson(token.body)->at("access_token").as_string());
  }
  net::HttpResponse AsEva(const std::string& method, const std::string& path, std::string body = "",
                          const std::string& external_id = "") {
    net::Headers headers = Asking();
    headers.Set("Authorization", bearer_);
    if (!external_id.empty()) headers.Set("X-Lifeboat-External-Id", external_id);
    return Call(method, path, std::move(body), headers);
  }
  void Grant(const std::string& privilege, const std::string& operation = "grants") {
    const std::string body = fmt::format(
        R"({{"grantee":{{"principal":"eva"}},"object":{{"kind":"namespace","namespace":["n"]}},"privileges":["{}"]}})",
        privilege);
    ASSERT_EQ(Call("POST", "/lifeboat/v1/access/" + operation, body).status, 200);
  }
  void Revoke(const std::string& privilege) { Grant(privilege, "grants/revoke"); }
  void Set(const std::string& what, const std::string& body) {
    ASSERT_EQ(Call("POST", "/lifeboat/v1/access/" + what, body).status, 200);
  }
  // The message of the refusal that asking for credentials meets.
  std::string Refusal(const std::string& external_id = "") {
    const net::HttpResponse loaded = AsEva("GET", kTable, "", external_id);
    const net::HttpResponse credentials = AsEva("GET", std::string(kTable) + "/credentials", "", external_id);
    EXPECT_EQ(loaded.status, 403) << loaded.body;
    EXPECT_EQ(loaded.body, credentials.body);
    return loaded.body;
  }
  std::string bearer_;
};

TEST_F(StorageGrantAccessTest, EveryMisconfigurationIsToldInTheWordsPeopleKnow) {
  Grant("describe");
  const net::HttpResponse described = AsEva("GET", kTable);
  EXPECT_EQ(described.status, 200);
  EXPECT_EQ(described.body.find("storage-credentials"), std::string::npos);

  Grant("select");
  EXPECT_NE(Refusal().find("Forbidden: null"), std::string::npos);
  Set("settings", R"({"external-full-table-access":true})");
  EXPECT_NE(Refusal().find("eva is not authorized to perform: lakeformation:GetDataAccess"),
            std::string::npos);
  Set("settings", R"({"allow-external":["eva"]})");
  EXPECT_EQ(AsEva("GET", kTable).status, 200);
  Set("trust", R"({"principal":"eva","external-id":"7"})");
  EXPECT_NE(Refusal().find("Unable to assume role arn:aws:iam::1:role/lake"), std::string::npos);
  Set("trust", R"({"principal":"service:catalog"})");
  EXPECT_NE(Refusal().find("User: eva is not authorized to perform: sts:AssumeRole"), std::string::npos);
  EXPECT_EQ(AsEva("GET", kTable, "", "7").status, 200);

  options_.lending.locations = {"s3://elsewhere"};
  Start();
  EXPECT_NE(
      AsEva("GET", std::string(kTable) + "/credentials", "", "7").body.find("Table n.t is not initialized"),
      std::string::npos);
  options_.lending = {};
  Start();
  EXPECT_NE(AsEva("GET", std::string(kTable) + "/credentials", "", "7")
                .body.find("Credential vending is not enabled"),
            std::string::npos);
}

TEST_F(StorageGrantAccessTest, CredentialsReachAsFarAsThePrivileges) {
  Set("settings", R"({"external-full-table-access":true,"external-filtering":false})");
  Grant("select");
  ASSERT_NE(AsEva("GET", kTable).body.find("storage-credentials"), std::string::npos);
  EXPECT_NE(session_policy_.find("s3:GetObject"), std::string::npos);
  EXPECT_EQ(session_policy_.find("s3:PutObject"), std::string::npos);
  const std::string sign = std::string(kTable) + "/sign";
  EXPECT_EQ(AsEva("POST", sign, SignBody("GET", "/lake/wh/n/t/data/a")).status, 200);
  EXPECT_EQ(AsEva("POST", sign, SignBody("PUT", "/lake/wh/n/t/data/a")).status, 403);
  Grant("insert");
  ASSERT_NE(AsEva("GET", kTable).body.find("storage-credentials"), std::string::npos);
  EXPECT_NE(session_policy_.find("s3:PutObject"), std::string::npos);
  EXPECT_EQ(session_policy_.find("s3:DeleteObject"), std::string::npos) << "who inserts need not delete";
  EXPECT_EQ(AsEva("POST", sign, SignBody("PUT", "/lake/wh/n/t/data/a")).status, 200);
  EXPECT_EQ(AsEva("POST", sign, SignBody("DELETE", "/lake/wh/n/t/data/a")).status, 403);
  Grant("delete");
  ASSERT_NE(AsEva("GET", kTable).body.find("storage-credentials"), std::string::npos);
  EXPECT_NE(session_policy_.find("s3:DeleteObject"), std::string::npos);
  EXPECT_EQ(AsEva("POST", sign, SignBody("DELETE", "/lake/wh/n/t/data/a")).status, 200);

  // Credentials that are kept are lent no longer to whom reading is taken from.
  Revoke("select");
  EXPECT_EQ(AsEva("GET", kTable).body.find("storage-credentials"), std::string::npos);
  Grant("select");

  // Whoever makes a table, staged or not, can write its files.
  Grant("create_table");
  session_policy_.clear();
  net::Headers signing = Asking("remote-signing");
  signing.Set("Authorization", bearer_);
  const net::HttpResponse staged =
      Call("POST", kTables, R"({"name":"made","stage-create":true,"schema":{"type":"struct","fields":[]}})",
           signing);
  const std::string endpoint = "/" + Config(staged, "s3.signer.endpoint");
  const std::string put = SignBody("PUT", "/lake/wh/n/made/data/a");
  EXPECT_EQ(AsEva("POST", endpoint, put).status, 200);
  EXPECT_EQ(Call("POST", endpoint, put).status, 403) << "it is eva's";
  Revoke("create_table");
  EXPECT_EQ(AsEva("POST", endpoint, put).status, 403);
  Grant("create_table");
  const std::string made = R"({"name":"made","stage-create":true,"schema":{"type":"struct","fields":[]}})";
  for (const std::string& body :
       {made, std::string(R"({"name":"made","schema":{"type":"struct","fields":[]}})")}) {
    const net::HttpResponse created = AsEva("POST", kTables, body);
    ASSERT_EQ(created.status, 200) << created.body;
    EXPECT_NE(created.body.find("storage-credentials"), std::string::npos);
  }
  EXPECT_NE(session_policy_.find("s3:PutObject"), std::string::npos);
}

// The answer is an earlier one, what is lent with it is not: the table of that name may be another's by now.
TEST_F(StorageGrantAccessTest, ARepeatedCreateLendsWhatTheCallerMayReachNow) {
  Set("settings", R"({"external-full-table-access":true,"external-filtering":false})");
  Grant("create_table");
  net::Headers headers = Asking();
  headers.Set("Authorization", bearer_);
  headers.Set("Idempotency-Key", "018bcfe5-6800-7000-8000-000000000004");
  const std::string body = R"({"name":"made","schema":{"type":"struct","fields":[]}})";
  const net::HttpResponse created = Call("POST", kTables, body, headers);
  ASSERT_EQ(created.status, 200) << created.body;
  ASSERT_NE(created.body.find("storage-credentials"), std::string::npos);
  ASSERT_NE(Call("POST", kTables, body, headers).body.find("storage-credentials"), std::string::npos);

  const std::string made = std::string(kTables) + "/made";
  const boost::json::value answer = iceberg::ParseJson(created.body).value();
  ASSERT_EQ(Call("DELETE", made).status, 204);
  ASSERT_EQ(Call("POST", "/v1/namespaces/n/register",
                 fmt::format(R"({{"name":"made","metadata-location":{}}})",
                             boost::json::serialize(answer.at("metadata-location"))))
                .status,
            200);
  ASSERT_EQ(AsEva("GET", made).status, 403) << "the table is another's";
  const net::HttpResponse repeated = Call("POST", kTables, body, headers);
  EXPECT_EQ(repeated.status, 200) << repeated.body;
  EXPECT_EQ(repeated.body.find("storage-credentials"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::catalog
