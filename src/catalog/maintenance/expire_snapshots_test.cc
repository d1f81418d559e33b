#include "catalog/maintenance/expire_snapshots.h"

#include <gtest/gtest.h>

#include "catalog/maintenance/remove_orphan_files.h"
#include "catalog/maintenance/test_history.h"

namespace lifeboat::catalog {
namespace {

using iceberg::SnapshotRef;
constexpr std::chrono::hours kDay{24};

class ExpireSnapshotsTest : public ::testing::Test {
 protected:
  Result<ExpireSnapshotsResult> Expire(const ExpireSnapshotsOptions& options = {}) {
    return ExpireSnapshots(history_.catalog, *history_.storage, TestHistory::kTable, options, context_,
                           history_.clock);
  }
  ExpireSnapshotsResult MustExpire(const ExpireSnapshotsOptions& options = {}) {
    auto result = Expire(options);
    EXPECT_OK(result);
    return std::move(result).value_or({});
  }

  TestHistory history_;
  MaintenanceContext context_;
};

TEST_F(ExpireSnapshotsTest, TakesWhatOnlyExpiredSnapshotsShowed) {
  history_.Append("main", 3);
  const std::set<std::string> first = history_.Shown("main");
  history_.clock.Advance(kDay);
  history_.Overwrite("main", {*first.begin()}, 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  const ExpireSnapshotsResult dry = MustExpire({.dry_run = true});
  EXPECT_EQ(dry.snapshot_ids.size(), 2u);
  EXPECT_EQ(history_.Metadata()->snapshots.size(), 3u);

  const ExpireSnapshotsResult result = MustExpire();
  EXPECT_EQ(result.snapshot_ids, dry.snapshot_ids);
  EXPECT_EQ(result.files.by_kind, dry.files.by_kind);
  EXPECT_EQ(result.files.by_kind.at(FileKind::kContent), 1u);
  EXPECT_EQ(result.files.by_kind.at(FileKind::kManifest), 1u) << "the first append's, rewritten since";
  EXPECT_EQ(result.files.by_kind.at(FileKind::kManifestList), 2u);
  EXPECT_EQ(result.snapshots_left, 1u);
  EXPECT_STATUS(StatusCode::kNotFound, history_.storage->Stat(*first.begin()));
  history_.ExpectAllSnapshotsIntact();
  EXPECT_EQ(history_.DataFilesOnDisk(), history_.FilesShown());

  const ExpireSnapshotsResult again = MustExpire();
  EXPECT_TRUE(again.snapshot_ids.empty());
  EXPECT_EQ(again.files.deleted, 0u);
}

// Whoever may append to a table may name any file in it.
TEST_F(ExpireSnapshotsTest, LeavesFilesOutsideOfTheTableAlone) {
  history_.Append("main", 1);
  const auto metadata = history_.Metadata();
  iceberg::DataFile file;
  file.file_path = metadata->location + "-of-another/data.parquet";
  file.record_count = 1;
  file.file_size_in_bytes = 7;
  ASSERT_OK(history_.storage->Write(file.file_path, "another", {}));
  ASSERT_OK_AND_ASSIGN(const iceberg::PreparedAppend append,
                       iceberg::AppendFiles(*history_.storage, *metadata, {file}, {.branch = "side"},
                                            history_.clock, history_.random));
  ASSERT_OK(history_.catalog.CommitTable(TestHistory::kTable, append.requirements, append.updates));
  ASSERT_OK(
      history_.catalog.CommitTable(TestHistory::kTable, {}, {iceberg::update::RemoveSnapshotRef{"side"}}));
  history_.clock.Advance(kDay * 6);
  const ExpireSnapshotsResult result = MustExpire();
  EXPECT_EQ(result.snapshot_ids.size(), 1u);
  EXPECT_EQ(result.kept_outside, 1u);
  EXPECT_OK(history_.storage->Stat(file.file_path));
  history_.ExpectAllSnapshotsIntact();
}

TEST_F(ExpireSnapshotsTest, KeepsWhatAnEntryOfTheChangeLogNames) {
  history_.Append("main", 1);
  const std::set<std::string> first = history_.Shown("main");
  history_.Overwrite("main", first, 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  context_.read_change_log = [&] { return Result<LoggedMetadata>(history_.catalog.metadata_files); };
  const ExpireSnapshotsResult result = MustExpire();
  EXPECT_EQ(result.snapshot_ids.size(), 2u);
  EXPECT_EQ(result.files.deleted, 0u);
  EXPECT_GE(result.kept_for_change_log, 4u);
  EXPECT_OK(history_.storage->Stat(*first.begin()));

  // Once the log has moved on, they are orphans.
  auto& logged = history_.catalog.metadata_files.begin()->second;
  logged.erase(logged.begin(), logged.end() - 1);
  auto cleaned = RemoveOrphanFiles(history_.catalog, *history_.storage, {TestHistory::kTable}, {}, context_,
                                   history_.clock);
  ASSERT_OK(cleaned);
  EXPECT_EQ(cleaned->files.deleted, result.kept_for_change_log);
  EXPECT_STATUS(StatusCode::kNotFound, history_.storage->Stat(*first.begin()));
  history_.ExpectAllSnapshotsIntact();
}

TEST_F(ExpireSnapshotsTest, IsDecidedAnewWhenAWriterMovedARef) {
  history_.Append("main", 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  const int64_t second = *history_.Metadata()->current_snapshot_id;
  history_.catalog.before_commit = [&] {
    history_.Append("main", 1);
    history_.SetRef("keep", {.snapshot_id = second, .kind = SnapshotRef::Kind::kTag});
  };
  EXPECT_EQ(MustExpire().snapshot_ids.size(), 1u);
  EXPECT_EQ(history_.Metadata()->snapshots.size(), 2u);
  history_.ExpectAllSnapshotsIntact();
}

TEST_F(ExpireSnapshotsTest, ACommitWhoseAnswerWasLostIsFoundOutAbout) {
  history_.Append("main", 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  history_.catalog.answer_unknown = true;
  EXPECT_EQ(MustExpire().files.by_kind.at(FileKind::kManifestList), 1u);
  history_.ExpectAllSnapshotsIntact();
}

TEST_F(ExpireSnapshotsTest, ATableWhoseFilesAreNotItsOwnIsLeftAlone) {
  history_.Append("main", 1);
  ASSERT_OK(history_.catalog.CommitTable(TestHistory::kTable, {},
                                         {iceberg::update::SetProperties{{{"gc.enabled", "false"}}}}));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Expire());
}

TEST_F(ExpireSnapshotsTest, NothingIsDeletedWhenALiveManifestCannotBeRead) {
  history_.Append("main", 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  const auto list = iceberg::ReadManifestList(*history_.storage, *history_.Metadata()->current_snapshot());
  ASSERT_OK(list);
  const size_t before = history_.FilesOnDisk().size();
  ASSERT_OK(history_.storage->Delete(list->front().manifest_path));
  EXPECT_FALSE(Expire().ok());
  EXPECT_EQ(history_.FilesOnDisk().size(), before - 1 + 1) << "one manifest less, one metadata.json more";
}

TEST_F(ExpireSnapshotsTest, StopsWhenAskedAndOrphansAreWhatItLeaves) {
  history_.Append("main", 20);
  history_.Overwrite("main", history_.Shown("main"), 1);
  history_.clock.Advance(kDay * 6);
  history_.Append("main", 1);
  // The data files go first, at once: stopped after them, it leaves the manifests that named them.
  uint64_t deleted = 0;
  uint64_t to_delete = 0;
  context_.progress = [&](std::string_view step, uint64_t done, uint64_t total) {
    if (step != "deleting files") return;
    deleted = done;
    to_delete = total;
  };
  context_.check = [&] { return deleted == 0 ? Status::Ok() : Status(StatusCode::kCancelled, "stopped"); };
  EXPECT_STATUS(StatusCode::kCancelled, Expire());
  history_.ExpectAllSnapshotsIntact();
  EXPECT_EQ(deleted, 20u);
  EXPECT_GT(to_delete, deleted);
  EXPECT_EQ(history_.DataFilesOnDisk(), history_.FilesShown());
  auto cleaned =
      RemoveOrphanFiles(history_.catalog, *history_.storage, {TestHistory::kTable}, {}, {}, history_.clock);
  ASSERT_OK(cleaned);
  EXPECT_EQ(cleaned->files.deleted, to_delete - deleted);
  history_.ExpectAllSnapshotsIntact();
}

// Random histories: whatever was appended, overwritten, branched, tagged and dropped, expiry leaves every ref
// that stays showing what it showed, and nothing on disk that no snapshot shows.
TEST(MaintenanceProperty, NoHistoryLosesAFileOrKeepsAnOrphan) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    TestHistory history;
    SeededRandom dice(seed);
    history.Append("main", 2);
    std::vector<std::string> branches = {"main"};
    for (int step = 0; step < 40; ++step) {
      history.clock.Advance(std::chrono::hours(dice.Below(30)));
      const std::string branch = branches[dice.Below(branches.size())];
      const bool exists = history.Metadata()->FindRef(branch) != nullptr;
      const uint64_t action = dice.Below(10);
      if (!exists || action < 4) {
        history.Append(branch, 1 + static_cast<int>(dice.Below(3)));
      } else if (action < 7) {
        std::set<std::string> removed;
        for (const std::string& file : history.Shown(branch)) {
          if (dice.Below(3) == 0) removed.insert(file);
        }
        history.Overwrite(branch, removed, static_cast<int>(dice.Below(3)));
      } else if (action == 7) {
        const auto& snapshots = history.Metadata()->snapshots;
        SnapshotRef ref{.snapshot_id = snapshots[dice.Below(snapshots.size())]->snapshot_id};
        ref.kind = dice.Below(2) == 0 ? SnapshotRef::Kind::kTag : SnapshotRef::Kind::kBranch;
        const std::string name = fmt::format("r{}", step);
        if (ref.kind == SnapshotRef::Kind::kBranch) {
          branches.push_back(name);
          if (dice.Below(2) == 0) ref.min_snapshots_to_keep = 3;
        }
        history.SetRef(name, ref);
      } else {
        std::map<std::string, std::set<std::string>> shown;
        for (const auto& [name, ref] : history.Metadata()->refs) shown[name] = history.Shown(name);
        ExpireSnapshotsOptions options;
        options.retention.max_snapshot_age_ms = std::chrono::milliseconds(kDay * dice.Below(6)).count();
        options.retention.max_ref_age_ms = std::chrono::milliseconds(kDay * (3 + dice.Below(20))).count();
        ASSERT_OK(ExpireSnapshots(history.catalog, *history.storage, TestHistory::kTable, options, {},
                                  history.clock));
        for (const auto& [name, ref] : history.Metadata()->refs) EXPECT_EQ(history.Shown(name), shown[name]);
        EXPECT_EQ(history.DataFilesOnDisk(), history.FilesShown());
      }
      history.ExpectAllSnapshotsIntact();
      if (::testing::Test::HasFailure()) return;
    }
    // What killed writers leave.
    const std::set<std::string> before = history.FilesOnDisk();
    std::set<std::string> orphans;
    for (int i = 0; i < 5; ++i) orphans.insert(history.WriteFile().file_path);
    auto cleaned =
        RemoveOrphanFiles(history.catalog, *history.storage, {TestHistory::kTable}, {}, {}, history.clock);
    ASSERT_OK(cleaned);
    for (const std::string& orphan : orphans)
      EXPECT_STATUS(StatusCode::kNotFound, history.storage->Stat(orphan));
    EXPECT_EQ(history.DataFilesOnDisk(), history.FilesShown());
    history.ExpectAllSnapshotsIntact();
  }
}

}  // namespace
}  // namespace lifeboat::catalog
