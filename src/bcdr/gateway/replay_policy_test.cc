#include "bcdr/gateway/replay_policy.h"

#include <gtest/gtest.h>

namespace lifeboat::bcdr {
namespace {

bool MayReplayTarget(const char* method, const char* target) {
  net::HttpRequest request;
  request.method = method;
  request.target = target;
  return MayReplay(request);
}

TEST(ReplayPolicy, ReadsAndTheDriverProtocol) {
  EXPECT_TRUE(MayReplayTarget("GET", "/anything"));
  EXPECT_TRUE(MayReplayTarget("HEAD", "/"));
  EXPECT_TRUE(MayReplayTarget("POST", "/session/v1/login-request?requestId=1"));
  EXPECT_TRUE(MayReplayTarget("POST", "/session?delete=true"));
  EXPECT_TRUE(MayReplayTarget("POST", "/queries/v1/query-request?requestId=1"));
  EXPECT_TRUE(MayReplayTarget("POST", "//monitoring/queries//id"));
  EXPECT_TRUE(MayReplayTarget("POST", "/telemetry/send"));
}

TEST(ReplayPolicy, NothingElse) {
  EXPECT_FALSE(MayReplayTarget("POST", "/"));
  EXPECT_FALSE(MayReplayTarget("POST", "/api/v2/statements"));
  EXPECT_FALSE(MayReplayTarget("POST", "/v1/namespaces/n/tables/t"));
  EXPECT_FALSE(MayReplayTarget("DELETE", "/v1/namespaces/session"));
  EXPECT_FALSE(MayReplayTarget("POST", "/sessions"));
  EXPECT_FALSE(MayReplayTarget("POST", "/x?/session"));
}

}  // namespace
}  // namespace lifeboat::bcdr
