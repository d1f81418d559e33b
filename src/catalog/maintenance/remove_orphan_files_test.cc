#include "catalog/maintenance/remove_orphan_files.h"

#include <gtest/gtest.h>

#include "catalog/maintenance/test_history.h"

namespace lifeboat::catalog {
namespace {

class RemoveOrphanFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    history_.Append("main", 2);
    history_.Overwrite("main", {*history_.Shown("main").begin()}, 1);
  }
  Result<RemoveOrphanFilesResult> Remove(const RemoveOrphanFilesOptions& options = {},
                                         const std::vector<TableIdentifier>& tables = {TestHistory::kTable}) {
    return RemoveOrphanFiles(history_.catalog, *history_.storage, tables, options, context_, history_.clock);
  }
  void Write(const std::string& location, std::string_view bytes = "orphan") {
    ASSERT_OK(history_.storage->Write(location, bytes, {.durable = false}));
  }
  // Another table with this location; `change` may alter its metadata.
  void PutTable(
      const std::string& name, const std::string& location,
      const std::function<void(iceberg::TableMetadata&)>& change = [](iceberg::TableMetadata&) {}) {
    iceberg::TableMetadata metadata;
    {
      iceberg::NewTable table;
      table.schema = iceberg::TestLake::TestSchema();
      table.location = location;
      auto made = iceberg::NewTableMetadata(table, history_.clock, history_.random);
      ASSERT_OK(made);
      metadata = std::move(made).value();
    }
    change(metadata);
    ASSERT_OK(history_.catalog.Put({{"n"}, name}, std::move(metadata)));
  }

  TestHistory history_;
  MaintenanceContext context_;
};

TEST_F(RemoveOrphanFilesTest, TakesOrphansAndNothingElse) {
  const std::set<std::string> before = history_.FilesOnDisk();
  const std::string data = history_.Location() + "/data/deep/er/orphan.parquet";
  const std::string manifest = history_.Location() + "/metadata/orphan.avro";
  Write(data);
  Write(manifest);
  Write(storage::FileLocation(history_.folder + "/table2/data/neighbour.parquet"));
  auto dry = Remove({.dry_run = true});
  ASSERT_OK(dry);
  EXPECT_EQ(dry->orphans, (std::vector<std::string>{data, manifest}));
  EXPECT_EQ(dry->orphan_bytes, 12u);
  EXPECT_EQ(history_.FilesOnDisk().size(), before.size() + 2);
  auto removed = Remove();
  ASSERT_OK(removed);
  EXPECT_EQ(removed->orphans, dry->orphans);
  EXPECT_EQ(removed->files.deleted, 2u);
  EXPECT_EQ(history_.FilesOnDisk(), before);
  EXPECT_OK(history_.storage->Stat(history_.folder + "/table2/data/neighbour.parquet"));
  auto again = Remove();
  ASSERT_OK(again);
  EXPECT_TRUE(again->orphans.empty());
}

TEST_F(RemoveOrphanFilesTest, TheYoungAreLeftToTheirWriters) {
  Write(history_.Location() + "/data/young.parquet");
  auto kept = Remove({.older_than = std::chrono::hours(24 * 30)});
  ASSERT_OK(kept);
  EXPECT_TRUE(kept->orphans.empty());
  EXPECT_EQ(kept->kept_young, kept->listed);
}

TEST_F(RemoveOrphanFilesTest, AFileThatBecomesPartOfATableMeanwhileStays) {
  const std::string location = history_.WriteFile().file_path;
  // Committed after the listing: the first look at the catalog's tables already shows it.
  bool committed = false;
  context_.check = [&] {
    if (!committed) {
      committed = true;
      iceberg::DataFile file;
      file.file_path = location;
      file.record_count = 1;
      file.file_size_in_bytes = 4;
      const auto metadata = history_.Metadata();
      auto append =
          iceberg::AppendFiles(*history_.storage, *metadata, {file}, {}, history_.clock, history_.random);
      EXPECT_OK(append);
      EXPECT_OK(history_.catalog.CommitTable(TestHistory::kTable, append->requirements, append->updates));
    }
    return Status::Ok();
  };
  auto removed = Remove();
  ASSERT_OK(removed);
  EXPECT_TRUE(committed);
  EXPECT_TRUE(removed->orphans.empty());
  EXPECT_OK(history_.storage->Stat(location));
}

TEST_F(RemoveOrphanFilesTest, TablesThatShareALocationAreRefused) {
  const std::string location = history_.Location();
  for (const std::string& other :
       {location, location + "/data/inner", storage::FileLocation(history_.folder)}) {
    PutTable("other", other);
    const Status refused = Remove().status();
    EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition) << other;
    EXPECT_NE(refused.message().find("n.other"), std::string::npos) << refused.message();
    EXPECT_NE(refused.message().find("n.t"), std::string::npos) << refused.message();
  }
  PutTable(
      "other", storage::FileLocation(history_.folder + "/elsewhere"),
      [&](iceberg::TableMetadata& metadata) { metadata.properties["write.data.path"] = location + "/data"; });
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Remove());
  PutTable("other", location + "2");
  EXPECT_OK(Remove());
  EXPECT_OK(Remove({}, {TestHistory::kTable, {{"n"}, "other"}}));
}

TEST_F(RemoveOrphanFilesTest, WhatATableElsewhereHoldsByPathStays) {
  const iceberg::DataFile file = history_.WriteFile();
  PutTable("borrower", storage::FileLocation(history_.folder + "/borrower"));
  const TableIdentifier borrower = {{"n"}, "borrower"};
  ASSERT_OK_AND_ASSIGN(const LoadedTable table, history_.catalog.LoadTable(borrower));
  auto append =
      iceberg::AppendFiles(*history_.storage, *table.metadata, {file}, {}, history_.clock, history_.random);
  ASSERT_OK(append);
  ASSERT_OK(history_.catalog.CommitTable(borrower, append->requirements, append->updates));
  auto removed = Remove();
  ASSERT_OK(removed);
  EXPECT_TRUE(removed->orphans.empty());
  ASSERT_OK(history_.catalog.DropTable(borrower, false));
  removed = Remove();
  ASSERT_OK(removed);
  EXPECT_EQ(removed->orphans, std::vector<std::string>{file.file_path});
}

TEST_F(RemoveOrphanFilesTest, MetadataOfViewsAndOfOtherTablesStays) {
  const std::string folder = history_.Location() + "/metadata/";
  Write(folder + "00000-view.metadata.json", R"({"view-uuid":"v","format-version":1,"location":"x"})");
  auto stranger = *history_.Metadata();
  stranger.table_uuid = "6f1d7c0e-0000-4000-8000-000000000001";
  Write(folder + "00000-stranger.metadata.json", iceberg::ToJsonText(stranger));
  Write(folder + "00009-failed.metadata.json", iceberg::ToJsonText(*history_.Metadata()));
  auto removed = Remove();
  ASSERT_OK(removed);
  EXPECT_EQ(removed->orphans, std::vector<std::string>{folder + "00009-failed.metadata.json"});
}

TEST_F(RemoveOrphanFilesTest, NothingIsDeletedWhenATableCannotBeRead) {
  Write(history_.Location() + "/data/orphan.parquet");
  const size_t files = history_.FilesOnDisk().size();
  Write(history_.Metadata()->current_snapshot()->manifest_list, "not avro");
  EXPECT_FALSE(Remove().ok());
  EXPECT_EQ(history_.FilesOnDisk().size(), files);
  ASSERT_OK(history_.catalog.CommitTable(TestHistory::kTable, {},
                                         {iceberg::update::SetProperties{{{"gc.enabled", "false"}}}}));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Remove());
}

}  // namespace
}  // namespace lifeboat::catalog
