#include "account/engine/file_rows.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "account/engine/parquet_writer.h"
#include "base/testing.h"
#include "storage/local_storage.h"

namespace lifeboat::account {
namespace {

iceberg::Schema TestSchema() {
  iceberg::Schema schema;
  int32_t id = 0;
  for (const auto& [name, type] :
       {std::pair{"name", iceberg::TypeId::kString}, std::pair{"count", iceberg::TypeId::kInt},
        std::pair{"cost", iceberg::TypeId::kDouble}, std::pair{"new", iceberg::TypeId::kBoolean}}) {
    iceberg::Field field;
    field.id = ++id;
    field.name = name;
    field.type = iceberg::Type::Primitive(type);
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

// Row i: "row <i>" (every tenth null), i, i / 2, whether i is odd.
class NumberedRows final : public RowSource {
 public:
  explicit NumberedRows(int rows) : rows_(rows) {}
  Result<size_t> Fill(RowChunk& chunk) override {
    size_t filled = 0;
    for (; filled < chunk.capacity() && next_ < rows_; ++filled, ++next_) {
      if (next_ % 10 == 0) {
        chunk.SetNull(0, filled);
      } else {
        chunk.SetString(0, filled, fmt::format("row {}", next_));
      }
      chunk.Ints(1)[filled] = next_;
      chunk.Doubles(2)[filled] = next_ / 2.0;
      chunk.Booleans(3)[filled] = next_ % 2 == 1;
    }
    return filled;
  }

 private:
  int rows_;
  int next_ = 0;
};

// Holds one chunk of TestSchema's columns.
class TestChunk final : public RowChunk {
 public:
  explicit TestChunk(size_t capacity) { capacity_ = capacity; }
  bool* Booleans(int) override { return booleans; }
  int32_t* Ints(int) override { return ints; }
  int64_t* Longs(int) override { return nullptr; }
  float* Floats(int) override { return nullptr; }
  double* Doubles(int) override { return doubles; }
  void SetString(int, size_t row, std::string_view value) override { names[row] = std::string(value); }
  void SetNull(int, size_t row) override { names[row].reset(); }

  std::optional<std::string> names[2048];
  int32_t ints[2048];
  double doubles[2048];
  bool booleans[2048];
};

class FileRowsTest : public ::testing::Test {
 protected:
  FileRowsTest() {
    char name[] = "/tmp/lifeboat-rows-XXXXXX";
    dir_ = mkdtemp(name);
    options_.schema = TestSchema();
  }
  ~FileRowsTest() override { std::filesystem::remove_all(dir_); }

  void WriteRows(int rows) {
    ParquetWriteOptions options;
    options.schema = TestSchema();
    options.data_location = storage::FileLocation(dir_ + "/data");
    std::vector<std::unique_ptr<RowSource>> sources;
    sources.push_back(std::make_unique<NumberedRows>(rows));
    ASSERT_OK_AND_ASSIGN(const auto files, WriteParquet(storage_, options, std::move(sources)));
    for (const iceberg::DataFile& file : files) options_.locations.push_back(file.file_path);
  }

  std::string WriteText(const std::string& name, std::string_view text) {
    const std::string location = storage::FileLocation(dir_ + "/" + name);
    EXPECT_OK(storage_->Write(location, text));
    return location;
  }

  // The first error of opening or reading.
  Status ReadError() {
    Result<std::vector<std::unique_ptr<RowSource>>> sources = ReadFileRows(storage_, options_, 1);
    if (!sources.ok()) return sources.status();
    TestChunk chunk(2048);
    while (true) {
      const Result<size_t> filled = sources->front()->Fill(chunk);
      if (!filled.ok()) return filled.status();
      if (*filled == 0) return Status::Ok();
    }
  }

  std::string dir_;
  std::shared_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
  FileRowsOptions options_;
};

TEST_F(FileRowsTest, EveryRowOfParquetComesFromExactlyOneSource) {
  constexpr int kRows = 10'000;
  WriteRows(kRows);
  ASSERT_OK_AND_ASSIGN(const auto sources, ReadFileRows(storage_, options_, 3));
  std::map<int, std::optional<std::string>> seen;
  TestChunk chunk(700);  // smaller than the chunks that are read
  size_t open = sources.size();
  while (open > 0) {
    open = 0;
    for (const auto& source : sources) {
      ASSERT_OK_AND_ASSIGN(const size_t filled, source->Fill(chunk));
      open += filled > 0 ? 1 : 0;
      for (size_t i = 0; i < filled; ++i) {
        EXPECT_TRUE(seen.emplace(chunk.ints[i], chunk.names[i]).second)
            << "row " << chunk.ints[i] << " came twice";
        EXPECT_EQ(chunk.doubles[i], chunk.ints[i] / 2.0);
        EXPECT_EQ(chunk.booleans[i], chunk.ints[i] % 2 == 1);
      }
    }
  }
  ASSERT_EQ(seen.size(), static_cast<size_t>(kRows));
  EXPECT_EQ(seen[10], std::nullopt);
  EXPECT_EQ(seen[4711], "row 4711");
}

TEST_F(FileRowsTest, CsvTellsNullFromEmpty) {
  options_.format = TabularFormat::kCsv;
  options_.locations = {
      WriteText("t.csv", "name,count,cost,new\n,1,0.5,true\n\"\",2,1,false\n\"a \"\"b\"\", c\",3,2,true\n")};
  ASSERT_OK_AND_ASSIGN(const auto sources, ReadFileRows(storage_, options_, 1));
  TestChunk chunk(2048);
  ASSERT_OK_AND_ASSIGN(const size_t filled, sources[0]->Fill(chunk));
  ASSERT_EQ(filled, 3u);
  EXPECT_EQ(chunk.names[0], std::nullopt);
  EXPECT_EQ(chunk.names[1], "");
  EXPECT_EQ(chunk.names[2], "a \"b\", c");
  EXPECT_EQ(chunk.ints[2], 3);
}

TEST_F(FileRowsTest, DamagedFilesAreInvalidAndNamed) {
  WriteRows(1'000);
  ASSERT_OK_AND_ASSIGN(const std::string whole, storage_->Read(options_.locations[0]));
  options_.locations = {WriteText("cut.parquet", std::string_view(whole).substr(0, whole.size() / 2))};
  const Status cut = ReadError();
  EXPECT_EQ(cut.code(), StatusCode::kInvalidArgument) << cut.ToString();
  EXPECT_NE(cut.message().find("cut.parquet"), std::string::npos) << cut.ToString();

  options_.locations = {WriteText("other.csv", "name,count\nx,1\n")};
  options_.format = TabularFormat::kCsv;
  const Status missing = ReadError();
  EXPECT_EQ(missing.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(missing.message().find("cost"), std::string::npos) << missing.ToString();

  options_.locations = {WriteText("bad.csv", "name,count,cost,new\nx,many,0.5,true\n")};
  const Status conversion = ReadError();
  EXPECT_EQ(conversion.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(conversion.message().find("many"), std::string::npos) << conversion.ToString();
}

}  // namespace
}  // namespace lifeboat::account
