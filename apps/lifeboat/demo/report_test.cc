#include "lifeboat/demo/report.h"

#include <gtest/gtest.h>

namespace lifeboat::app {
namespace {

FailoverTrial Trial(double seconds) {
  FailoverTrial trial;
  trial.killed = "PRIMARY";
  trial.moved_to = "SECONDARY";
  trial.seconds_to_first_answer = seconds;
  trial.session_survived = true;
  return trial;
}

TEST(ReportTest, SucceedsOnlyWhenEveryCheckHeldToTheEnd) {
  Report report;
  EXPECT_FALSE(report.Succeeded()) << "nothing was checked";
  report.Check("a", true, "");
  EXPECT_TRUE(report.Succeeded());
  report.error = "step 3: stopped";
  EXPECT_FALSE(report.Succeeded());
  report.error.clear();
  report.Check("b", false, "1 of 2");
  EXPECT_FALSE(report.Succeeded());
  EXPECT_NE(ReportMarkdown(report).find("**FAILED**"), std::string::npos);
  EXPECT_FALSE(ReportJson(report).at("succeeded").as_bool());
}

TEST(ReportTest, QuantilesAreNearestRank) {
  std::vector<FailoverTrial> trials;
  EXPECT_EQ(SecondsQuantile(trials, 0.95), 0);
  for (int i = 20; i >= 1; --i) trials.push_back(Trial(i));
  EXPECT_EQ(SecondsQuantile(trials, 0.5), 10);
  EXPECT_EQ(SecondsQuantile(trials, 0.95), 19);
  EXPECT_EQ(SecondsQuantile(trials, 1), 20);
}

TEST(ReportTest, CountsStandSideBySide) {
  Report report;
  report.counts_before = {{"campaigns", 55}, {"impressions", 276'943}};
  report.counts_after = {{"campaigns", 55}};
  const std::string text = ReportMarkdown(report);
  EXPECT_NE(text.find("| campaigns | 55 | 55 |"), std::string::npos) << text;
  EXPECT_NE(text.find("| impressions | 276,943 | - |"), std::string::npos) << text;
}

}  // namespace
}  // namespace lifeboat::app
