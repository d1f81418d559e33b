#include "account/wire/query_registry.h"

#include <gtest/gtest.h>

namespace lifeboat::account::wire {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);

class QueryRegistryTest : public ::testing::Test {
 protected:
  std::string Begin(const std::string& request_id = "", std::function<void()> cancel = nullptr) {
    return registry_.Begin({"s1", "U1", request_id, "select 1", std::move(cancel)}).id;
  }
  void End(const std::string& id) { registry_.End(id, AnswerError({"000001", "00000", "done"}, id, "")); }

  ManualClock clock_;
  SeededRandom random_{1};
  QueryRegistry registry_{{std::chrono::hours(1), 3, 1 << 20}, clock_, random_};
};

TEST_F(QueryRegistryTest, JoinsRepeatedRequestsOfOneSession) {
  const std::string id = Begin("r1");
  const auto again = registry_.Begin({"s1", "U1", "r1", "select 1", nullptr});
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.id, id);
  EXPECT_FALSE(registry_.Begin({"s2", "U1", "r1", "select 1", nullptr}).repeated);
  EXPECT_EQ(registry_.FindRequest("s1", "r1"), id);
  EXPECT_NE(Begin(""), Begin(""));
}

TEST_F(QueryRegistryTest, WakesWaitersOnceAtTheEndOrWhenTheirTimeIsUp) {
  const std::string id = Begin();
  int patient = 0, hasty = 0, late = 0;
  registry_.Wait(id, kMinute, [&](const QueryAnswerPtr& answer) { patient += answer != nullptr ? 1 : 100; });
  registry_.Wait(id, Duration(1),
                 [&](const QueryAnswerPtr& answer) { hasty += answer == nullptr ? 1 : 100; });
  registry_.Tick();
  EXPECT_EQ(hasty, 0);
  clock_.Advance(Duration(1));
  registry_.Tick();
  registry_.Tick();
  EXPECT_EQ(hasty, 1);
  EXPECT_EQ(patient, 0);
  End(id);
  registry_.Wait(id, kMinute, [&](const QueryAnswerPtr& answer) { late += answer != nullptr; });
  EXPECT_EQ(patient, 1);
  EXPECT_EQ(late, 1);
}

TEST_F(QueryRegistryTest, ForgetsTheOldestPastTheLimits) {
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(Begin("r" + std::to_string(i)));
    End(ids.back());
  }
  EXPECT_FALSE(registry_.Find(ids[0]).has_value());
  EXPECT_FALSE(registry_.FindRequest("s1", "r0").has_value());
  EXPECT_TRUE(registry_.Find(ids[1]).has_value());
  EXPECT_EQ(registry_.List("U1", 10).size(), 3u);
  EXPECT_EQ(registry_.List("U1", 10)[0].id, ids[3]);
  EXPECT_TRUE(registry_.List("U2", 10).empty());
  clock_.Advance(std::chrono::hours(1));
  registry_.Tick();
  EXPECT_TRUE(registry_.List("U1", 10).empty());
}

TEST_F(QueryRegistryTest, KeepsTheNewestHoweverLarge) {
  const std::string id = Begin();
  registry_.End(id, AnswerError({"000001", "00000", std::string(2 << 20, 'x')}, id, ""));
  EXPECT_TRUE(registry_.Find(id).has_value());
  End(Begin());
  EXPECT_FALSE(registry_.Find(id).has_value());
}

TEST_F(QueryRegistryTest, AsksToCancelUntilTheStatementHasEnded) {
  int asked = 0;
  const std::string running = Begin("", [&] { ++asked; }), queued = Begin("", [&] { asked += 100; });
  EXPECT_TRUE(registry_.MarkRunning(running));
  EXPECT_TRUE(registry_.Cancel(running));
  registry_.Tick();
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(registry_.Cancel(queued));
  EXPECT_FALSE(registry_.MarkRunning(queued));
  End(running);
  End(queued);
  registry_.Tick();
  EXPECT_EQ(asked, 2);
  EXPECT_FALSE(registry_.Cancel(running));
}

}  // namespace
}  // namespace lifeboat::account::wire
