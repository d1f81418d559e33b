#include "iceberg/write/append_files.h"

#include <gtest/gtest.h>

#include "iceberg/manifest/manifest.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/test_lake.h"
#include "storage/faulty/faulty_storage.h"

namespace lifeboat::iceberg {
namespace {

class AppendFilesTest : public ::testing::TestWithParam<int32_t> {
 protected:
  TestLake lake_;
};
INSTANTIATE_TEST_SUITE_P(FormatVersion, AppendFilesTest, ::testing::Values(1, 2, 3));

TEST_P(AppendFilesTest, BecomesASnapshot) {
  const int32_t version = GetParam();
  TableMetadata metadata = lake_.NewTestTable(version);
  ASSERT_OK_AND_ASSIGN(metadata,
                       lake_.Append(metadata, {lake_.NewFile("a", 1, 0, 9), lake_.NewFile("b", 2, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(metadata, lake_.Append(metadata, {lake_.NewFile("c", 2, 0, 9)}));
  ASSERT_EQ(metadata.snapshots.size(), 2u);
  const Snapshot& first = *metadata.snapshots[0];
  const Snapshot& second = *metadata.current_snapshot();
  EXPECT_EQ(second.parent_snapshot_id, first.snapshot_id);
  EXPECT_EQ(second.operation, "append");
  EXPECT_EQ(second.sequence_number, version == 1 ? 0 : 2);
  EXPECT_EQ(second.schema_id, metadata.current_schema_id);
  const StringMap totals_of_first = {{"added-data-files", "2"},       {"added-records", "20"},
                                     {"added-files-size", "2000"},    {"changed-partition-count", "2"},
                                     {"total-data-files", "2"},       {"total-records", "20"},
                                     {"total-files-size", "2000"},    {"total-delete-files", "0"},
                                     {"total-position-deletes", "0"}, {"total-equality-deletes", "0"}};
  EXPECT_EQ(first.summary, totals_of_first);
  EXPECT_EQ(second.summary.at("added-records"), "10");
  EXPECT_EQ(second.summary.at("total-records"), "30");
  EXPECT_EQ(second.summary.at("changed-partition-count"), "1");
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, PlanScan(lake_.storage(), metadata));
  EXPECT_EQ(plan.files.size(), 3u);
  if (version < 3) return;
  EXPECT_EQ(first.first_row_id, 0);
  EXPECT_EQ(first.added_rows, 20);
  EXPECT_EQ(second.first_row_id, 20);
  EXPECT_EQ(metadata.next_row_id, 30);
  for (const PlannedFile& file : plan.files) {
    const int64_t row_id = file.file.file_path.ends_with("/a")   ? 0
                           : file.file.file_path.ends_with("/b") ? 10
                                                                 : 20;
    EXPECT_EQ(file.file.first_row_id, row_id) << file.file.file_path;
  }
}

TEST_P(AppendFilesTest, CarriesOldManifestsOverUntouched) {
  TableMetadata metadata = lake_.NewTestTable(GetParam());
  ASSERT_OK_AND_ASSIGN(metadata, lake_.Append(metadata, {lake_.NewFile("a", 1, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> before,
                       ReadManifestList(lake_.storage(), *metadata.current_snapshot()));
  ASSERT_OK_AND_ASSIGN(metadata, lake_.Append(metadata, {lake_.NewFile("b", 2, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> after,
                       ReadManifestList(lake_.storage(), *metadata.current_snapshot()));
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[1].manifest_path, before[0].manifest_path);
  EXPECT_EQ(after[1].manifest_length, before[0].manifest_length);
  EXPECT_EQ(after[1].sequence_number, before[0].sequence_number);
  EXPECT_EQ(after[1].added_snapshot_id, before[0].added_snapshot_id);
  EXPECT_EQ(after[1].first_row_id, before[0].first_row_id);
}

TEST(AppendFiles, WritesWhatItSaysAndDiscardsIt) {
  TestLake lake;
  const TableMetadata metadata = lake.NewTestTable(2);
  AppendOptions options;
  options.summary = {{"engine-name", "test"}};
  ASSERT_OK_AND_ASSIGN(const PreparedAppend append,
                       AppendFiles(lake.storage(), metadata, {lake.NewFile("a", 1, 0, 9)}, options,
                                   lake.clock(), lake.random()));
  ASSERT_EQ(append.written.size(), 2u);
  EXPECT_TRUE(append.written[0].starts_with(lake.location() + "/metadata/"));
  EXPECT_TRUE(append.written[0].ends_with("-m0.avro"));
  EXPECT_TRUE(append.written[1].starts_with(
      fmt::format("{}/metadata/snap-{}-1-", lake.location(), append.snapshot_id)));
  for (const std::string& location : append.written) {
    ASSERT_OK_AND_ASSIGN(const storage::ObjectInfo info, lake.storage().Stat(location));
    EXPECT_GT(info.size_bytes, 0u);
  }
  ASSERT_OK_AND_ASSIGN(const TableMetadata after, ApplyUpdates(&metadata, append.updates, {}, lake.clock()));
  EXPECT_EQ(after.current_snapshot()->summary.at("engine-name"), "test");
  ASSERT_OK(DiscardAppend(lake.storage(), append));
  for (const std::string& location : append.written) {
    EXPECT_STATUS(StatusCode::kNotFound, lake.storage().Stat(location));
  }
}

TEST(AppendFiles, LoserOfARaceIsRefusedAndTriesAgain) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(2);
  const std::vector<DataFile> files = {lake.NewFile("mine", 1, 0, 9)};
  ASSERT_OK_AND_ASSIGN(const PreparedAppend mine,
                       AppendFiles(lake.storage(), metadata, files, {}, lake.clock(), lake.random()));
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("theirs", 1, 0, 9)}));
  EXPECT_STATUS(StatusCode::kConflict, CheckRequirements(&metadata, mine.requirements));
  ASSERT_OK(DiscardAppend(lake.storage(), mine));
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, files));
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, PlanScan(lake.storage(), metadata));
  EXPECT_EQ(plan.files.size(), 2u);
}

TEST(AppendFiles, NewBranchGrowsFromTheCurrentSnapshot) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(2);
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("a", 1, 0, 9)}));
  const int64_t main_snapshot = *metadata.current_snapshot_id;
  AppendOptions options;
  options.branch = "audit";
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("b", 1, 0, 9)}, options));
  EXPECT_EQ(metadata.current_snapshot_id, main_snapshot);
  ScanOptions scan;
  scan.ref = "audit";
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, PlanScan(lake.storage(), metadata, scan));
  EXPECT_EQ(plan.files.size(), 2u);
}

TEST(AppendFiles, OneManifestPerSpec) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(2);
  update::AddPartitionSpec add;
  add.spec = TestLake::SpecOf(kCampaignId, "campaign_bucket", "bucket[4]");
  add.spec.spec_id = 1;
  add.spec.fields[0].field_id = 1001;
  ASSERT_OK_AND_ASSIGN(metadata,
                       ApplyUpdates(&metadata, {add, update::SetDefaultSpec{-1}}, {}, lake.clock()));
  DataFile new_spec = lake.NewFile("new", 0, 0, 9);
  new_spec.partition_spec_id = 1;
  new_spec.partition = {Literal(int32_t{2})};
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("old", 1, 0, 9), new_spec}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> manifests,
                       ReadManifestList(lake.storage(), *metadata.current_snapshot()));
  ASSERT_EQ(manifests.size(), 2u);
  EXPECT_EQ(manifests[0].partition_spec_id, 0);
  EXPECT_EQ(manifests[1].partition_spec_id, 1);
  EXPECT_EQ(metadata.current_snapshot()->summary.at("changed-partition-count"), "2");
}

TEST(AppendFiles, RefusesWhatDoesNotBelong) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(2);
  DataFile file = lake.NewFile("a", 1, 0, 9);
  file.partition_spec_id = 9;
  EXPECT_STATUS(StatusCode::kInvalidArgument, lake.Append(metadata, {file}));
  file = lake.NewFile("a", 1, 0, 9);
  file.partition = {Literal("text")};
  EXPECT_STATUS(StatusCode::kInvalidArgument, lake.Append(metadata, {file}));
  file = lake.NewFile("a", 1, 0, 9);
  file.content = FileContent::kEqualityDeletes;
  EXPECT_STATUS(StatusCode::kInvalidArgument, lake.Append(metadata, {file}));
  // Nothing is left behind.
  int64_t objects = 0;
  ASSERT_OK(lake.storage().List(lake.location(), [&](const storage::ObjectInfo&) {
    ++objects;
    return Status::Ok();
  }));
  EXPECT_EQ(objects, 0);
}

// A version 1 snapshot that names its manifests itself, in a table that has become version 2.
TEST(AppendFiles, CountsManifestsThatNobodyCounted) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(1);
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("a", 1, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> manifests,
                       ReadManifestList(lake.storage(), *metadata.current_snapshot()));
  auto bare = std::make_shared<Snapshot>(*metadata.current_snapshot());
  bare->manifest_list.clear();
  bare->manifests = {manifests[0].manifest_path};
  metadata.snapshots.back() = bare;
  metadata.format_version = 2;
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("b", 1, 0, 9)}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> after,
                       ReadManifestList(lake.storage(), *metadata.current_snapshot()));
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[1].added_files_count, 1);
  EXPECT_EQ(after[1].added_rows_count, 10);
  EXPECT_EQ(after[1].deleted_files_count, 0);
  ASSERT_OK_AND_ASSIGN(const ScanPlan plan, PlanScan(lake.storage(), metadata));
  EXPECT_EQ(plan.files.size(), 2u);
}

// The objects of a table's metadata folder.
std::vector<std::string> MetadataObjects(TestLake& lake) {
  std::vector<std::string> locations;
  const Status status = lake.storage().List(lake.location() + "/metadata/", [&](const auto& info) {
    locations.push_back(info.location);
    return Status::Ok();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
  return locations;
}

// Every operation of an append fails in turn, in each way storage can: the error comes back, nothing stays.
TEST(AppendFiles, StorageErrorsLeaveNothing) {
  TestLake lake;
  TableMetadata metadata = lake.NewTestTable(2);
  ASSERT_OK_AND_ASSIGN(metadata, lake.Append(metadata, {lake.NewFile("a", 1, 0, 9)}));
  const std::vector<std::string> before = MetadataObjects(lake);
  ASSERT_EQ(before.size(), 2u);
  const std::vector<DataFile> files = {lake.NewFile("b", 2, 0, 9)};
  for (const storage::Effect effect : {storage::Effect::kDrop, storage::Effect::kFail,
                                       storage::Effect::kPublishThenFail, storage::Effect::kTear}) {
    int failures = 0;
    for (uint64_t nth = 1; nth < 20; ++nth) {
      storage::FaultPlan plan;
      plan.Add({.operations = {storage::Operation::kWrite, storage::Operation::kRead},
                .nth = nth,
                .effect = effect});
      storage::FaultyStorage faulty(&lake.storage(), std::move(plan), /*seed=*/nth);
      const Result<PreparedAppend> append =
          AppendFiles(faulty, metadata, files, {}, lake.clock(), lake.random());
      if (faulty.faults().empty()) {
        ASSERT_OK(append);
        ASSERT_OK(DiscardAppend(lake.storage(), *append));
        break;
      }
      ++failures;
      EXPECT_FALSE(append.ok()) << "operation " << nth;
      EXPECT_EQ(MetadataObjects(lake), before) << "operation " << nth;
    }
    EXPECT_EQ(failures, 3);  // the manifest, the old list read, the new list
  }
}

TEST(AppendFiles, FoldersFollowTheTablesProperties) {
  TableMetadata metadata;
  metadata.location = "s3://lake/t";
  EXPECT_EQ(DataLocation(metadata), "s3://lake/t/data");
  EXPECT_EQ(MetadataLocation(metadata), "s3://lake/t/metadata");
  metadata.properties = {{"write.data.path", "s3://other/d/"}, {"write.metadata.path", "s3://other/m"}};
  EXPECT_EQ(DataLocation(metadata), "s3://other/d");
  EXPECT_EQ(MetadataLocation(metadata), "s3://other/m");
}

}  // namespace
}  // namespace lifeboat::iceberg
