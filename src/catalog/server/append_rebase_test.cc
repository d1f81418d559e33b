#include "catalog/server/append_rebase.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "iceberg/manifest/manifest.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/test_lake.h"
#include "storage/faulty/faulty_storage.h"

namespace lifeboat::catalog {
namespace {

using iceberg::AppendOptions;
using iceberg::ManifestFile;
using iceberg::PreparedAppend;
using iceberg::Snapshot;
using iceberg::TableMetadata;

Snapshot& SnapshotOf(PreparedAppend& append) {
  return std::get<iceberg::update::AddSnapshot>(append.updates[0]).snapshot;
}

class AppendRebaseTest : public ::testing::TestWithParam<int32_t> {
 protected:
  TableMetadata NewTable(int32_t version) {
    TableMetadata table = lake_.NewTestTable(version);
    table.properties[std::string(kAppendRebaseEnabled)] = "true";
    return table;
  }
  // An append of one file of ten rows, not committed.
  PreparedAppend Prepare(const TableMetadata& table, const std::string& file, AppendOptions options = {}) {
    Result<PreparedAppend> prepared = iceberg::AppendFiles(
        lake_.storage(), table, {lake_.NewFile(file, 1, 0, 9)}, options, lake_.clock(), lake_.random());
    EXPECT_OK(prepared);
    return std::move(prepared).value_or({});
  }
  static Result<TableMetadata> ApplyPlainly(const TableMetadata& table, const PreparedAppend& append) {
    LIFEBOAT_RETURN_IF_ERROR(iceberg::CheckRequirements(&table, append.requirements));
    return iceberg::ApplyUpdates(&table, append.updates);
  }
  std::optional<RebasedAppend> Rebase(const TableMetadata& table, const PreparedAppend& append) {
    return rebase_.Rebase(table, append.requirements, append.updates, ApplyPlainly(table, append).status());
  }
  // As the server commits it.
  Result<TableMetadata> Commit(const TableMetadata& table, const PreparedAppend& append) {
    const std::optional<RebasedAppend> rebased = Rebase(table, append);
    return rebased ? iceberg::ApplyUpdates(&table, rebased->updates) : ApplyPlainly(table, append);
  }
  std::multiset<std::string> Files(const TableMetadata& table, const std::string& ref = "main") {
    iceberg::ScanOptions options;
    options.ref = ref;
    const Result<iceberg::ScanPlan> plan = iceberg::PlanScan(lake_.storage(), table, options);
    EXPECT_OK(plan);
    std::multiset<std::string> names;
    if (!plan.ok()) return names;
    for (const auto& file : plan->files)
      names.insert(file.file.file_path.substr(file.file.file_path.rfind('/') + 1));
    return names;
  }
  std::vector<ManifestFile> ListOf(const Snapshot& snapshot) {
    return iceberg::ReadManifestList(lake_.storage(), snapshot).value_or({});
  }
  // The append with another manifest list than it was prepared with.
  void Relist(PreparedAppend& append, const TableMetadata& table, std::vector<ManifestFile> manifests) {
    Snapshot& snapshot = SnapshotOf(append);
    iceberg::ManifestListHeader header{.format_version = table.format_version,
                                       .snapshot_id = snapshot.snapshot_id,
                                       .parent_snapshot_id = snapshot.parent_snapshot_id,
                                       .sequence_number = snapshot.sequence_number,
                                       .first_row_id = snapshot.first_row_id};
    ASSERT_OK_AND_ASSIGN(const std::string bytes, iceberg::WriteManifestList(header, manifests));
    snapshot.manifest_list = fmt::format("{}/metadata/changed-{}.avro", table.location, ++changed_);
    ASSERT_OK(lake_.storage().Write(snapshot.manifest_list, bytes));
  }
  // A manifest of one entry, as `snapshot_id` adds it to the table.
  ManifestFile WriteManifest(const TableMetadata& table, int64_t snapshot_id,
                             const iceberg::ManifestEntry& entry) {
    iceberg::ManifestHeader header{.format_version = table.format_version,
                                   .content = entry.data_file.content == iceberg::FileContent::kData
                                                  ? iceberg::ManifestContent::kData
                                                  : iceberg::ManifestContent::kDeletes,
                                   .schema = table.schema(),
                                   .spec = table.spec()};
    iceberg::ManifestWriter writer(header, snapshot_id);
    EXPECT_OK(writer.Add(entry));
    Result<iceberg::ManifestWriter::Written> written = writer.Finish();
    EXPECT_OK(written);
    ManifestFile file = written->file;
    file.manifest_path = fmt::format("{}/metadata/changed-{}-m0.avro", table.location, ++changed_);
    EXPECT_OK(lake_.storage().Write(file.manifest_path, written->bytes));
    return file;
  }
  // Whether an append prepared on `table` and then changed is refused once another one got in.
  void ExpectRefused(const TableMetadata& table, const std::function<void(PreparedAppend&)>& change) {
    PreparedAppend mine = Prepare(table, "mine");
    change(mine);
    ASSERT_OK_AND_ASSIGN(const TableMetadata after, Commit(table, Prepare(table, "theirs")));
    ExpectRefusedOn(after, mine);
  }
  void ExpectRefusedOn(const TableMetadata& table, const PreparedAppend& append) {
    const size_t files = CountFiles();
    EXPECT_FALSE(Rebase(table, append));
    EXPECT_EQ(CountFiles(), files) << "nothing is left behind";
  }
  size_t CountFiles() {
    size_t count = 0;
    EXPECT_OK(lake_.storage().List(lake_.location(), [&](const storage::ObjectInfo&) {
      ++count;
      return Status::Ok();
    }));
    return count;
  }

  iceberg::TestLake lake_;
  AppendRebase rebase_{lake_.storage(), false};
  int changed_ = 0;
};
INSTANTIATE_TEST_SUITE_P(FormatVersion, AppendRebaseTest, ::testing::Values(1, 2, 3));

TEST_P(AppendRebaseTest, AppendsThatWereMadeOnOneVersionFollowEachOther) {
  const int32_t version = GetParam();
  TableMetadata table = NewTable(version);
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  std::vector<PreparedAppend> racing;
  std::multiset<std::string> names = {"first"};
  for (int i = 0; i < 5; ++i) {
    names.insert(fmt::format("file-{}", i));
    racing.push_back(Prepare(table, fmt::format("file-{}", i), {.summary = {{"engine", "e"}}}));
  }
  for (PreparedAppend& append : racing) {
    const Snapshot head = *table.current_snapshot();
    const int64_t next_row_id = table.next_row_id;
    lake_.Tick();
    ASSERT_OK_AND_ASSIGN(table, Commit(table, append));
    const Snapshot& added = *table.current_snapshot();
    EXPECT_EQ(added.snapshot_id, SnapshotOf(append).snapshot_id);
    EXPECT_EQ(added.parent_snapshot_id, head.snapshot_id);
    EXPECT_EQ(added.sequence_number, version == 1 ? 0 : head.sequence_number + 1);
    EXPECT_GE(added.timestamp_ms, head.timestamp_ms);
    EXPECT_EQ(added.summary.at("engine"), "e");
    EXPECT_EQ(added.summary.at("added-records"), "10");
    EXPECT_EQ(std::stol(added.summary.at("total-records")), std::stol(head.summary.at("total-records")) + 10);
    for (const ManifestFile& file : ListOf(added)) {
      if (file.added_snapshot_id != added.snapshot_id || version == 1) continue;
      EXPECT_EQ(file.sequence_number, added.sequence_number);
      EXPECT_EQ(file.min_sequence_number, added.sequence_number);
    }
    if (version < 3) continue;
    EXPECT_EQ(added.first_row_id, next_row_id);
    EXPECT_EQ(added.added_rows, 10);
    EXPECT_EQ(table.next_row_id, next_row_id + 10);
  }
  EXPECT_EQ(Files(table), names);
  EXPECT_EQ(table.current_snapshot()->summary.at("total-data-files"), "6");
  if (version < 3) return;
  ASSERT_OK_AND_ASSIGN(const iceberg::ScanPlan plan, iceberg::PlanScan(lake_.storage(), table));
  std::set<int64_t> row_ids;
  for (const auto& file : plan.files) row_ids.insert(*file.file.first_row_id);
  EXPECT_EQ(row_ids, (std::set<int64_t>{0, 10, 20, 30, 40, 50}));
}

TEST_P(AppendRebaseTest, FirstAppendsToAnEmptyTable) {
  TableMetadata table = NewTable(GetParam());
  const PreparedAppend one = Prepare(table, "one"), two = Prepare(table, "two");
  ASSERT_OK_AND_ASSIGN(table, Commit(table, one));
  ASSERT_OK_AND_ASSIGN(table, Commit(table, two));
  EXPECT_EQ(Files(table), (std::multiset<std::string>{"one", "two"}));
}

TEST_P(AppendRebaseTest, WhatTheRequirementsSayDecides) {
  TableMetadata table = lake_.NewTestTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  PreparedAppend asserts_head = Prepare(table, "a"), asserts_uuid = Prepare(table, "b");
  std::erase_if(asserts_uuid.requirements, [](const auto& requirement) {
    return std::holds_alternative<iceberg::requirement::AssertRefSnapshotId>(requirement);
  });
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "theirs")));
  ExpectRefusedOn(table, asserts_head);
  EXPECT_TRUE(Rebase(table, asserts_uuid)) << "it asserts nothing that does not hold";
  EXPECT_TRUE(AppendRebase(lake_.storage(), true)
                  .Rebase(table, asserts_head.requirements, asserts_head.updates, Status::Conflict("")));
  table.properties[std::string(kAppendRebaseEnabled)] = "true";
  EXPECT_TRUE(Rebase(table, asserts_head));
  asserts_head.requirements.push_back(iceberg::requirement::AssertLastAssignedFieldId{99});
  ExpectRefusedOn(table, asserts_head);
  asserts_head.requirements.back() = iceberg::requirement::AssertRefSnapshotId{"audit", 1};
  ExpectRefusedOn(table, asserts_head);
}

}  // namespace
}  // namespace lifeboat::catalog
