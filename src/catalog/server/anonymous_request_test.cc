#include "catalog/server/anonymous_request.h"

#include <gmock/gmock.h>

#include "catalog/server/catalog_server_testing.h"

namespace lifeboat::catalog {
namespace {

using ::testing::HasSubstr;

net::Headers Field(std::string_view name, std::string_view value) {
  net::Headers headers;
  headers.Add(name, value);
  return headers;
}

TEST(AnonymousRequestTest, OnlyOnesThatAProgramOnThisMachineSentItselfAreServed) {
  struct Case {
    net::Headers headers;
    bool served;
    std::string peer = "127.0.0.1:5";
  };
  const Case kCases[] = {
      {{}, true},
      {{}, true, ""},
      {{}, true, "[::1]:5"},
      {{}, false, "10.0.0.1:5"},
      {{}, false, "[fe80::1]:5"},
      {Field("Host", "127.0.0.1:8181"), true},
      {Field("host", "localhost"), true},
      {Field("Host", "[::1]:8181"), true},
      {Field("Host", "rebound.example.com:8181"), false},
      {Field("Host", "127.0.0.1.example.com"), false},
      {Field("Host", ""), false},
      {Field("Origin", "https://example.com"), false},
      {Field("Origin", "null"), false},
      {Field("Origin", "http://127.0.0.1:8181"), false},
      {Field("Sec-Fetch-Site", "cross-site"), false},
      {Field("Sec-Fetch-Site", "none"), true},
      {Field("X-Forwarded-For", "127.0.0.1, ::1"), true},
      {Field("X-Forwarded-For", "10.0.0.1, 127.0.0.1"), false},
      {Field("X-Forwarded-For", "127.0.0.1,10.0.0.1"), false},
      {Field("X-Forwarded-For", ""), false},
      {Field("Forwarded", "for=127.0.0.1"), false},
  };
  for (const Case& one : kCases) {
    net::HttpRequest request;
    request.headers = one.headers;
    request.peer = one.peer;
    const Status status = CheckMayBeAnonymous(request);
    const auto& fields = one.headers.fields();
    EXPECT_EQ(status.ok(), one.served)
        << one.peer << " " << (fields.empty() ? "" : fields[0].first + ": " + fields[0].second);
    if (!one.served) {
      EXPECT_EQ(status.code(), StatusCode::kUnauthenticated);
    }
  }
  net::HttpRequest twice;
  twice.headers.Add("X-Forwarded-For", "127.0.0.1");
  twice.headers.Add("X-Forwarded-For", "10.0.0.1");
  EXPECT_FALSE(CheckMayBeAnonymous(twice).ok());
}

class AnonymousTest : public testing::CatalogServerTest {
 protected:
  static constexpr const char* kNamespaces = "/v1/namespaces";
  Result<std::unique_ptr<CatalogServer>> TryStart() {
    server_.reset();
    return CatalogServer::Start(options_, *store_, *storage_, guard_, clock_);
  }
};

TEST_F(AnonymousTest, NobodyIsServedWithoutCredentialsUnlessTheOperatorSaysSo) {
  options_.allow_anonymous = false;
  EXPECT_STATUS(StatusCode::kInvalidArgument, TryStart());
  options_.clients = {{"root", "secret"}};
  Start();
  ExpectError(401, "NotAuthorizedException", Call("GET", kNamespaces));
  ExpectError(401, "NotAuthorizedException", Call("GET", "/v1/config"));
  EXPECT_EQ(Call("GET", "/healthz").status, 200);
}

TEST_F(AnonymousTest, OnlyALoopbackHostServesThem) {
  for (const char* host : {"0.0.0.0", "::", "", "127.example.com", "10.0.0.1", "localhost.example.com"}) {
    options_.host = host;
    EXPECT_STATUS(StatusCode::kInvalidArgument, TryStart());
  }
}

TEST_F(AnonymousTest, CredentialsThatDoNotHoldAreNotTakenForNone) {
  EXPECT_EQ(Call("GET", kNamespaces).status, 200);
  EXPECT_EQ(Call("GET", kNamespaces, "", Field("Authorization", "Bearer None")).status,
            200);  // PyIceberg's none
  for (const char* credentials : {"Bearer abc.def.ghi", "Bearer x", "Basic cm9vdDpzZWNyZXQ=", "Nonsense"}) {
    ExpectError(401, "NotAuthorizedException",
                Call("GET", kNamespaces, "", Field("Authorization", credentials)));
  }
}

TEST_F(AnonymousTest, PagesInABrowserAndReboundNamesReachNothing) {
  const std::string body = R"({"namespace":["n"]})";
  // What a form or fetch() of a page sends without asking first.
  net::Headers page = Field("Origin", "https://example.com");
  page.Set("Content-Type", "text/plain");
  EXPECT_THAT(ExpectError(401, "NotAuthorizedException", Call("POST", kNamespaces, body, page)),
              HasSubstr("a page in a browser"));
  EXPECT_THAT(ExpectError(401, "NotAuthorizedException",
                          Call("POST", kNamespaces, body, Field("Host", "rebound.example.com"))),
              HasSubstr("Host"));
  EXPECT_THAT(ExpectError(401, "NotAuthorizedException",
                          Call("POST", kNamespaces, body, Field("X-Forwarded-For", "192.0.2.1"))),
              HasSubstr("a proxy"));
  EXPECT_EQ(Call("GET", "/v1/namespaces/n").status, 404);
}

TEST_F(AnonymousTest, TheyAreAPrincipalWhereOneIsNamed) {
  options_.anonymous_principal = "guest";
  EXPECT_STATUS(StatusCode::kInvalidArgument, TryStart());  // nobody could administer the catalog
  options_.clients = {{"guest", "secret"}};
  EXPECT_STATUS(StatusCode::kInvalidArgument, TryStart());  // an administrator's name
  options_.clients = {{"root", "secret"}};
  Start();
  EXPECT_THAT(ExpectError(401, "NotAuthorizedException", Call("GET", kNamespaces)),
              HasSubstr("does not exist"));

  const net::HttpResponse granted =
      Call("POST", "/v1/oauth/tokens", "grant_type=client_credentials&client_id=root&client_secret=secret");
  const boost::json::value token = iceberg::ParseJson(granted.body).value_or({});
  const net::Headers root =
      Field("Authorization", "Bearer " + std::string(std::string_view(token.at("access_token").as_string())));
  ASSERT_EQ(Call("POST", "/lifeboat/v1/access/principals", R"({"id":"guest"})", root).status, 200);
  ASSERT_EQ(Call("POST", kNamespaces, R"({"namespace":["n"]})", root).status, 200);
  EXPECT_EQ(Call("GET", "/v1/namespaces/n").status, 403);
  EXPECT_EQ(Call("GET", "/lifeboat/v1/access/principals").status, 403);
  EXPECT_EQ(Call("GET", kNamespaces).body, R"({"namespaces":[]})");
  ASSERT_EQ(
      Call(
          "POST", "/lifeboat/v1/access/grants",
          R"({"grantee":{"principal":"guest"},"object":{"kind":"namespace","namespace":["n"]},"privileges":["describe"]})",
          root)
          .status,
      200);
  EXPECT_EQ(Call("GET", "/v1/namespaces/n").status, 200);
  EXPECT_EQ(Call("DELETE", "/v1/namespaces/n").status, 403);
  ASSERT_EQ(Call("POST", "/lifeboat/v1/access/principals/guest", R"({"disabled":true})", root).status, 200);
  EXPECT_THAT(ExpectError(401, "NotAuthorizedException", Call("GET", kNamespaces)), HasSubstr("is disabled"));
}

}  // namespace
}  // namespace lifeboat::catalog
