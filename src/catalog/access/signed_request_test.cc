#include "catalog/access/signed_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "storage/s3/sigv4.h"

namespace lifeboat::catalog::access {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000'000'000;

// As AWS clients send it.
net::HttpRequest Signed(const storage::s3::SigningScope& scope, const std::string& secret = "secret",
                        const std::string& session_token = "") {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/iceberg/v1/namespaces?pageSize=10&parent=a%1Fb";
  request.body = R"({"namespace":["n"]})";
  storage::s3::SignableRequest signable;
  signable.method = request.method;
  signable.path = request.Path();
  signable.query = request.Query();
  signable.headers = {{"Host", "glue.eu-west-1.amazonaws.com"}, {"Content-Type", "application/json"}};
  storage::s3::SignHeaders(&signable, storage::s3::Sha256Hex(request.body), {"AKEY", secret, session_token},
                           scope, kNow, nullptr);
  for (const auto& [name, value] : signable.headers) request.headers.Add(name, value);
  return request;
}

Result<std::string> Verify(const net::HttpRequest& request, const SignedRequestOptions& options = {},
                           int64_t now = kNow) {
  return VerifySignedRequest(request, options, now, [](const std::string& id) -> Result<std::string> {
    if (id == "AKEY") return std::string("secret");
    return Status::Unauthenticated("unknown key");
  });
}

TEST(SignedRequestTest, NamesTheKeyThatSigned) {
  for (const char* service : {"glue", "execute-api"}) {
    const net::HttpRequest request = Signed({"eu-west-1", service});
    EXPECT_TRUE(IsSignedRequest(request));
    ASSERT_OK_AND_ASSIGN(const std::string key, Verify(request));
    EXPECT_EQ(key, "AKEY");
  }
  EXPECT_FALSE(IsSignedRequest(net::HttpRequest()));
}

TEST(SignedRequestTest, AnythingThatWasChangedIsNoticed) {
  const net::HttpRequest good = Signed({"eu-west-1", "glue"});
  net::HttpRequest changed = good;
  changed.body = R"({"namespace":["m"]})";
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(changed));
  changed = good;
  changed.target = "/iceberg/v1/namespaces?pageSize=10&parent=a";
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(changed));
  changed = good;
  changed.method = "DELETE";
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(changed));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(Signed({"eu-west-1", "glue"}, "wrong")));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(good, {}, kNow + 16 * 60 * 1'000'000ll));
}

TEST(SignedRequestTest, ServiceRegionAndSessionTokensAreChecked) {
  EXPECT_THAT(Verify(Signed({"eu-west-1", "s3"})).status().message(),
              HasSubstr("sign for glue or execute-api"));
  EXPECT_OK(Verify(Signed({"eu-west-1", "s3"}), {.services = {}}));
  EXPECT_OK(Verify(Signed({"eu-west-1", "glue"}), {.region = "eu-west-1"}));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Verify(Signed({"eu-west-1", "glue"}), {.region = "us-east-1"}));
  EXPECT_THAT(Verify(Signed({"eu-west-1", "glue"}, "secret", "token")).status().message(),
              HasSubstr("session token"));
}

}  // namespace
}  // namespace lifeboat::catalog::access
