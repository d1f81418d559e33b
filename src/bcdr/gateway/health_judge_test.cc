#include "bcdr/gateway/health_judge.h"

#include <gtest/gtest.h>

namespace lifeboat::bcdr {
namespace {

using enum MemberHealth;
using enum ProbeOutcome;

TEST(HealthJudge, OneAnswerIsUpTwoRefusalsAreDown) {
  HealthJudge judge(2, 3);
  EXPECT_EQ(judge.Observe(kRefused), kUnknown);
  EXPECT_EQ(judge.Observe(kAnswered), kUp);
  EXPECT_EQ(judge.Observe(kRefused), kUp);
  EXPECT_EQ(judge.Observe(kRefused), kDown);
  EXPECT_EQ(judge.Observe(kRefused), kDown);
  EXPECT_EQ(judge.Observe(kAnswered), kUp);
}

TEST(HealthJudge, TimeoutsNeedThree) {
  HealthJudge judge(2, 3);
  judge.Observe(kAnswered);
  EXPECT_EQ(judge.Observe(kTimedOut), kUp);
  EXPECT_EQ(judge.Observe(kTimedOut), kUp);
  EXPECT_EQ(judge.Observe(kTimedOut), kDown);
}

TEST(HealthJudge, AnAnswerInBetweenStartsTheCountAnew) {
  HealthJudge judge(2, 3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(judge.Observe(kAnswered), kUp);
    EXPECT_EQ(judge.Observe(kRefused), kUp);
  }
}

TEST(HealthJudge, MixedFailuresAddUp) {
  HealthJudge judge(2, 3);
  judge.Observe(kAnswered);
  EXPECT_EQ(judge.Observe(kTimedOut), kUp);
  EXPECT_EQ(judge.Observe(kRefused), kUp);
  EXPECT_EQ(judge.Observe(kTimedOut), kDown);
}

}  // namespace
}  // namespace lifeboat::bcdr
