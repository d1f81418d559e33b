#include "bcdr/gateway/connection_state_machine.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "base/testing.h"

namespace lifeboat::bcdr {
namespace {

using enum MemberHealth;

TEST(ConnectionStateMachine, RoutesNowhereUntilThePrimaryIsKnownToBeUp) {
  ConnectionStateMachine machine(2, 0, 1);
  EXPECT_EQ(machine.route(), std::nullopt);
  EXPECT_EQ(machine.OnHealth(1, 1, kUp), std::nullopt);  // the other one answers first: no reason to move
  EXPECT_EQ(machine.route(), std::nullopt);
  EXPECT_EQ(machine.OnHealth(2, 0, kUp), std::nullopt);
  EXPECT_EQ(machine.route(), 0u);
  EXPECT_EQ(machine.epoch(), 1u);
}

TEST(ConnectionStateMachine, MovesWhenThePrimaryIsDownAndAnotherIsUp) {
  ConnectionStateMachine machine(2, 0, 7);
  machine.OnHealth(1, 0, kUp);
  machine.OnHealth(1, 1, kUp);
  const ConnectionMove expected{
      .epoch = 8, .from = 0, .to = 1, .at_micros = 5, .reason = ConnectionMove::Reason::kPrimaryDown};
  EXPECT_EQ(machine.OnHealth(5, 0, kDown), expected);
  EXPECT_EQ(machine.route(), 1u);
  EXPECT_EQ(machine.epoch(), 8u);
}

TEST(ConnectionStateMachine, WaitsForAMemberThatAnswers) {
  ConnectionStateMachine machine(3, 0, 1);
  EXPECT_EQ(machine.OnHealth(1, 0, kDown), std::nullopt);
  EXPECT_EQ(machine.OnHealth(2, 1, kDown), std::nullopt);
  EXPECT_EQ(machine.route(), std::nullopt);
  EXPECT_EQ(machine.OnHealth(3, 2, kUp)->to, 2u);
}

TEST(ConnectionStateMachine, PrefersMembersInOrder) {
  ConnectionStateMachine machine(3, 2, 1);
  machine.OnHealth(1, 0, kUp);
  machine.OnHealth(1, 1, kUp);
  EXPECT_EQ(machine.OnHealth(2, 2, kDown)->to, 0u);
}

TEST(ConnectionStateMachine, ThePrimaryThatComesBackFirstStays) {
  ConnectionStateMachine machine(2, 0, 1);
  machine.OnHealth(1, 0, kDown);
  machine.OnHealth(1, 1, kDown);
  EXPECT_EQ(machine.OnHealth(2, 0, kUp), std::nullopt);
  EXPECT_EQ(machine.OnHealth(3, 1, kUp), std::nullopt);
  EXPECT_EQ(machine.route(), 0u);
}

TEST(ConnectionStateMachine, AFlappingOldPrimaryDoesNotMoveTheConnectionBack) {
  ConnectionStateMachine machine(2, 0, 1);
  machine.OnHealth(0, 0, kUp);
  machine.OnHealth(0, 1, kUp);
  ASSERT_TRUE(machine.OnHealth(1, 0, kDown).has_value());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(machine.OnHealth(2 + i, 0, i % 2 == 0 ? kUp : kDown), std::nullopt);
  EXPECT_EQ(machine.primary(), 1u);
  EXPECT_EQ(machine.epoch(), 2u);
}

TEST(ConnectionStateMachine, PromotesOnlyWhoIsUp) {
  ConnectionStateMachine machine(2, 0, 1);
  machine.OnHealth(1, 0, kUp);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, machine.Promote(2, 1));
  machine.OnHealth(3, 1, kDown);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, machine.Promote(4, 1));
  EXPECT_EQ(machine.epoch(), 1u);
  machine.OnHealth(5, 1, kUp);
  EXPECT_EQ(machine.Promote(6, 1).value()->reason, ConnectionMove::Reason::kPromoted);
  EXPECT_EQ(machine.Promote(7, 1).value(), std::nullopt);
  EXPECT_EQ(machine.epoch(), 2u);
  EXPECT_EQ(machine.route(), 1u);
}

// Every sequence of six events over two members, and random ones over more, against the rules stated one by
// one.
class Checker {
 public:
  explicit Checker(size_t members) : machine_(members, 0, 1), health_(members, kUnknown) {}

  void Feed(size_t member, MemberHealth health, bool promote) {
    const size_t old_primary = machine_.primary();
    const uint64_t old_epoch = machine_.epoch();
    std::optional<ConnectionMove> move;
    if (promote) {
      const auto outcome = machine_.Promote(++now_, member);
      ASSERT_EQ(outcome.ok(), health_[member] == kUp);
      if (outcome.ok()) move = *outcome;
    } else {
      health_[member] = health;
      move = machine_.OnHealth(++now_, member, health);
    }
    ASSERT_EQ(move.has_value(), machine_.primary() != old_primary);
    ASSERT_EQ(machine_.epoch(), old_epoch + (move.has_value() ? 1 : 0));
    if (move.has_value()) {
      ASSERT_EQ(health_[move->to], kUp) << "moved to a member that is not up";
      ASSERT_TRUE(promote || health_[old_primary] == kDown) << "left a primary that is not down";
      ASSERT_EQ(move->from, old_primary);
      ASSERT_EQ(move->to, machine_.primary());
      ASSERT_EQ(move->epoch, machine_.epoch());
    }
    const bool any_up = std::find(health_.begin(), health_.end(), kUp) != health_.end();
    const bool stuck = health_[machine_.primary()] == kDown && any_up;
    ASSERT_FALSE(stuck) << "stays with a dead primary although another is up";
    ASSERT_EQ(machine_.route().has_value(), health_[machine_.primary()] == kUp);
  }

 private:
  ConnectionStateMachine machine_;
  std::vector<MemberHealth> health_;
  int64_t now_ = 0;
};

TEST(ConnectionStateMachine, EveryShortHistoryKeepsTheRules) {
  constexpr int kEvents = 6;  // per step: member 0 or 1 × {up, down, promote}
  constexpr int kSteps = 6;
  for (int history = 0; history < 46'656; ++history) {
    Checker checker(2);
    for (int step = 0, rest = history; step < kSteps; ++step, rest /= kEvents) {
      const int event = rest % kEvents;
      checker.Feed(static_cast<size_t>(event % 2), event / 2 == 0 ? kUp : kDown, event / 2 == 2);
      if (::testing::Test::HasFatalFailure()) FAIL() << "history " << history;
    }
  }
}

TEST(ConnectionStateMachine, RandomHistoriesKeepTheRules) {
  SeededRandom random(1);
  for (int history = 0; history < 200; ++history) {
    const size_t members = 1 + random.Below(5);
    Checker checker(members);
    for (int step = 0; step < 200; ++step) {
      checker.Feed(random.Below(members), random.Below(2) == 0 ? kUp : kDown, random.Below(5) == 0);
      if (::testing::Test::HasFatalFailure()) FAIL() << "history " << history;
    }
  }
}

}  // namespace
}  // namespace lifeboat::bcdr
