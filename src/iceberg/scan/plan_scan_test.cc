#include "iceberg/scan/plan_scan.h"

#include <gtest/gtest.h>

#include "iceberg/manifest/manifest.h"
#include "iceberg/test_lake.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

std::vector<std::string> NamesOf(const ScanPlan& plan) {
  std::vector<std::string> names;
  for (const PlannedFile& file : plan.files)
    names.push_back(file.file.file_path.substr(file.file.file_path.rfind('/') + 1));
  std::sort(names.begin(), names.end());
  return names;
}

class PlanScanTest : public ::testing::Test {
 protected:
  // Two snapshots: days 1 and 2, then day 3.
  void SetUp() override {
    metadata_ = lake_.NewTestTable(2);
    ASSERT_OK_AND_ASSIGN(
        metadata_, lake_.Append(metadata_, {lake_.NewFile("a", 1, 0, 9), lake_.NewFile("b", 2, 10, 19)}));
    first_snapshot_ = *metadata_.current_snapshot_id;
    ASSERT_OK_AND_ASSIGN(metadata_, lake_.Append(metadata_, {lake_.NewFile("c", 3, 20, 29)}));
  }

  Result<ScanPlan> Plan(Expression filter) {
    ScanOptions options;
    options.filter = std::move(filter);
    return PlanScan(lake_.storage(), metadata_, options);
  }

  // Commits delete files, as an engine with merge-on-read does.
  void AddDeletes(const std::vector<DataFile>& files) { AddDeletesIn(lake_, files); }
  void AddDeletesIn(TestLake& lake, const std::vector<DataFile>& files) {
    ManifestHeader header;
    header.format_version = metadata_.format_version;
    header.content = ManifestContent::kDeletes;
    header.schema = metadata_.schema();
    header.spec = *metadata_.FindSpec(files.at(0).partition_spec_id);
    Snapshot snapshot;
    snapshot.snapshot_id = 4242 + metadata_.last_sequence_number;
    snapshot.parent_snapshot_id = metadata_.current_snapshot_id;
    snapshot.sequence_number = metadata_.last_sequence_number + 1;
    snapshot.timestamp_ms = metadata_.last_updated_ms;
    snapshot.operation = "delete";
    snapshot.schema_id = metadata_.current_schema_id;
    if (metadata_.format_version > 2) {
      snapshot.first_row_id = metadata_.next_row_id;
      snapshot.added_rows = 0;
    }
    ManifestWriter writer(header, snapshot.snapshot_id);
    for (const DataFile& file : files) ASSERT_OK(writer.AddFile(file));
    ASSERT_OK_AND_ASSIGN(ManifestWriter::Written written, writer.Finish());
    written.file.manifest_path =
        lake.location() + "/metadata/deletes-" + std::to_string(snapshot.snapshot_id);
    written.file.sequence_number = written.file.min_sequence_number = snapshot.sequence_number;
    ASSERT_OK(lake.storage().Write(written.file.manifest_path, written.bytes));
    ASSERT_OK_AND_ASSIGN(std::vector<ManifestFile> manifests,
                         ReadManifestList(lake.storage(), *metadata_.current_snapshot()));
    manifests.push_back(written.file);
    ManifestListHeader list_header;
    list_header.format_version = metadata_.format_version;
    ASSERT_OK_AND_ASSIGN(const std::string list, WriteManifestList(list_header, manifests));
    snapshot.manifest_list = written.file.manifest_path + "-list";
    ASSERT_OK(lake.storage().Write(snapshot.manifest_list, list));
    update::SetSnapshotRef move;
    move.ref_name = std::string(kMainBranch);
    move.ref.snapshot_id = snapshot.snapshot_id;
    ASSERT_OK_AND_ASSIGN(metadata_,
                         ApplyUpdates(&metadata_, {update::AddSnapshot{snapshot}, move}, {}, lake.clock()));
  }

  DataFile NewDelete(const std::string& name, FileContent content, int32_t day) {
    DataFile file = lake_.NewFile(name, day, 0, 0);
    file.content = content;
    file.lower_bounds.clear();
    file.upper_bounds.clear();
    if (content == FileContent::kEqualityDeletes) file.equality_ids = {kCampaignId};
    return file;
  }

  // Names of the deletes that apply to a data file of the plan.
  static std::vector<std::string> DeletesOf(const ScanPlan& plan, const std::string& name) {
    std::vector<std::string> names;
    for (const PlannedFile& file : plan.files) {
      if (!file.file.file_path.ends_with("/" + name)) continue;
      for (const uint32_t index : file.deletes) {
        const std::string& path = plan.delete_files.at(index).file.file_path;
        names.push_back(path.substr(path.rfind('/') + 1));
      }
    }
    return names;
  }

  using Names = std::vector<std::string>;
  TestLake lake_;
  TableMetadata metadata_;
  int64_t first_snapshot_ = 0;
};

TEST_F(PlanScanTest, AllFilesOfTheCurrentSnapshot) {
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, Plan({}));
  EXPECT_EQ(NamesOf(plan), (Names{"a", "b", "c"}));
  EXPECT_EQ(plan.snapshot_id, metadata_.current_snapshot_id);
  EXPECT_EQ(plan.record_count(), 30);
  EXPECT_EQ(plan.size_bytes(), 3000);
  EXPECT_EQ(plan.manifests_read, 2);
  for (const PlannedFile& file : plan.files) {
    EXPECT_EQ(file.sequence_number, file.file.file_path.ends_with("/c") ? 2 : 1);
  }
}

TEST_F(PlanScanTest, ThreeSieves) {
  // Manifest: only the second has day 3.
  ASSERT_OK_AND_ASSIGN(ScanPlan plan, Plan(Expression::Equal(kDay, Literal(int32_t{3}))));
  EXPECT_EQ(NamesOf(plan), (Names{"c"}));
  EXPECT_EQ(plan.manifests_skipped, 1);
  EXPECT_EQ(plan.files_skipped, 0);
  // Partition value within a manifest.
  ASSERT_OK_AND_ASSIGN(plan, Plan(Expression::Compare(Op::kLess, kDay, Literal(int32_t{2}))));
  EXPECT_EQ(NamesOf(plan), (Names{"a"}));
  EXPECT_EQ(plan.files_skipped, 1);
  // Column bounds.
  ASSERT_OK_AND_ASSIGN(plan, Plan(Expression::Compare(Op::kGreater, kClicks, Literal(int64_t{9}))));
  EXPECT_EQ(NamesOf(plan), (Names{"b", "c"}));
  // Null counts: cost is null everywhere.
  ASSERT_OK_AND_ASSIGN(plan, Plan(Expression::NotNull(kCost)));
  EXPECT_TRUE(plan.files.empty());
  ASSERT_OK_AND_ASSIGN(plan, Plan(Expression::IsNull(kCampaignId)));
  EXPECT_TRUE(plan.files.empty());
  ASSERT_OK_AND_ASSIGN(plan, Plan(Expression::False()));
  EXPECT_TRUE(plan.files.empty());
}

TEST_F(PlanScanTest, SnapshotsAndRefs) {
  ScanOptions options;
  options.snapshot_id = first_snapshot_;
  ASSERT_OK_AND_ASSIGN(ScanPlan plan, PlanScan(lake_.storage(), metadata_, options));
  EXPECT_EQ(NamesOf(plan), (Names{"a", "b"}));

  update::SetSnapshotRef tag;
  tag.ref_name = "before";
  tag.ref.kind = SnapshotRef::Kind::kTag;
  tag.ref.snapshot_id = first_snapshot_;
  ASSERT_OK_AND_ASSIGN(metadata_, ApplyUpdates(&metadata_, {tag}, {}, lake_.clock()));
  options = {};
  options.ref = "before";
  ASSERT_OK_AND_ASSIGN(plan, PlanScan(lake_.storage(), metadata_, options));
  EXPECT_EQ(NamesOf(plan), (Names{"a", "b"}));

  options.ref = "nowhere";
  EXPECT_STATUS(StatusCode::kNotFound, PlanScan(lake_.storage(), metadata_, options));
  options = {};
  options.snapshot_id = 1;
  EXPECT_STATUS(StatusCode::kNotFound, PlanScan(lake_.storage(), metadata_, options));
}

TEST_F(PlanScanTest, EmptyTable) {
  TestLake other;
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, PlanScan(other.storage(), other.NewTestTable(2)));
  EXPECT_TRUE(plan.files.empty());
  EXPECT_FALSE(plan.snapshot_id.has_value());
  EXPECT_EQ(plan.schema->fields.size(), 4u);
}

TEST_F(PlanScanTest, WrongFiltersAreRefused) {
  EXPECT_STATUS(StatusCode::kInvalidArgument, Plan(Expression::Equal(99, Literal(int32_t{1}))));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Plan(Expression::Equal(kDay, Literal(true))));
}

TEST_F(PlanScanTest, DamageNamesTheFile) {
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> manifests,
                       ReadManifestList(lake_.storage(), *metadata_.current_snapshot()));
  const std::string& location = manifests[0].manifest_path;
  ASSERT_OK_AND_ASSIGN(std::string bytes, lake_.storage().Read(location));
  bytes.resize(bytes.size() - 5);
  ASSERT_OK(lake_.storage().Write(location, bytes));
  const Status status = Plan({}).status();
  EXPECT_EQ(status.code(), StatusCode::kCorruption);
  EXPECT_NE(status.message().find(location), std::string::npos) << status.ToString();
}

TEST_F(PlanScanTest, DeletesApplyByPartitionAndAge) {
  AddDeletes({NewDelete("pos", FileContent::kPositionDeletes, 1),
              NewDelete("eq", FileContent::kEqualityDeletes, 2)});
  ASSERT_OK_AND_ASSIGN(
      metadata_, lake_.Append(metadata_, {lake_.NewFile("late", 1, 0, 9), lake_.NewFile("late2", 2, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, Plan({}));
  EXPECT_EQ(DeletesOf(plan, "a"), (Names{"pos"}));
  EXPECT_EQ(DeletesOf(plan, "b"), (Names{"eq"}));
  EXPECT_EQ(DeletesOf(plan, "c"), Names{});
  EXPECT_EQ(DeletesOf(plan, "late"), Names{});  // younger than the deletes
  EXPECT_EQ(DeletesOf(plan, "late2"), Names{});
}

TEST_F(PlanScanTest, PositionDeletesOfOneFileApplyToItOnly) {
  ASSERT_OK_AND_ASSIGN(metadata_, lake_.Append(metadata_, {lake_.NewFile("a2", 1, 0, 9)}));
  DataFile named = NewDelete("named", FileContent::kPositionDeletes, 1);
  named.referenced_data_file = lake_.location() + "/data/a";
  DataFile bounded = NewDelete("bounded", FileContent::kPositionDeletes, 1);
  bounded.lower_bounds = bounded.upper_bounds = {{2147483546, lake_.location() + "/data/a2"}};
  AddDeletes({named, bounded});
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, Plan({}));
  EXPECT_EQ(DeletesOf(plan, "a"), (Names{"named"}));
  EXPECT_EQ(DeletesOf(plan, "a2"), (Names{"bounded"}));
}

TEST_F(PlanScanTest, DeletionVectorReplacesPositionDeletes) {
  ASSERT_OK_AND_ASSIGN(metadata_,
                       ApplyUpdates(&metadata_, {update::UpgradeFormatVersion{3}}, {}, lake_.clock()));
  AddDeletes({NewDelete("pos", FileContent::kPositionDeletes, 1)});
  DataFile vector = NewDelete("vector", FileContent::kPositionDeletes, 1);
  vector.file_format = "PUFFIN";
  vector.referenced_data_file = lake_.location() + "/data/a";
  vector.content_offset = 4;
  vector.content_size_in_bytes = 40;
  AddDeletes({vector, NewDelete("eq", FileContent::kEqualityDeletes, 1)});
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, Plan({}));
  EXPECT_EQ(DeletesOf(plan, "a"), (Names{"vector", "eq"}));
}

// An equality delete of an unpartitioned spec is for files of every partition and spec, a position delete is
// not.
TEST_F(PlanScanTest, EqualityDeletesOfNoPartitionApplyToAll) {
  ASSERT_OK_AND_ASSIGN(
      metadata_,
      ApplyUpdates(&metadata_, {update::AddPartitionSpec{PartitionSpec{}}, update::SetDefaultSpec{-1}}, {},
                   lake_.clock()));
  DataFile equality = NewDelete("eq", FileContent::kEqualityDeletes, 0);
  DataFile position = NewDelete("pos", FileContent::kPositionDeletes, 0);
  DataFile unpartitioned = lake_.NewFile("whole", 0, 0, 9);
  for (DataFile* file : {&equality, &position, &unpartitioned}) {
    file->partition_spec_id = metadata_.default_spec_id;
    file->partition.clear();
  }
  ASSERT_OK_AND_ASSIGN(metadata_, lake_.Append(metadata_, {unpartitioned}));
  AddDeletes({equality, position});
  unpartitioned.file_path = lake_.location() + "/data/late";
  ASSERT_OK_AND_ASSIGN(metadata_, lake_.Append(metadata_, {unpartitioned}));
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, Plan({}));
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(DeletesOf(plan, name), (Names{"eq"})) << name;
  EXPECT_EQ(DeletesOf(plan, "whole"), (Names{"eq", "pos"}));
  EXPECT_EQ(DeletesOf(plan, "late"), Names{});
}

// A manifest from before its partition column was widened, and a delete from after.
TEST_F(PlanScanTest, DeletesFindPartitionsOfWidenedColumns) {
  TestLake lake;
  Schema schema = TestLake::TestSchema();
  schema.fields[2].type = Type::Primitive(TypeId::kInt);
  NewTable table;
  table.schema = schema;
  table.spec = TestLake::SpecOf(kClicks, "clicks", "identity");
  table.location = lake.location();
  ASSERT_OK_AND_ASSIGN(TableMetadata metadata, NewTableMetadata(table, lake.clock(), lake.random()));
  DataFile file = lake.NewFile("old", 0, 0, 0);
  file.lower_bounds.clear();
  file.upper_bounds.clear();
  file.partition = {Literal(int32_t{7})};
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {file}));
  schema.schema_id = 1;
  schema.fields[2].type = Type::Primitive(TypeId::kLong);
  ASSERT_OK_AND_ASSIGN(
      metadata, ApplyUpdates(&metadata, {update::AddSchema{schema, {}}, update::SetCurrentSchema{-1}}, {},
                             lake.clock()));
  ScanOptions options;
  options.filter = Expression::Equal(kClicks, Literal(int64_t{7}));
  ASSERT_OK_AND_ASSIGN(ScanPlan plan, PlanScan(lake.storage(), metadata, options));
  EXPECT_EQ(plan.files.size(), 1u);
  options.filter = Expression::Equal(kClicks, Literal(int64_t{8}));
  ASSERT_OK_AND_ASSIGN(plan, PlanScan(lake.storage(), metadata, options));
  EXPECT_EQ(plan.files.size(), 0u);

  metadata_ = metadata;
  DataFile erase = NewDelete("eq", FileContent::kEqualityDeletes, 0);
  erase.partition = {Literal(int64_t{7})};
  AddDeletesIn(lake, {erase});
  ASSERT_OK_AND_ASSIGN(plan, PlanScan(lake.storage(), metadata_));
  EXPECT_EQ(DeletesOf(plan, "old"), (Names{"eq"}));
}

}  // namespace
}  // namespace lifeboat::iceberg
