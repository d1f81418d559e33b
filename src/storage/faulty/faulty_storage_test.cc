#include "storage/faulty/faulty_storage.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/check.h"
#include "base/testing.h"
#include "storage/local_storage.h"
#include "tests/conformance/storage_conformance.h"

namespace lifeboat::storage {
namespace {

std::string MakeTemporaryFolder() {
  std::string path = ::testing::TempDir() + "lifeboat-faulty-XXXXXX";
  LIFEBOAT_CHECK(::mkdtemp(path.data()) != nullptr, "mkdtemp failed");
  return path;
}

// A FaultyStorage with a local one inside.
class OwningFaultyStorage : public FaultyStorage {
 public:
  explicit OwningFaultyStorage(std::unique_ptr<Storage> inner)
      : FaultyStorage(inner.get(), {}, 1), inner_(std::move(inner)) {}

 private:
  std::unique_ptr<Storage> inner_;
};

// Without a plan it is a Storage like any other.
INSTANTIATE_TEST_SUITE_P(Faulty, StorageConformanceTest,
                         ::testing::Values(StorageUnderTest{
                             .open = [] { return std::make_unique<OwningFaultyStorage>(MakeLocalStorage()); },
                             .make_root = [] { return FileLocation(MakeTemporaryFolder()); },
                             .remove_root =
                                 [](const std::string& root) {
                                   std::filesystem::remove_all(LocalPath(root).value());
                                 }}),
                         [](const auto&) { return "Storage"; });

class FaultyStorageTest : public ::testing::Test {
 protected:
  ~FaultyStorageTest() override { std::filesystem::remove_all(folder_); }
  std::string At(std::string_view name) const { return JoinLocation(FileLocation(folder_), name); }
  FaultyStorage& With(FaultRule rule, uint64_t seed = 1) {
    faulty_ = std::make_unique<FaultyStorage>(inner_.get(), FaultPlan().Add(std::move(rule)), seed, clock_);
    return *faulty_;
  }
  std::string Stored(std::string_view name) { return inner_->Read(At(name)).value_or("(nothing)"); }

  const std::string folder_ = MakeTemporaryFolder();
  const std::unique_ptr<Storage> inner_ = MakeLocalStorage();
  ManualClock clock_;
  std::unique_ptr<FaultyStorage> faulty_;
};

TEST_F(FaultyStorageTest, FailsTheNthMatchingOperationOnly) {
  FaultyStorage& storage = With({.operations = {Operation::kWrite},
                                 .location_contains = "/metadata/",
                                 .nth = 2,
                                 .effect = Effect::kFail,
                                 .code = StatusCode::kResourceExhausted});
  EXPECT_OK(storage.Write(At("metadata/1"), "x", {}));
  EXPECT_OK(storage.Write(At("data/1"), "x", {}));
  EXPECT_OK(storage.Read(At("metadata/1")));
  const Status status = storage.Write(At("metadata/2"), "x", {});
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_NE(status.message().find(At("metadata/2")), std::string::npos);
  EXPECT_EQ(Stored("metadata/2"), "(nothing)");
  EXPECT_OK(storage.Write(At("metadata/2"), "x", {}));
  ASSERT_EQ(storage.faults().size(), 1u);
  EXPECT_EQ(storage.faults()[0].operation_number, 4u);
  EXPECT_EQ(storage.faults()[0].location, At("metadata/2"));
  EXPECT_EQ(storage.operations(), 5u);
}

TEST_F(FaultyStorageTest, EveryAndAtMost) {
  FaultyStorage& storage = With({.every = 2, .at_most = 2, .effect = Effect::kDrop});
  std::string outcome;
  for (int i = 0; i < 8; ++i) outcome += storage.Write(At("a"), "x", {}).ok() ? '+' : '-';
  EXPECT_EQ(outcome, "+-+-++++");
}

TEST_F(FaultyStorageTest, TheSameSeedGivesTheSameFaults) {
  const auto run = [&](uint64_t seed) {
    FaultyStorage& storage = With({.probability = 0.3, .effect = Effect::kDrop}, seed);
    std::string outcome;
    for (int i = 0; i < 200; ++i)
      outcome += storage.Stat(At("a")).status().code() == StatusCode::kUnavailable;
    return outcome;
  };
  const std::string first = run(7);
  EXPECT_EQ(run(7), first);
  EXPECT_NE(run(8), first);
  const auto dropped = std::count(first.begin(), first.end(), '\1');
  EXPECT_GT(dropped, 30);
  EXPECT_LT(dropped, 90);
}

TEST_F(FaultyStorageTest, ALostAnswerLeavesTheObjectPublished) {
  FaultyStorage& storage = With({.effect = Effect::kPublishThenFail});
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, storage.Write(At("a"), "whole", {}));
  EXPECT_EQ(Stored("a"), "whole");
  EXPECT_STATUS(StatusCode::kUnavailable, storage.Read(At("a")));
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, storage.Delete(At("a")));
  EXPECT_EQ(Stored("a"), "(nothing)");
}

TEST_F(FaultyStorageTest, AnInnerRefusalIsNotHiddenByALostAnswer) {
  ASSERT_OK(inner_->Write(At("a"), "old"));
  FaultyStorage& storage = With({.effect = Effect::kPublishThenFail});
  EXPECT_STATUS(StatusCode::kAlreadyExists, storage.Write(At("a"), "new", {.if_absent = true}));
}

TEST_F(FaultyStorageTest, TornWritesAndReads) {
  FaultyStorage& storage = With({.effect = Effect::kTear}, 3);
  const std::string bytes(1000, 'x');
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, storage.Write(At("a"), bytes, {}));
  EXPECT_LT(Stored("a").size(), bytes.size());
  ASSERT_OK(inner_->Write(At("b"), bytes));
  ASSERT_OK_AND_ASSIGN(const std::string cut, storage.Read(At("b")));
  EXPECT_LT(cut.size(), bytes.size());
  ASSERT_OK_AND_ASSIGN(const std::string range, storage.ReadRange(At("b"), 10, 1));
  EXPECT_EQ(range, "");
}

TEST_F(FaultyStorageTest, TheWriterFailsAtItsOwnSteps) {
  ASSERT_OK_AND_ASSIGN(
      auto writer,
      With({.operations = {Operation::kAppend}, .nth = 2, .effect = Effect::kDrop}).OpenWriter(At("a"), {}));
  EXPECT_OK(writer->Append("1"));
  EXPECT_STATUS(StatusCode::kUnavailable, writer->Append("2"));
  EXPECT_STATUS(StatusCode::kUnavailable, writer->Commit());  // what failed once stays failed
  EXPECT_EQ(Stored("a"), "(nothing)");

  writer.reset();
  ASSERT_OK_AND_ASSIGN(
      writer,
      With({.operations = {Operation::kCommit}, .effect = Effect::kPublishThenFail}).OpenWriter(At("b"), {}));
  EXPECT_OK(writer->Append("12"));
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, writer->Commit());
  EXPECT_EQ(Stored("b"), "12");

  writer.reset();
  ASSERT_OK_AND_ASSIGN(
      writer, With({.operations = {Operation::kCommit}, .effect = Effect::kTear}).OpenWriter(At("c"), {}));
  EXPECT_OK(writer->Append(std::string(100, 'x')));
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, writer->Commit());
  EXPECT_LT(Stored("c").size(), 100u);
  EXPECT_NE(Stored("c"), "(nothing)");
}

TEST_F(FaultyStorageTest, ATornListingEndsEarlyAndSaysSo) {
  for (const char* name : {"a", "b", "c", "d"}) ASSERT_OK(inner_->Write(At(name), name));
  int seen = 0;
  EXPECT_STATUS(StatusCode::kUnavailable,
                With({.operations = {Operation::kList}, .effect = Effect::kTear})
                    .List(At(""), [&seen](const ObjectInfo&) { return ++seen, Status::Ok(); }));
  EXPECT_LT(seen, 4);
}

TEST_F(FaultyStorageTest, DelaysGoThroughTheClock) {
  FaultyStorage& storage = With({.operations = {Operation::kRead}, .delay = std::chrono::seconds(30)});
  ASSERT_OK(storage.Write(At("a"), "x", {}));
  const int64_t before_micros = clock_.NowMicros();
  EXPECT_OK(storage.Read(At("a")));
  EXPECT_EQ(clock_.NowMicros() - before_micros, 30'000'000);
}

TEST_F(FaultyStorageTest, TheFirstRuleThatFiresDecides) {
  FaultPlan plan;
  plan.Add({.nth = 2, .effect = Effect::kDrop})
      .Add({.effect = Effect::kFail, .code = StatusCode::kCorruption});
  FaultyStorage storage(inner_.get(), plan, 1, clock_);
  EXPECT_STATUS(StatusCode::kCorruption, storage.Stat(At("a")));
  EXPECT_STATUS(StatusCode::kUnavailable, storage.Stat(At("a")));
  EXPECT_STATUS(StatusCode::kCorruption, storage.Stat(At("a")));
}

TEST_F(FaultyStorageTest, DownMeansDown) {
  FaultyStorage& storage = With({.probability = 0});
  storage.SetDown(true);
  EXPECT_STATUS(StatusCode::kUnavailable, storage.Write(At("a"), "x", {}));
  EXPECT_STATUS(StatusCode::kUnavailable, storage.Sync({At("a")}));
  storage.SetDown(false);
  EXPECT_OK(storage.Write(At("a"), "x", {}));
}

}  // namespace
}  // namespace lifeboat::storage
