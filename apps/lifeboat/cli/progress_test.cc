#include "lifeboat/cli/progress.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace lifeboat::app {
namespace {

// A FILE whose contents can be looked at.
class Screen {
 public:
  Screen() : file_(std::tmpfile()) {}
  ~Screen() { std::fclose(file_); }
  FILE* file() { return file_; }
  std::string Text() {
    std::string text(static_cast<size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file_), text.size());
    return text;
  }

 private:
  FILE* file_;
};

TEST(ProgressTest, PlainOutputIsWholeLinesAtIntervals) {
  Screen screen;
  ManualClock clock;
  {
    Progress progress("load impressions", 4000, "rows", clock, {screen.file(), false});
    progress.Advance(1000);
    clock.Advance(std::chrono::seconds(6));
    progress.Advance(1000);
    progress.Advance(1000);
    clock.Advance(std::chrono::seconds(2));
    progress.Advance(1000);
    progress.Finish("13 files");
  }
  EXPECT_EQ(screen.Text(),
            "load impressions:  50 %  2,000 of 4,000 rows\n"
            "load impressions: 4,000 rows in 8.0 s (500 rows/s); 13 files\n");
}

TEST(ProgressTest, TerminalLineIsClosedWhenAStepIsAbandoned) {
  Screen screen;
  ManualClock clock;
  { Progress progress("step", 10, "files", clock, {screen.file(), true}); }
  const std::string text = screen.Text();
  EXPECT_EQ(text.back(), '\n');
  EXPECT_NE(text.find("0 of 10 files"), std::string::npos);
}

TEST(ProgressTest, NumbersReadWell) {
  EXPECT_EQ(WithThousands(7), "7");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(ShortDuration(0.42), "0.4 s");
  EXPECT_EQ(ShortDuration(185), "3 min 05 s");
}

}  // namespace
}  // namespace lifeboat::app
