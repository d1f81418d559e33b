#include "bcdr/gateway/session_memory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lifeboat::bcdr {
namespace {

void Answer(SessionMemory& memory, const std::string& id, const std::string& state) {
  net::HttpResponse response;
  response.headers.Add("X-Lifeboat-Session-Id", id);
  response.headers.Add("X-Lifeboat-Session", state);
  response.headers.Add("X-Other", "kept");
  memory.OnResponse(response);
  EXPECT_EQ(response.headers.fields().size(), 1u);
  EXPECT_EQ(response.headers.Get("X-Other"), "kept");
}

// What the account gets to see when the session's client renews.
std::string StateAtRenewal(SessionMemory& memory, const std::string& id,
                           const char* target = "/session/token-request") {
  net::HttpRequest request;
  request.method = "POST";
  request.target = target;
  request.headers.Add("authorization", fmt::format("Snowflake Token=\"{}.claims.signature\"", id));
  request.headers.Add("X-Lifeboat-Session", "forged by a client");
  net::Headers headers = request.headers;
  memory.OnRequest(request, headers);
  return std::string(headers.Get("X-Lifeboat-Session"));
}

TEST(SessionMemory, HandsTheLatestStateToARenewal) {
  SessionMemory memory(10);
  Answer(memory, "s1", "role=A");
  Answer(memory, "s2", "role=X");
  Answer(memory, "s1", "role=B");
  EXPECT_EQ(StateAtRenewal(memory, "s1"), "role=B");
  EXPECT_EQ(StateAtRenewal(memory, "s2", "//session/token-request?requestId=1"), "role=X");
  EXPECT_EQ(StateAtRenewal(memory, "unknown"), "");
}

TEST(SessionMemory, OtherRequestsGetNoState) {
  SessionMemory memory(10);
  Answer(memory, "s1", "role=A");
  EXPECT_EQ(StateAtRenewal(memory, "s1", "/queries/v1/query-request"), "");
}

TEST(SessionMemory, ForgetsTheLeastRecentlyUsed) {
  SessionMemory memory(3);
  for (const char* id : {"a", "b", "c"}) Answer(memory, id, id);
  EXPECT_EQ(StateAtRenewal(memory, "a"), "a");
  Answer(memory, "b", "b2");
  Answer(memory, "d", "d");
  EXPECT_EQ(memory.size(), 3u);
  EXPECT_EQ(StateAtRenewal(memory, "c"), "");
  EXPECT_EQ(StateAtRenewal(memory, "a"), "a");
  EXPECT_EQ(StateAtRenewal(memory, "b"), "b2");
  EXPECT_EQ(StateAtRenewal(memory, "d"), "d");
}

TEST(SessionIdOf, ReadsTheTokensFirstPart) {
  EXPECT_EQ(SessionIdOf("Snowflake Token=\"abc.def.ghi\""), "abc");
  EXPECT_EQ(SessionIdOf("snowflake token=abc.def"), "abc");
  EXPECT_EQ(SessionIdOf("Snowflake Token=\"None\""), "");
  EXPECT_EQ(SessionIdOf("Bearer abc.def"), "");
  EXPECT_EQ(SessionIdOf(""), "");
}

}  // namespace
}  // namespace lifeboat::bcdr
