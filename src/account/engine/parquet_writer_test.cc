#include "account/engine/parquet_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "account/engine/engine_testing.h"
#include "base/testing.h"
#include "iceberg/model/literal.h"

namespace lifeboat::account {
namespace {

using iceberg::TypeId;
using testing::FunctionSource;
using testing::MakeField;

class ParquetWriterTest : public ::testing::Test {
 protected:
  ParquetWriterTest() {
    options_.schema.fields = {MakeField(1, "id", TypeId::kLong, true), MakeField(2, "day", TypeId::kString),
                              MakeField(3, "cost", TypeId::kDouble), MakeField(4, "ok", TypeId::kBoolean),
                              MakeField(5, "hour", TypeId::kInt)};
    options_.data_location = "file://" + dir_.path() + "/data";
  }
  // Row i: id i, day d<i mod 3>, cost i / 2 or null for i mod 5 = 0, ok, hour i mod 24.
  static void SetRow(RowChunk& chunk, size_t row, int64_t i) {
    chunk.Longs(0)[row] = i;
    chunk.SetString(1, row, "d" + std::to_string(i % 3));
    chunk.Doubles(2)[row] = static_cast<double>(i) / 2;
    if (i % 5 == 0) chunk.SetNull(2, row);
    chunk.Booleans(3)[row] = i % 2 == 0;
    chunk.Ints(4)[row] = static_cast<int32_t>(i % 24);
  }
  Result<std::vector<iceberg::DataFile>> Write(int64_t rows, int sources) {
    std::vector<std::unique_ptr<RowSource>> parts;
    for (int part = 0; part < sources; ++part) {
      const int64_t first = rows * part / sources;
      parts.push_back(std::make_unique<FunctionSource>(first, rows * (part + 1) / sources - first, SetRow));
    }
    return WriteParquet(storage_, options_, std::move(parts));
  }
  int64_t FilesOnDisk() const {
    int64_t count = 0;
    std::error_code missing;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path(), missing)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }

  testing::TempDir dir_;
  std::shared_ptr<testing::CountingStorage> storage_ = std::make_shared<testing::CountingStorage>();
  ParquetWriteOptions options_;
};

TEST_F(ParquetWriterTest, ReportsCountsAndBoundsOfEachColumn) {
  ASSERT_OK_AND_ASSIGN(const auto files, Write(10'000, 1));
  ASSERT_EQ(files.size(), 1u);
  const iceberg::DataFile& file = files[0];
  EXPECT_EQ(file.record_count, 10'000);
  EXPECT_TRUE(file.partition.empty());
  ASSERT_OK_AND_ASSIGN(const storage::ObjectInfo info, storage_->Stat(file.file_path));
  EXPECT_EQ(static_cast<int64_t>(info.size_bytes), file.file_size_in_bytes);
  EXPECT_EQ(*iceberg::Find(file.value_counts, 3), 10'000);
  EXPECT_EQ(*iceberg::Find(file.null_value_counts, 3), 2'000);
  EXPECT_EQ(*iceberg::Find(file.null_value_counts, 1), 0);
  const auto bound = [&](const iceberg::FieldMap<std::string>& bounds, int32_t id) {
    return *iceberg::LiteralFromBytes(options_.schema.FindField(id)->type, *iceberg::Find(bounds, id));
  };
  EXPECT_EQ(bound(file.lower_bounds, 1), iceberg::Literal(int64_t{0}));
  EXPECT_EQ(bound(file.upper_bounds, 1), iceberg::Literal(int64_t{9'999}));
  EXPECT_EQ(bound(file.lower_bounds, 2), iceberg::Literal("d0"));
  EXPECT_EQ(bound(file.upper_bounds, 2), iceberg::Literal("d2"));
  EXPECT_EQ(bound(file.lower_bounds, 3), iceberg::Literal(0.5));
  EXPECT_EQ(bound(file.upper_bounds, 5), iceberg::Literal(int32_t{23}));
}

TEST_F(ParquetWriterTest, SplitsRowsByPartition) {
  iceberg::PartitionField field;
  field.source_id = 2;
  field.field_id = 1000;
  field.name = "day";
  options_.partition_spec.fields = {field};
  ASSERT_OK_AND_ASSIGN(const auto files, Write(3'000, 2));
  std::map<std::string, int64_t> counts;
  for (const iceberg::DataFile& file : files) {
    ASSERT_EQ(file.partition.size(), 1u);
    counts[*file.partition[0].As<std::string>()] += file.record_count;
    // The partition column is in the file, too, so that any engine can read it.
    EXPECT_NE(iceberg::Find(file.lower_bounds, 2), nullptr);
  }
  EXPECT_EQ(counts, (std::map<std::string, int64_t>{{"d0", 1'000}, {"d1", 1'000}, {"d2", 1'000}}));
}

TEST_F(ParquetWriterTest, SplitsLargeTablesBySize) {
  options_.target_file_size_bytes = 100'000;
  options_.compression = "uncompressed";
  ASSERT_OK_AND_ASSIGN(const auto files, Write(1'000'000, 2));
  int64_t rows = 0;
  for (const iceberg::DataFile& file : files) rows += file.record_count;
  EXPECT_GT(files.size(), 1u);
  EXPECT_EQ(rows, 1'000'000);
}

TEST_F(ParquetWriterTest, AFailingSourceLeavesNothingBehind) {
  class Failing : public RowSource {
   public:
    Result<size_t> Fill(RowChunk& chunk) override {
      if (++calls_ == 100) return Status::ResourceExhausted("the source ran dry");
      for (size_t row = 0; row < chunk.capacity(); ++row) SetRow(chunk, row, static_cast<int64_t>(row));
      return chunk.capacity();
    }

   private:
    int calls_ = 0;
  };
  std::vector<std::unique_ptr<RowSource>> sources;
  sources.push_back(std::make_unique<Failing>());
  options_.target_file_size_bytes = 50'000;
  const auto files = WriteParquet(storage_, options_, std::move(sources));
  EXPECT_EQ(files.status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(files.status().message(), "the source ran dry");
  EXPECT_EQ(FilesOnDisk(), 0);
}

TEST_F(ParquetWriterTest, NoRowsMakeNoFile) {
  ASSERT_OK_AND_ASSIGN(const auto files, Write(0, 1));
  EXPECT_TRUE(files.empty());
  EXPECT_EQ(FilesOnDisk(), 0);
}

TEST_F(ParquetWriterTest, RefusesPartitionsItCannotMake) {
  iceberg::PartitionField field;
  field.source_id = 1;
  field.name = "id_bucket";
  field.transform = iceberg::Transform::Parse("bucket[4]");
  options_.partition_spec.fields = {field};
  EXPECT_STATUS(StatusCode::kUnsupported, Write(10, 1));
}

}  // namespace
}  // namespace lifeboat::account
