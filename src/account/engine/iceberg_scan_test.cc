#include "account/engine/iceberg_scan.h"

#include <gtest/gtest.h>

#include "account/engine/duck_database.h"
#include "account/engine/engine_testing.h"
#include "base/testing.h"

namespace lifeboat::account {
namespace {

using iceberg::TypeId;
using testing::FunctionSource;
using testing::MakeField;

// A table of 10 files of 100 rows: file n has day d<n>, id n*100 … n*100+99, cost id/10 (null in file 3).
class IcebergScanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fields_ = {MakeField(1, "id", TypeId::kLong), MakeField(2, "day", TypeId::kString),
               MakeField(3, "cost", TypeId::kDouble)};
    iceberg::NewTable table;
    table.schema.fields = fields_;
    iceberg::PartitionField day;
    day.source_id = 2;
    day.name = "day";
    table.spec.fields = {day};
    table.location = "file://" + dir_.path() + "/t";
    ASSERT_OK_AND_ASSIGN(metadata_, iceberg::NewTableMetadata(table));
    for (int64_t file = 0; file < 10; ++file) WriteFile(file);
    Open();
  }
  void WriteFile(int64_t number) {
    ParquetWriteOptions options;
    options.schema = metadata_.schema();
    options.partition_spec = metadata_.spec();
    options.data_location = metadata_.location + "/data";
    std::vector<std::unique_ptr<RowSource>> sources;
    sources.push_back(
        std::make_unique<FunctionSource>(number * 100, 100, [number](RowChunk& chunk, size_t row, int64_t i) {
          chunk.Longs(0)[row] = i;
          chunk.SetString(1, row, "d" + std::to_string(number));
          chunk.Doubles(2)[row] = static_cast<double>(i) / 10;
          if (number == 3) chunk.SetNull(2, row);
        }));
    ASSERT_OK_AND_ASSIGN(const auto files, WriteParquet(storage_, options, std::move(sources)));
    ASSERT_EQ(files.size(), 1u);
    iceberg::PlannedFile planned;
    planned.file = files[0];
    plan_.files.push_back(planned);
  }
  void Open() {
    DuckOptions options;
    options.storage = storage_;
    ASSERT_OK_AND_ASSIGN(duck_, DuckDatabase::Open(options));
    ASSERT_OK_AND_ASSIGN(connection_, duck_->Connect());
  }
  // The FROM item of the table as it is planned now, read with `fields_`.
  std::string Table() {
    auto schema = std::make_shared<iceberg::Schema>(metadata_.schema());
    schema->fields = fields_;
    plan_.schema = schema;
    auto scan = std::make_shared<IcebergScan>();
    scan->table_name = "LAKE.ADS.T";
    scan->metadata = std::make_shared<const iceberg::TableMetadata>(metadata_);
    scan->plan = std::make_shared<const iceberg::ScanPlan>(plan_);
    return "lb_iceberg_scan('" + duck_->scans().Add(scan) + "')";
  }
  // Row 1 of the result as text, and how many data files it took.
  std::string Query(const std::string& select, const std::string& rest = "") {
    storage_->TakeDataFilesRead();
    const Result<DuckResult> result =
        connection_->Query("SELECT " + select + " FROM " + Table() + " t " + rest);
    if (!result.ok()) return result.status().ToString();
    files_read_ = storage_->TakeDataFilesRead().size();
    std::string text;
    for (const Cell& cell : result->rows.at(0)) text += (text.empty() ? "" : "|") + cell.value_or("~");
    return text;
  }

  testing::TempDir dir_;
  std::shared_ptr<testing::CountingStorage> storage_ = std::make_shared<testing::CountingStorage>();
  std::vector<iceberg::Field> fields_;
  iceberg::TableMetadata metadata_;
  iceberg::ScanPlan plan_;
  std::unique_ptr<DuckDatabase> duck_;
  std::unique_ptr<DuckConnection> connection_;
  size_t files_read_ = 0;
};

TEST_F(IcebergScanTest, ReadsEveryFile) {
  EXPECT_EQ(Query("sum(id), count(cost), max(day)"), "499500|900|d9");
  EXPECT_EQ(files_read_, 10u);
}

TEST_F(IcebergScanTest, CountsWithoutOpeningAFile) {
  EXPECT_EQ(Query("count(*)"), "1000");
  EXPECT_EQ(files_read_, 0u);
}

TEST_F(IcebergScanTest, LeavesOutFilesByPartition) {
  EXPECT_EQ(Query("count(*), min(id)", "WHERE day = 'd4'"), "100|400");
  EXPECT_EQ(files_read_, 1u);
  EXPECT_EQ(Query("count(cost)", "WHERE day IN ('d1', 'd2', 'nope')"), "200");
  EXPECT_EQ(files_read_, 2u);
}

TEST_F(IcebergScanTest, LeavesOutFilesByBounds) {
  EXPECT_EQ(Query("count(cost)", "WHERE id BETWEEN 250 AND 260"), "11");
  EXPECT_EQ(files_read_, 1u);
  EXPECT_EQ(Query("count(cost)", "WHERE id < 50 OR id >= 950"), "100");
  EXPECT_EQ(files_read_, 2u);
  EXPECT_EQ(Query("sum(id)", "WHERE cost IS NULL"), "34950");
  EXPECT_EQ(files_read_, 1u);
  EXPECT_EQ(Query("count(id)", "WHERE day LIKE 'd7%'"), "100");
  EXPECT_EQ(files_read_, 1u);
}

TEST_F(IcebergScanTest, LeavesOutFilesByTheKeysOfAJoin) {
  EXPECT_EQ(Query("sum(t.id)", "JOIN (VALUES ('d5')) k(day) ON t.day = k.day"), "54950");
  EXPECT_EQ(files_read_, 1u);
}

TEST_F(IcebergScanTest, AFilterThatNothingCanMatchReadsNothing) {
  EXPECT_EQ(Query("count(id)", "WHERE id > 100000"), "0");
  EXPECT_EQ(files_read_, 0u);
}

TEST_F(IcebergScanTest, AnEmptyTableHasNoRows) {
  plan_.files.clear();
  EXPECT_EQ(Query("count(*)"), "0");
  EXPECT_EQ(Query("count(id), max(day)", "WHERE id > 3"), "0|~");
}

TEST_F(IcebergScanTest, ADamagedFileIsNamed) {
  const std::string location = plan_.files[4].file.file_path;
  ASSERT_OK_AND_ASSIGN(const std::string bytes, storage_->Read(location));
  ASSERT_OK(storage_->Write(location, std::string_view(bytes).substr(0, bytes.size() / 2), {}));
  const std::string answer = Query("sum(id)");
  EXPECT_NE(answer.find(location), std::string::npos) << answer;
  ASSERT_OK(storage_->Delete(location));
  EXPECT_NE(Query("sum(id), max(id)").find(location), std::string::npos);
  EXPECT_EQ(Query("sum(id)", "WHERE day = 'd5'"), "54950");
}

TEST_F(IcebergScanTest, ColumnsFollowTheirFieldIds) {
  // Renamed, reordered, one dropped, one added since the files were written.
  fields_ = {MakeField(3, "cost_usd", TypeId::kDouble), MakeField(7, "note", TypeId::kString),
             MakeField(1, "number", TypeId::kLong)};
  EXPECT_EQ(Query("sum(number), count(note), round(sum(cost_usd))"), "499500|0|46455");
}

TEST_F(IcebergScanTest, TypesMayHaveBeenWidened) {
  fields_[0] = MakeField(1, "id", TypeId::kLong);
  fields_[2] = MakeField(3, "cost", TypeId::kDouble);
  EXPECT_EQ(Query("typeof(id), typeof(cost)", "LIMIT 1"), "BIGINT|DOUBLE");
}

TEST_F(IcebergScanTest, PositionDeletesTakeRowsAway) {
  ParquetWriteOptions options;
  options.schema.fields = {MakeField(2147483546, "file_path", TypeId::kString, true),
                           MakeField(2147483545, "pos", TypeId::kLong, true)};
  options.data_location = metadata_.location + "/deletes";
  const std::string target = plan_.files[2].file.file_path;
  std::vector<std::unique_ptr<RowSource>> sources;
  sources.push_back(std::make_unique<FunctionSource>(10, 20, [&](RowChunk& chunk, size_t row, int64_t i) {
    chunk.SetString(0, row, i % 2 == 0 ? target : "file:///elsewhere.parquet");
    chunk.Longs(1)[row] = i;
  }));
  ASSERT_OK_AND_ASSIGN(const auto files, WriteParquet(storage_, options, std::move(sources)));
  iceberg::DeleteFile deletes;
  deletes.file = files.at(0);
  deletes.file.content = iceberg::FileContent::kPositionDeletes;
  plan_.delete_files.push_back(deletes);
  plan_.files[2].deletes = {0};
  // Rows 10, 12, … 28 of file 2 are gone: ids 210 … 228.
  EXPECT_EQ(Query("count(*), count(id), sum(id)"), "990|990|497310");
  EXPECT_EQ(Query("count(*)", "WHERE id = 210"), "0");
  EXPECT_EQ(Query("count(*)", "WHERE id = 211"), "1");
}

TEST_F(IcebergScanTest, WhatCannotBeReadIsRefusedByName) {
  iceberg::DeleteFile deletes;
  deletes.file.content = iceberg::FileContent::kEqualityDeletes;
  plan_.delete_files.push_back(deletes);
  const std::string answer = Query("count(*)");
  EXPECT_NE(answer.find("LAKE.ADS.T"), std::string::npos) << answer;
  EXPECT_NE(answer.find("equality deletes"), std::string::npos) << answer;
}

TEST_F(IcebergScanTest, NothingElseOnTheMachineCanBeRead) {
  EXPECT_FALSE(connection_->Query("SELECT * FROM read_text('/etc/passwd')").ok());
  EXPECT_FALSE(connection_->Query("COPY (SELECT 1) TO '" + dir_.path() + "/x.csv'").ok());
  EXPECT_FALSE(connection_->Query("ATTACH '" + dir_.path() + "/y.duckdb' AS y").ok());
  EXPECT_FALSE(connection_->Query("SET enable_external_access = true").ok());
  EXPECT_FALSE(connection_->Query("INSTALL httpfs").ok());
}

}  // namespace
}  // namespace lifeboat::account
