#include "lifeboat/cli/duration.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::app {
namespace {

TEST(ParseDuration, ReadsWhatPeopleWrite) {
  const std::pair<const char*, int64_t> durations[] = {{"0", 0},      {"0d", 0},       {"90s", 90},
                                                       {"30m", 1800}, {"12h", 43'200}, {"7d", 604'800}};
  for (const auto& [text, seconds] : durations) {
    ASSERT_OK_AND_ASSIGN(const std::chrono::seconds duration, ParseDuration(text));
    EXPECT_EQ(duration.count(), seconds) << text;
  }
  for (const char* text :
       {"", "7", "d", "-1d", "1.5h", "7 d", "7days", "99999999999999999999s", "999999999d"}) {
    EXPECT_EQ(ParseDuration(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace lifeboat::app
