#include "tests/conformance/storage_conformance.h"

#include <atomic>
#include <limits>
#include <thread>

#include "base/testing.h"

namespace lifeboat::storage {

std::vector<std::string> StorageConformanceTest::Listed(const std::string& prefix) {
  std::vector<std::string> names;
  EXPECT_OK(storage_->List(prefix, [&](const ObjectInfo& object) {
    EXPECT_TRUE(object.location.starts_with(root_ + "/")) << object.location;
    names.push_back(object.location.substr(root_.size() + 1));
    return Status::Ok();
  }));
  return names;
}

namespace {

using Names = std::vector<std::string>;

TEST_P(StorageConformanceTest, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\n\xff", 5);
  ASSERT_OK(storage_->Write(At("t/metadata/v1.json"), bytes));
  ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At("t/metadata/v1.json")));
  EXPECT_EQ(read, bytes);
}

TEST_P(StorageConformanceTest, EmptyObject) {
  ASSERT_OK(storage_->Write(At("empty"), ""));
  ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At("empty")));
  EXPECT_EQ(read, "");
  ASSERT_OK_AND_ASSIGN(const ObjectInfo info, storage_->Stat(At("empty")));
  EXPECT_EQ(info.size_bytes, 0u);
}

TEST_P(StorageConformanceTest, StatTellsSizeTimeAndLocation) {
  ASSERT_OK(storage_->Write(At("a"), "12345"));
  ASSERT_OK_AND_ASSIGN(const ObjectInfo info, storage_->Stat(At("a")));
  EXPECT_EQ(info.location, At("a"));
  EXPECT_EQ(info.size_bytes, 5u);
  EXPECT_GT(info.modified_micros, int64_t{1'600'000'000'000'000});
}

TEST_P(StorageConformanceTest, MissingObject) {
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("missing")));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Read(At("missing")));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->ReadRange(At("missing"), 0, 1));
  EXPECT_NE(storage_->Read(At("missing")).status().message().find(At("missing")), std::string::npos);
}

TEST_P(StorageConformanceTest, APrefixIsNoObject) {
  ASSERT_OK(storage_->Write(At("a/b"), "x"));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("a")));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Read(At("a")));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Read(At("a/b/c")));
  ASSERT_OK(storage_->Delete(At("a")));
  EXPECT_OK(storage_->Read(At("a/b")));
}

TEST_P(StorageConformanceTest, AnObjectMayBePrefixOfAnotherOrIsRefused) {
  ASSERT_OK(storage_->Write(At("a/b"), "x"));
  ASSERT_OK(storage_->Write(At("c"), "y"));
  if (GetParam().object_may_be_prefix_of_another) {
    EXPECT_OK(storage_->Write(At("a"), "z"));
    EXPECT_OK(storage_->Write(At("c/d"), "z"));
  } else {
    EXPECT_STATUS(StatusCode::kFailedPrecondition, storage_->Write(At("a"), "z"));
    EXPECT_STATUS(StatusCode::kFailedPrecondition, storage_->Write(At("c/d"), "z"));
    EXPECT_EQ(Listed(root_ + "/"), (Names{"a/b", "c"}));
  }
}

TEST_P(StorageConformanceTest, ReadsRanges) {
  ASSERT_OK(storage_->Write(At("a"), "0123456789"));
  ASSERT_OK_AND_ASSIGN(const std::string middle, storage_->ReadRange(At("a"), 3, 4));
  EXPECT_EQ(middle, "3456");
  ASSERT_OK_AND_ASSIGN(const std::string all, storage_->ReadRange(At("a"), 0, 10));
  EXPECT_EQ(all, "0123456789");
  ASSERT_OK_AND_ASSIGN(const std::string none, storage_->ReadRange(At("a"), 10, 0));
  EXPECT_EQ(none, "");
}

TEST_P(StorageConformanceTest, ARangeBeyondTheEndIsCorruption) {
  ASSERT_OK(storage_->Write(At("a"), "0123456789"));
  EXPECT_STATUS(StatusCode::kCorruption, storage_->ReadRange(At("a"), 9, 2));
  EXPECT_STATUS(StatusCode::kCorruption, storage_->ReadRange(At("a"), 11, 0));
  EXPECT_STATUS(StatusCode::kCorruption, storage_->ReadRange(At("a"), 11, 1));
  const uint64_t huge = std::numeric_limits<uint64_t>::max();
  EXPECT_STATUS(StatusCode::kCorruption, storage_->ReadRange(At("a"), 1, huge));
  EXPECT_STATUS(StatusCode::kCorruption, storage_->ReadRange(At("a"), huge, 1));
}

TEST_P(StorageConformanceTest, ReplacesUnlessIfAbsent) {
  ASSERT_OK(storage_->Write(At("a"), "first, and longer"));
  ASSERT_OK(storage_->Write(At("a"), "second"));
  EXPECT_STATUS(StatusCode::kAlreadyExists, storage_->Write(At("a"), "third", {.if_absent = true}));
  ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At("a")));
  EXPECT_EQ(read, "second");
  ASSERT_OK(storage_->Delete(At("a")));
  EXPECT_OK(storage_->Write(At("a"), "third", {.if_absent = true}));
}

TEST_P(StorageConformanceTest, OneOfManyIfAbsentWritersWins) {
  constexpr int kWriters = 8;
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] {
      const Status status =
          storage_->Write(At("race"), std::string(1000, static_cast<char>('a' + i)), {.if_absent = true});
      if (status.ok()) ++won;
      if (status.code() == StatusCode::kAlreadyExists) ++lost;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, kWriters - 1);
  ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At("race")));
  EXPECT_EQ(read, std::string(1000, read.empty() ? '?' : read[0]));
}

TEST_P(StorageConformanceTest, NothingIsVisibleBeforeCommit) {
  ASSERT_OK(storage_->Write(At("a"), "old"));
  ASSERT_OK_AND_ASSIGN(auto writer, storage_->OpenWriter(At("a")));
  ASSERT_OK_AND_ASSIGN(auto fresh, storage_->OpenWriter(At("b")));
  ASSERT_OK(writer->Append("ne"));
  ASSERT_OK(fresh->Append("b"));
  ASSERT_OK_AND_ASSIGN(std::string read, storage_->Read(At("a")));
  EXPECT_EQ(read, "old");
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("b")));
  EXPECT_EQ(Listed(root_ + "/"), (Names{"a"}));
  ASSERT_OK(writer->Append("w"));
  ASSERT_OK(writer->Commit());
  ASSERT_OK_AND_ASSIGN(read, storage_->Read(At("a")));
  EXPECT_EQ(read, "new");
}

TEST_P(StorageConformanceTest, AWriterDestroyedWithoutCommitLeavesNoTrace) {
  {
    ASSERT_OK_AND_ASSIGN(auto writer, storage_->OpenWriter(At("a")));
    ASSERT_OK(writer->Append("lost"));
  }
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("a")));
  EXPECT_EQ(Listed(root_ + "/"), Names{});
}

TEST_P(StorageConformanceTest, AFinishedWriterRefusesMore) {
  ASSERT_OK_AND_ASSIGN(auto writer, storage_->OpenWriter(At("a")));
  ASSERT_OK(writer->Append("x"));
  ASSERT_OK(writer->Commit());
  EXPECT_STATUS(StatusCode::kFailedPrecondition, writer->Append("y"));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, writer->Commit());
  ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At("a")));
  EXPECT_EQ(read, "x");
}

TEST_P(StorageConformanceTest, AReaderNeverSeesAMixtureOfTwoVersions) {
  const std::string one(200'000, '1');
  const std::string two(300'000, '2');
  ASSERT_OK(storage_->Write(At("a"), one, {.durable = false}));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i)
      EXPECT_OK(storage_->Write(At("a"), i % 2 == 0 ? two : one, {.durable = false}));
    done = true;
  });
  do {
    const Result<std::string> read = storage_->Read(At("a"));
    EXPECT_TRUE(read.ok() && (*read == one || *read == two));
  } while (!done);
  writer.join();
}

TEST_P(StorageConformanceTest, DeletingTwiceSucceeds) {
  ASSERT_OK(storage_->Write(At("d/a"), "x"));
  EXPECT_OK(storage_->Delete(At("d/a")));
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("d/a")));
  EXPECT_OK(storage_->Delete(At("d/a")));
  EXPECT_OK(storage_->Delete(At("never/was")));
}

TEST_P(StorageConformanceTest, DeletesManyAtOnce) {
  // More than a request of S3 may name, names that XML has to escape or cannot hold, and missing objects.
  std::vector<std::string> locations = {At("many/never was"), At("many/a&b<c>\"d\" e\rf\tg"),
                                        At("many/a\x01z"), At("many/p=a%2Fb/ä+"), At("many/a\nb")};
  for (int i = 0; i < 1100; ++i) locations.push_back(At(fmt::format("many/{:05}", i)));
  for (size_t i = 1; i < locations.size(); ++i)
    ASSERT_OK(storage_->Write(locations[i], "x", {.durable = false}));
  ASSERT_OK(storage_->Write(At("many/stays"), "x"));
  locations.push_back(locations.back());
  const std::vector<Status> outcomes = storage_->DeleteMany(locations);
  ASSERT_EQ(outcomes.size(), locations.size());
  for (const Status& outcome : outcomes) EXPECT_OK(outcome);
  EXPECT_EQ(Listed(At("many/")), std::vector<std::string>{"many/stays"});
  EXPECT_TRUE(storage_->DeleteMany({}).empty());
}

TEST_P(StorageConformanceTest, ALocationThatCannotBeNamedKeepsNoOtherFromBeingDeleted) {
  ASSERT_OK(storage_->Write(At("a"), "x"));
  const std::vector<Status> outcomes = storage_->DeleteMany({"ftp://elsewhere/a", At("a")});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_STATUS(StatusCode::kInvalidArgument, outcomes[0]);
  EXPECT_OK(outcomes[1]);
  EXPECT_STATUS(StatusCode::kNotFound, storage_->Stat(At("a")));
}

TEST_P(StorageConformanceTest, AnObjectNobodyKnowsYetIsWrittenLikeAnyOther) {
  const WriteOptions options = {.durable = false, .unknown_yet = true};
  ASSERT_OK(storage_->Write(At("new/folder/object"), "first", options));
  ASSERT_OK(storage_->Write(At("new/folder/other"), "", options));
  ASSERT_OK(storage_->Write(At("new/folder/object"), "second", options));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, storage_->Read(At("new/folder/object")));
  EXPECT_EQ(bytes, "second");
  EXPECT_EQ(Listed(At("new/")), (std::vector<std::string>{"new/folder/object", "new/folder/other"}));
}

TEST_P(StorageConformanceTest, SyncAcceptsFewAndManyObjectsAndPassesOverMissingOnes) {
  std::vector<std::string> locations = {At("gone")};
  for (int i = 0; i < 40; ++i) {
    locations.push_back(At("sync/" + std::to_string(i)));
    ASSERT_OK(storage_->Write(locations.back(), "x", {.durable = false}));
    if (i == 3) EXPECT_OK(storage_->Sync(locations));
  }
  EXPECT_OK(storage_->Sync(locations));
  EXPECT_OK(storage_->Sync({}));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, storage_->Read(locations.back()));
  EXPECT_EQ(bytes, "x");
}

TEST_P(StorageConformanceTest, ListsInLexicalOrderOfWholeLocations) {
  // '-' and '.' sort before '/', '0' after it: "a-b" < "a.b" < "a/b" < "a0".
  for (const char* name : {"a0", "a/b", "a-b", "a.b", "a/a/z", "b", "A"})
    ASSERT_OK(storage_->Write(At(name), name));
  EXPECT_EQ(Listed(root_ + "/"), (Names{"A", "a-b", "a.b", "a/a/z", "a/b", "a0", "b"}));
}

TEST_P(StorageConformanceTest, ListsByPrefixOfTheName) {
  for (const char* name : {"t/data-1", "t/data-2", "t/data/x", "t/date", "u/data-3"}) {
    ASSERT_OK(storage_->Write(At(name), name));
  }
  EXPECT_EQ(Listed(At("t/data")), (Names{"t/data-1", "t/data-2", "t/data/x"}));
  EXPECT_EQ(Listed(At("t/data/")), (Names{"t/data/x"}));
  EXPECT_EQ(Listed(At("t/data-1")), (Names{"t/data-1"}));
  EXPECT_EQ(Listed(At("nothing/here")), Names{});
}

TEST_P(StorageConformanceTest, ListingTellsSizesAndStopsAtTheVisitorsError) {
  for (const char* name : {"a", "b", "c"}) ASSERT_OK(storage_->Write(At(name), "12345"));
  int seen = 0;
  const Status status = storage_->List(root_ + "/", [&](const ObjectInfo& object) {
    EXPECT_EQ(object.size_bytes, 5u);
    return ++seen == 2 ? Status::Unavailable("enough") : Status::Ok();
  });
  EXPECT_STATUS(StatusCode::kUnavailable, status);
  EXPECT_EQ(seen, 2);
}

TEST_P(StorageConformanceTest, NamesAreTakenLiterally) {
  const Names names{"date_key=2026-01-31/part 1.parquet", "d%2Fe", "ä/ö.json", "q?x=1#y"};
  for (const std::string& name : names) ASSERT_OK(storage_->Write(At(name), name));
  for (const std::string& name : names) {
    ASSERT_OK_AND_ASSIGN(const std::string read, storage_->Read(At(name)));
    EXPECT_EQ(read, name);
  }
  EXPECT_EQ(Listed(root_ + "/").size(), names.size());
}

TEST_P(StorageConformanceTest, ManyThreadsWriteBelowNewFolders) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 5; ++j) EXPECT_OK(storage_->Write(At(fmt::format("new/{}/{}", j, i)), "x"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Listed(At("new/")).size(), 40u);
}

}  // namespace
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StorageConformanceTest);
}  // namespace lifeboat::storage
