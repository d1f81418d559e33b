#include "account/wire/tokens.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/testing.h"

namespace lifeboat::account::wire {
namespace {

const std::string kKey(32, 'k');

TokenClaims Claims(TokenKind kind) {
  TokenClaims claims;
  claims.kind = kind;
  claims.session_id = "s1";
  claims.generation = 3;
  claims.server = "srv";
  claims.organization = "ORG";
  claims.account = "PRIMARY";
  claims.state = {"U", "R", "W", "D", "S", {{"v", "'ü'"}}, {{"TIMEZONE", "UTC"}}};
  claims.issued_seconds = 10;
  claims.expires_seconds = 20;
  return claims;
}

TEST(Tokens, ReturnWhatWasSigned) {
  const TokenCodec codec(kKey);
  const std::string token = codec.Sign(Claims(TokenKind::kState));
  EXPECT_TRUE(token.starts_with("s1."));
  ASSERT_OK_AND_ASSIGN(const TokenClaims claims, codec.Verify(token, TokenKind::kState));
  EXPECT_EQ(claims.session_id, "s1");
  EXPECT_EQ(claims.generation, 3);
  EXPECT_EQ(claims.server, "srv");
  EXPECT_EQ(claims.account, "PRIMARY");
  EXPECT_EQ(claims.state.role, "R");
  EXPECT_EQ(claims.state.variables.at("v"), "'ü'");
  EXPECT_EQ(claims.state.parameters.at("TIMEZONE"), "UTC");
  EXPECT_EQ(claims.expires_seconds, 20);
}

TEST(Tokens, AreRefusedWhenAnythingDiffers) {
  const TokenCodec codec(kKey);
  const std::string token = codec.Sign(Claims(TokenKind::kMaster));
  EXPECT_STATUS(StatusCode::kUnauthenticated, codec.Verify(token, TokenKind::kSession));
  EXPECT_STATUS(StatusCode::kUnauthenticated,
                TokenCodec(std::string(32, 'x')).Verify(token, TokenKind::kMaster));
  EXPECT_STATUS(StatusCode::kUnauthenticated, codec.Verify("s2" + token.substr(2), TokenKind::kMaster));
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    SCOPED_TRACE(i);
    EXPECT_STATUS(StatusCode::kUnauthenticated, codec.Verify(changed, TokenKind::kMaster));
  }
  for (const char* text : {"", ".", "..", "s1", "s1.e30", "None"}) {
    SCOPED_TRACE(text);
    EXPECT_STATUS(StatusCode::kUnauthenticated, codec.Verify(text, TokenKind::kMaster));
  }
}

TEST(Tokens, SessionTokensCarryNoState) {
  const TokenCodec codec(kKey);
  ASSERT_OK_AND_ASSIGN(const TokenClaims claims,
                       codec.Verify(codec.Sign(Claims(TokenKind::kSession)), TokenKind::kSession));
  EXPECT_EQ(claims.state.user, "U");
  EXPECT_EQ(claims.state.role, "");
  EXPECT_TRUE(claims.state.variables.empty());
}

TEST(TrimState, DropsLargestVariablesThenParameters) {
  SessionState state;
  state.variables = {{"big", std::string(100, 'x')}, {"a", "1"}};
  state.parameters = {{"P", std::string(30, 'y')}};
  TrimState(state, 1'000);
  EXPECT_EQ(state.variables.size(), 2u);
  TrimState(state, 50);
  EXPECT_EQ(state.variables.count("big"), 0u);
  EXPECT_EQ(state.variables.count("a"), 1u);
  TrimState(state, 10);
  EXPECT_TRUE(state.variables.empty());
  EXPECT_TRUE(state.parameters.empty());
}

TEST(TokenFromAuthorization, ReadsDriversForm) {
  EXPECT_EQ(TokenFromAuthorization("Snowflake Token=\"a.b.c\""), "a.b.c");
  EXPECT_EQ(TokenFromAuthorization("Snowflake Token=\"None\""), "None");
  EXPECT_EQ(TokenFromAuthorization("Basic"), "");
  EXPECT_EQ(TokenFromAuthorization("Snowflake Token=\""), "");
  EXPECT_EQ(TokenFromAuthorization(""), "");
}

}  // namespace
}  // namespace lifeboat::account::wire
