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
  const access::Policy policy_{access::PolicyModel()};
};

TEST_F(BearerTokensTest, ATokenNamesItsClientUntilItExpires) {
  const BearerTokens tokens = Make({{"a", "secret"}, {"b", "other"}});
  ASSERT_OK_AND_ASSIGN(const std::string token, tokens.Issue("b", "other", policy_));
  ASSERT_OK_AND_ASSIGN(const access::Caller caller, tokens.Verify(token, policy_));
  EXPECT_EQ(caller.principal, "b");
  EXPECT_TRUE(caller.administrator);
  clock_.Advance(std::chrono::seconds(59));
  ASSERT_OK_AND_ASSIGN(const std::string renewed, tokens.Renew(token, policy_));
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(token, policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Renew(token, policy_));
  EXPECT_OK(tokens.Verify(renewed, policy_));
}

TEST_F(BearerTokensTest, WrongSecretsAndUnknownClientsGetNone) {
  const BearerTokens tokens = Make({{"a", "secret"}});
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("a", "secreT", policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("a", "", policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("x", "secret", policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({}).Issue("", "", policy_));
}

TEST_F(BearerTokensTest, AnotherServerWithTheSameClientAcceptsItAndOneWithANewSecretDoesNot) {
  ASSERT_OK_AND_ASSIGN(const std::string token, Make({{"a", "secret"}}).Issue("a", "secret", policy_));
  EXPECT_OK(Make({{"a", "secret"}}).Verify(token, policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({{"a", "changed"}}).Verify(token, policy_));
  EXPECT_STATUS(StatusCode::kUnauthenticated, Make({{"b", "secret"}}).Verify(token, policy_));
}

TEST_F(BearerTokensTest, APrincipalsTokenEndsWithItsSecretAndItsAdmission) {
  SeededRandom random(3);
  access::PolicyModel model;
  model.principals = {{.id = "eva"}, {.id = "key", .kind = access::PrincipalKind::kAccessKey}};
  ASSERT_OK_AND_ASSIGN(const auto first, access::PrincipalSecret::Hash("first", random));
  model.secrets.emplace("eva", first);
  model.secrets.emplace("key", first);
  const BearerTokens tokens = Make({{"a", "secret"}});
  const access::Policy policy(model);
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("eva", "wrong", policy));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Issue("key", "first", policy));
  ASSERT_OK_AND_ASSIGN(const std::string token, tokens.Issue("eva", "first", policy));
  ASSERT_OK_AND_ASSIGN(const access::Caller caller, tokens.Verify(token, policy));
  EXPECT_EQ(caller.principal, "eva");
  EXPECT_FALSE(caller.administrator);

  access::PolicyModel changed = model;
  ASSERT_OK_AND_ASSIGN(const auto second, access::PrincipalSecret::Hash("first", random));
  changed.secrets.insert_or_assign("eva", second);
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(token, access::Policy(changed)));
  changed = model;
  changed.principals[0].disabled = true;
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(token, access::Policy(changed)));
  EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(token, policy_));
}

TEST_F(BearerTokensTest, ForgedAndMalformedTokensAreRefused) {
  const BearerTokens tokens = Make({{"a", "secret"}, {"b", "other"}});
  ASSERT_OK_AND_ASSIGN(const std::string token, tokens.Issue("a", "secret", policy_));
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
    EXPECT_STATUS(StatusCode::kUnauthenticated, tokens.Verify(bad, policy_));
  }
}

}  // namespace
}  // namespace lifeboat::catalog
