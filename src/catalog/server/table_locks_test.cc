#include "catalog/server/table_locks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

namespace lifeboat::catalog {
namespace {

using Base = TableLocks::Base;
using Holder = TableLocks::Holder;

const TableIdentifier kT = {{"n"}, "t"};
const TableIdentifier kU = {{"n"}, "u"};

std::shared_ptr<const LoadedTableVersion> Version(const std::string& location) {
  return std::make_shared<const LoadedTableVersion>(0, location, "{}");
}

TEST(TableLocks, HoldersOfOneTableTakeTurnsAndOfTwoTablesDoNotWait) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT});
  const Holder other(locks, {kU});
  std::atomic<bool> has_turn = false;
  std::thread second([&] {
    const Holder holder(locks, {kT, kT});
    has_turn = true;
  });
  EXPECT_FALSE(has_turn);
  first.reset();
  second.join();
  EXPECT_TRUE(has_turn);
}

TEST(TableLocks, AQueuedVersionIsBuiltUponUntilItIsAnswered) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT, kU}, Base::kMayBeQueued);
  EXPECT_EQ(first->Queued(kT), nullptr);
  first->PassOn({{kT, Version("one")}});
  std::optional<Holder> second(std::in_place, locks, std::vector{kT, kU}, Base::kMayBeQueued);
  ASSERT_NE(second->Queued(kT), nullptr);
  EXPECT_EQ(second->Queued(kT)->metadata_location(), "one");
  EXPECT_EQ(second->Queued(kU), nullptr);
  second->PassOn({{kT, Version("two")}});
  first->Applied();
  first.reset();
  {
    const Holder third(locks, {kT}, Base::kMayBeQueued);
    EXPECT_EQ(third.Queued(kT)->metadata_location(), "two");
  }
  second->Applied();
  second.reset();
  const Holder fourth(locks, {kT});
  EXPECT_EQ(fourth.Queued(kT), nullptr);
}

TEST(TableLocks, AHolderThatWantsTheStoresVersionWaitsForQueuedOnes) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  first->PassOn({{kT, Version("one")}});
  std::atomic<bool> answered = false;
  std::thread second([&] {
    const Holder holder(locks, {kT});
    EXPECT_TRUE(answered);
    EXPECT_EQ(holder.Queued(kT), nullptr);
  });
  answered = true;
  first.reset();
  second.join();
}

TEST(TableLocks, NobodyBuildsUponAFailedVersion) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  first->PassOn({{kT, Version("one")}});
  std::optional<Holder> second(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  second->PassOn({{kT, Version("built upon one")}});
  first.reset();  // failed
  std::atomic<bool> answered = false;
  std::thread third([&] {
    const Holder holder(locks, {kT}, Base::kMayBeQueued);
    EXPECT_TRUE(answered);
    EXPECT_EQ(holder.Queued(kT), nullptr);
  });
  answered = true;
  second.reset();
  third.join();
  Holder fourth(locks, {kT}, Base::kMayBeQueued);
  fourth.PassOn({{kT, Version("anew")}});
  EXPECT_EQ(Holder(locks, {kT}, Base::kMayBeQueued).Queued(kT)->metadata_location(), "anew");
}

TEST(TableLocks, WhatIsPassedOnEntersTheStoreInThatOrder) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  first->PassOn({{kT, Version("one")}});
  std::optional<Holder> second(std::in_place, locks, std::vector{kT, kU}, Base::kMayBeQueued);
  second->PassOn({{kT, Version("two")}, {kU, Version("other")}});
  std::optional<Holder> third(std::in_place, locks, std::vector{kU}, Base::kMayBeQueued);
  std::atomic<int> entered = 0;
  std::thread last([&] {
    third->AwaitEarlier();  // still has its turn
    EXPECT_EQ(entered, 2);
    third->PassOn({{kU, Version("three")}});
    third->Entered();
  });
  std::thread middle([&] {
    second->AwaitEarlier();
    EXPECT_EQ(entered, 1);
    ++entered;
    second->Entered();
  });
  first->AwaitEarlier();
  EXPECT_EQ(entered, 0);
  ++entered;
  first->Entered();
  middle.join();
  last.join();
}

TEST(TableLocks, WhatIsGivenUpHoldsUpNobody) {
  TableLocks locks;
  std::optional<Holder> first(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  first->PassOn({{kT, Version("one")}});
  std::optional<Holder> second(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  second->PassOn({{kT, Version("built upon one")}});
  std::optional<Holder> third(std::in_place, locks, std::vector{kT}, Base::kMayBeQueued);
  std::atomic<bool> given_up = false;
  std::thread gives_up([&] { second.reset(); });  // behind the first, whose place comes before
  std::thread waits([&] {
    third->AwaitEarlier();
    EXPECT_TRUE(given_up);
  });
  given_up = true;
  first.reset();
  gives_up.join();
  waits.join();
  third.reset();
  EXPECT_EQ(Holder(locks, {kT}).Queued(kT), nullptr);
}

}  // namespace
}  // namespace lifeboat::catalog
