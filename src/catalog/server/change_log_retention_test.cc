#include "catalog/server/change_log_retention.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/random.h"
#include "catalog/server/test_catalog.h"

namespace lifeboat::catalog {
namespace {

class ChangeLogRetentionTest : public ::testing::Test {
 protected:
  void Commit(int count, std::chrono::seconds apart = std::chrono::seconds(1)) {
    for (int i = 0; i < count; ++i) {
      catalog_.clock.Advance(apart);
      ASSERT_OK(catalog_.store->Apply(
          {.epoch = 1, .id = "t", .changes = {PutRecordChange{.key = "k", .value = std::to_string(i)}}}));
    }
  }
  StoreState State() {
    auto state = catalog_.store->State();
    EXPECT_OK(state);
    return std::move(state).value_or({});
  }
  uint64_t Bytes() {
    const StoreState state = State();
    return catalog_.store->ChangeLogBytes(state.first_position, state.last_position).value_or(0);
  }
  uint64_t Trim(ChangeLogRetention& retention) {
    auto trimmed = retention.Trim(stop_);
    EXPECT_OK(trimmed);
    return std::move(trimmed).value_or(0);
  }

  TestCatalog catalog_;
  std::atomic<bool> stop_ = false;
};

constexpr std::chrono::seconds kNoAge{0};

TEST_F(ChangeLogRetentionTest, AnEmptyLogAndAShortOneAreLeftAlone) {
  ChangeLogRetention retention(*catalog_.store, {std::chrono::hours(1), 10, 1'000'000}, catalog_.clock);
  EXPECT_EQ(Trim(retention), 0u);
  Commit(10);
  EXPECT_EQ(Trim(retention), 0u);
  EXPECT_EQ(State().first_position, 1u);
}

TEST_F(ChangeLogRetentionTest, EntriesGoWithAgeExceptTheLast) {
  ChangeLogRetention retention(*catalog_.store, {.age_max = std::chrono::seconds(10)}, catalog_.clock);
  Commit(100);
  // Entry n is 100 - n seconds old.
  EXPECT_EQ(Trim(retention), 89u);
  EXPECT_EQ(State().first_position, 90u);
  catalog_.clock.Advance(std::chrono::hours(1));
  Trim(retention);
  EXPECT_EQ(State().first_position, 100u);
}

TEST_F(ChangeLogRetentionTest, TheNumberOfEntriesIsBounded) {
  ChangeLogRetention retention(*catalog_.store, {kNoAge, 7, 0}, catalog_.clock);
  for (const int count : {1, 6, 1, 1, 300}) {
    Commit(count);
    Trim(retention);
    const StoreState state = State();
    EXPECT_EQ(state.last_position - state.first_position + 1, std::min<uint64_t>(state.last_position, 7));
  }
}

TEST_F(ChangeLogRetentionTest, TheBytesAreBounded) {
  Commit(1);
  const uint64_t bytes_of_entry = Bytes();
  const uint64_t bytes_max = bytes_of_entry * 250;
  ChangeLogRetention retention(*catalog_.store, {kNoAge, 0, bytes_max}, catalog_.clock);
  // Each pass measures only what is new; the result must be as if it measured everything.
  SeededRandom random(1);
  for (int round = 0; round < 8; ++round) {
    Commit(static_cast<int>(random.Below(150)));
    const uint64_t before = Bytes();
    const uint64_t trimmed = Trim(retention);
    EXPECT_LE(Bytes(), bytes_max);
    if (before <= bytes_max) {
      EXPECT_EQ(trimmed, 0u);
    }
    if (trimmed > 0) {
      EXPECT_GT(Bytes() + (kChangeLogTrimStep + 10) * bytes_of_entry, bytes_max)
          << "no more than needed goes";
    }
  }
  EXPECT_GT(State().first_position, 1u);
}

TEST_F(ChangeLogRetentionTest, StopsBetweenTwoWrites) {
  Commit(50);
  stop_ = true;
  ChangeLogRetention retention(*catalog_.store, {kNoAge, 7, 0}, catalog_.clock);
  EXPECT_EQ(Trim(retention), 0u);
  EXPECT_EQ(State().first_position, 1u);
}

TEST_F(ChangeLogRetentionTest, TheServerTrimsInTheBackground) {
  Commit(50);
  catalog_.options.change_log = {kNoAge, 5, 0};
  catalog_.options.change_log_trim_interval = std::chrono::milliseconds(10);
  catalog_.Start();
  while (State().first_position != 46) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace lifeboat::catalog
