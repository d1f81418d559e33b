#include "catalog/server/bearer_token.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/testing.h"

namespace lifeboat::catalog {
namespace {

class BearerTokensTest : public ::testing::Test {
 protected:
  BearerTokens Make(std::vector<ClientCredentials> clients) {
    return BearerTokens(std::move(clients), std::chrono::seconds(60), clock_);
  }
  ManualClock clock_;
};

TEST_F(BearerTokensTest, ATokenNamesItsClientUntilItExpires) {
  const BearerTokens tokens = Make({{"a", "secret"}, {"b", "other"}});
  ASSERT_OK_AND_ASSIGN(const std::string token, tokens.Issue("b", "other"));
  EXPECT_EQ(tokens.Verify(token).value_or(""), "b");
  clock_.Advance(std::chrono::seconds(59));
  ASSERT_OK_AND_ASSIGN(const std::string renewed, tokens.Renew(token));
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(token));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Renew(token));
  EXPECT_OK(tokens.Verify(renewed));
}

TEST_F(BearerTokensTest, WrongSecretsAndUnknownClientsGetNone) {
  const BearerTokens tokens = Make({{"a", "secret"}});
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("a", "secreT"));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("a", ""));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("x", "secret"));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({}).Issue("", ""));
}

TEST_F(BearerTokensTest, AnotherServerWithTheSameClientAcceptsItAndOneWithANewSecretDoesNot) {
  ASSERT_OK_AND_ASSIGN(const std::string token, Make({{"a", "secret"}}).Issue("a", "secret"));
  EXPECT_OK(Make({{"a", "secret"}}).Verify(token));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({{"a", "changed"}}).Verify(token));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({{"b", "secret"}}).Verify(token));
}

TEST_F(BearerTokensTest, ForgedAndMalformedTokensAreRefused) {
  const BearerTokens tokens = Make({{"a", "secret"}, {"b", "other"}});
  ASSERT_OK_AND_ASSIGN(const std::string token, tokens.Issue("a", "secret"));
  const std::string header = token.substr(0, token.find('.'));
  const std::string signature = token.substr(token.rfind('.'));
  const std::string claims = Base64UrlEncode(R"({"sub":"b","iat":1,"exp":99999999999})");
  std::string flipped = token;
  flipped[token.size() - 3] = flipped[token.size() - 3] == 'A' ? 'B' : 'A';
  const std::string unsigned_header = Base64UrlEncode(R"({"alg":"none","typ":"JWT"})");
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a.b"), flipped, header + "." + claims + signature,
        unsigned_header + "." + claims + ".", header + "..", token + "x", header + "." + claims}) {
    SCOPED_TRACE(bad);
    EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(bad));
  }
}

}  // namespace
}  // namespace lifeboat::catalog
