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

}  // namespace
}  // namespace lifeboat::catalog
