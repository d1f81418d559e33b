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
  // The same change made to an append that is fine with it.
  void ExpectRebased(const TableMetadata& table, const std::function<void(PreparedAppend&)>& change) {
    PreparedAppend mine = Prepare(table, "mine");
    change(mine);
    ASSERT_OK_AND_ASSIGN(const TableMetadata after, Commit(table, Prepare(table, "theirs")));
    EXPECT_TRUE(Rebase(after, mine));
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

TEST_P(AppendRebaseTest, BranchesAreIndependent) {
  TableMetadata table = NewTable(GetParam());
  table.properties.clear();
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const AppendOptions audit{.branch = "audit"};
  const PreparedAppend starts_branch = Prepare(table, "starts", audit);
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "main-1")));
  ASSERT_OK_AND_ASSIGN(table, Commit(table, starts_branch));
  EXPECT_EQ(Files(table, "audit"), (std::multiset<std::string>{"first", "starts"}));
  // Each is still the head of its branch; only the table's sequence number and row ids have moved.
  const PreparedAppend on_main = Prepare(table, "main-2"), on_branch = Prepare(table, "audit-2", audit);
  ASSERT_OK_AND_ASSIGN(table, Commit(table, on_main));
  ASSERT_OK_AND_ASSIGN(table, Commit(table, on_branch));
  EXPECT_EQ(Files(table), (std::multiset<std::string>{"first", "main-1", "main-2"}));
  EXPECT_EQ(Files(table, "audit"), (std::multiset<std::string>{"first", "starts", "audit-2"}));
}

TEST_P(AppendRebaseTest, FollowsWhatOthersDidToOldFiles) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const PreparedAppend mine = Prepare(table, "mine");
  // Another writer replaces the one file there was: its manifest list no longer has the old manifest.
  PreparedAppend theirs = Prepare(table, "rewritten");
  SnapshotOf(theirs).operation = "overwrite";
  std::vector<ManifestFile> list = ListOf(SnapshotOf(theirs));
  std::erase_if(list,
                [&](const auto& file) { return file.added_snapshot_id != SnapshotOf(theirs).snapshot_id; });
  Relist(theirs, table, list);
  ASSERT_OK_AND_ASSIGN(table, Commit(table, theirs));
  ASSERT_OK_AND_ASSIGN(table, Commit(table, mine));
  EXPECT_EQ(Files(table), (std::multiset<std::string>{"rewritten", "mine"})) << "and the old one stays gone";
}

TEST_P(AppendRebaseTest, OtherCommitsStayRefused) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  ExpectRebased(table, [](PreparedAppend& append) {
    append.updates.push_back(iceberg::update::SetProperties{{{"k", "v"}}});
    append.requirements.push_back(iceberg::requirement::AssertCurrentSchemaId{0});
  });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).operation = "overwrite"; });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).operation.reset(); });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).summary["published-wap-id"] = "w"; });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).key_id = "k"; });
  ExpectRefused(table, [](PreparedAppend& append) { append.updates.push_back(append.updates[0]); });
  ExpectRefused(table, [](PreparedAppend& append) { append.updates.pop_back(); });
  ExpectRefused(table, [&](PreparedAppend& append) {
    append.updates.push_back(iceberg::update::RemoveSnapshots{{*table.current_snapshot_id}});
  });
  ExpectRefused(table, [](PreparedAppend& append) {
    append.updates.push_back(iceberg::update::AddSchema{iceberg::TestLake::TestSchema(), {}});
  });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).schema_id = 7; });
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).parent_snapshot_id = 12345; });
  // Without a parent it is not known to be meant as an addition.
  ExpectRefused(table, [](PreparedAppend& append) { SnapshotOf(append).parent_snapshot_id.reset(); });
  // What the requirement names and what the snapshot was made on are two things.
  ExpectRefused(table, [](PreparedAppend& append) {
    std::get<iceberg::requirement::AssertRefSnapshotId>(append.requirements.back()).snapshot_id = 12345;
  });
}

TEST_P(AppendRebaseTest, ListsThatAreNotThoseOfAnAppendStayRefused) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const auto relisted = [&](const std::function<void(std::vector<ManifestFile>&)>& change) {
    return [&, change](PreparedAppend& append) {
      std::vector<ManifestFile> list = ListOf(SnapshotOf(append));
      ASSERT_EQ(list.size(), 2u) << "its own, then its parent's";
      change(list);
      Relist(append, table, list);
    };
  };
  const auto refused = [&](const std::function<void(std::vector<ManifestFile>&)>& change) {
    ExpectRefused(table, relisted(change));
  };
  ExpectRebased(table, relisted([](auto& list) { std::swap(list[0], list[1]); }));
  ExpectRebased(table, relisted([](auto& list) { list[0].manifest_path.erase(5, 2); }));  // file:/lake/…
  ExpectRebased(table, [](PreparedAppend& append) { SnapshotOf(append).manifest_list.erase(5, 2); });
  refused([](auto& list) { list.pop_back(); });
  refused([](auto& list) { list.push_back(list[0]); });
  refused([](auto& list) { list.push_back(list[1]); });
  refused([](auto& list) { list[1].manifest_length += 1; });
  refused([](auto& list) { list[0].added_snapshot_id = 7; });
  refused([](auto& list) { list[0].partition_spec_id = 7; });
  refused([](auto& list) { list[0].added_rows_count = 11; });
  refused([](auto& list) { list[0].existing_files_count = 1; });
  refused([](auto& list) { list[0].manifest_path = "file:///etc/hostname"; });
  refused([&](auto& list) { list[0].manifest_path = table.location + "/metadata/../../other/m.avro"; });
  refused([&](auto& list) { list[0].manifest_path = table.location + "/metadata/not-there.avro"; });
  refused([](auto& list) { std::swap(list[0].manifest_path, list[1].manifest_path); });
  ExpectRefused(table,
                [](PreparedAppend& append) { SnapshotOf(append).manifest_list = "file:///etc/hostname"; });
  ExpectRefused(table, [&](PreparedAppend& append) {
    SnapshotOf(append).manifest_list = table.location + "-next/metadata/list.avro";
  });
}

TEST_P(AppendRebaseTest, ManifestsThatHoldMoreThanAddedFilesStayRefused) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const auto with_entry = [&](const std::function<void(iceberg::ManifestEntry&)>& change) {
    return [&, change](PreparedAppend& append) {
      iceberg::ManifestEntry entry;
      entry.data_file = lake_.NewFile("own", 1, 0, 9);
      change(entry);
      std::vector<ManifestFile> list = ListOf(SnapshotOf(append));
      list[0] = WriteManifest(table, SnapshotOf(append).snapshot_id, entry);
      // The list says what it would say of an append.
      list[0].added_files_count = 1, list[0].added_rows_count = entry.data_file.record_count;
      list[0].existing_files_count = list[0].deleted_files_count = 0;
      list[0].existing_rows_count = list[0].deleted_rows_count = 0;
      Relist(append, table, list);
    };
  };
  const auto refused = [&](const std::function<void(iceberg::ManifestEntry&)>& change) {
    ExpectRefused(table, with_entry(change));
  };
  ExpectRebased(table, with_entry([](auto&) {}));
  refused([](auto& entry) { entry.status = iceberg::ManifestEntry::Status::kDeleted; });
  refused([](auto& entry) { entry.data_file.record_count = -1; });
  refused([](auto& entry) {
    entry.status = iceberg::ManifestEntry::Status::kExisting;
    entry.snapshot_id = 1, entry.sequence_number = 1, entry.file_sequence_number = 1;
  });
  if (GetParam() == 1) return;
  refused([](auto& entry) { entry.sequence_number = 1; });
  refused([](auto& entry) {
    entry.data_file.content = iceberg::FileContent::kEqualityDeletes;
    entry.data_file.equality_ids = {1};
  });
  if (GetParam() == 3) refused([](auto& entry) { entry.data_file.first_row_id = 3; });
}

TEST_P(AppendRebaseTest, TheTableMustStillKnowSchemaAndSpec) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const PreparedAppend mine = Prepare(table, "mine");
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "theirs")));
  iceberg::Schema wider = iceberg::TestLake::TestSchema();
  wider.fields.push_back(wider.fields[0]);
  wider.fields.back().id = 5, wider.fields.back().name = "more";
  iceberg::PartitionSpec other = iceberg::TestLake::SpecOf(iceberg::kCampaignId, "campaign", "identity");
  other.fields[0].field_id = 1001;
  const std::vector<iceberg::TableUpdate> evolve = {
      iceberg::update::AddSchema{wider, {}}, iceberg::update::SetCurrentSchema{-1},
      iceberg::update::AddPartitionSpec{other}, iceberg::update::SetDefaultSpec{-1}};
  ASSERT_OK_AND_ASSIGN(table, iceberg::ApplyUpdates(&table, evolve));
  ASSERT_OK_AND_ASSIGN(const TableMetadata evolved, Commit(table, mine));
  EXPECT_EQ(evolved.current_snapshot()->schema_id, table.current_schema_id)
      << "read with what is current now";
  EXPECT_EQ(ListOf(*evolved.current_snapshot())[0].partition_spec_id, 0);
  EXPECT_EQ(Files(evolved), (std::multiset<std::string>{"first", "theirs", "mine"}));
  TableMetadata without_schema = table, without_spec = table, other_spec = table;
  std::erase_if(without_schema.schemas, [](const auto& schema) { return schema->schema_id == 0; });
  ExpectRefusedOn(without_schema, mine);
  std::erase_if(without_spec.partition_specs, [](const auto& spec) { return spec->spec_id == 0; });
  ExpectRefusedOn(without_spec, mine);
  other.spec_id = 0;
  other_spec.partition_specs[0] = std::make_shared<const iceberg::PartitionSpec>(other);
  ExpectRefusedOn(other_spec, mine);
}

TEST_P(AppendRebaseTest, OnlyOntoADescendant) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const int64_t first = *table.current_snapshot_id;
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "second")));
  const PreparedAppend mine = Prepare(table, "mine");
  ASSERT_OK_AND_ASSIGN(const TableMetadata newer, Commit(table, Prepare(table, "third")));
  iceberg::update::SetSnapshotRef roll_back{.ref_name = "main"};
  roll_back.ref.snapshot_id = first;
  ASSERT_OK_AND_ASSIGN(const TableMetadata rolled_back, iceberg::ApplyUpdates(&newer, {roll_back}));
  ExpectRefusedOn(rolled_back, mine);
  ASSERT_OK_AND_ASSIGN(const TableMetadata dropped,
                       iceberg::ApplyUpdates(&newer, {iceberg::update::RemoveSnapshotRef{"main"}}));
  ExpectRefusedOn(dropped, mine);
}

TEST_P(AppendRebaseTest, NothingIsAppendedTwice) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  PreparedAppend mine = Prepare(table, "mine");
  ASSERT_OK_AND_ASSIGN(table, Commit(table, mine));
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "theirs")));
  ExpectRefusedOn(table, mine);
  // Also when the snapshot is gone but its files are not.
  TableMetadata expired = table;
  std::erase_if(expired.snapshots,
                [&](const auto& s) { return s->snapshot_id == SnapshotOf(mine).snapshot_id; });
  auto head = std::make_shared<Snapshot>(*expired.snapshots.back());
  head->parent_snapshot_id = expired.snapshots.front()->snapshot_id;
  expired.snapshots.back() = head;
  ExpectRefusedOn(expired, mine);
}

TEST_P(AppendRebaseTest, ACommitOnTheHeadReadsNothing) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const PreparedAppend mine = Prepare(table, "mine"), late = Prepare(table, "late");
  storage::FaultyStorage counted(&lake_.storage(), {}, 1);
  AppendRebase rebase(counted, true);
  EXPECT_FALSE(rebase.Rebase(table, mine.requirements, mine.updates, ApplyPlainly(table, mine).status()));
  EXPECT_EQ(counted.operations(), 0u);
  ASSERT_OK_AND_ASSIGN(table, Commit(table, mine));
  const Status outcome = ApplyPlainly(table, late).status();
  EXPECT_FALSE(
      rebase.Rebase(table, {iceberg::requirement::AssertTableUuid{"another"}}, late.updates, outcome));
  EXPECT_EQ(counted.operations(), 0u) << "it cannot be rebased whatever the files hold";
  EXPECT_TRUE(rebase.Rebase(table, late.requirements, late.updates, outcome));
  const uint64_t first_time = counted.operations();
  EXPECT_TRUE(rebase.Rebase(table, late.requirements, late.updates, outcome));
  EXPECT_LT(counted.operations() - first_time, first_time) << "lists of the branch are remembered";
}

TEST_P(AppendRebaseTest, StorageThatFailsLeavesTheRefusal) {
  TableMetadata table = NewTable(GetParam());
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "first")));
  const PreparedAppend mine = Prepare(table, "mine");
  ASSERT_OK_AND_ASSIGN(table, Commit(table, Prepare(table, "theirs")));
  const Status outcome = ApplyPlainly(table, mine).status();
  const size_t files = CountFiles();
  for (const storage::Operation operation : {storage::Operation::kRead, storage::Operation::kWrite}) {
    for (const storage::Effect effect : {storage::Effect::kDrop, storage::Effect::kPublishThenFail}) {
      storage::FaultyStorage faulty(&lake_.storage(), {}, 1);
      storage::FaultPlan plan;
      plan.Add({.operations = {operation}, .effect = effect});
      faulty.SetPlan(plan);
      AppendRebase rebase(faulty, true);
      EXPECT_FALSE(rebase.Rebase(table, mine.requirements, mine.updates, outcome));
      EXPECT_EQ(CountFiles(), files) << "nothing is left behind";
      faulty.SetPlan({});
      const std::optional<RebasedAppend> rebased =
          rebase.Rebase(table, mine.requirements, mine.updates, outcome);
      ASSERT_TRUE(rebased);
      ASSERT_OK(lake_.storage().Delete(rebased->manifest_list));
    }
  }
}

}  // namespace
}  // namespace lifeboat::catalog
