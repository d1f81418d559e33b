#include "lifeboat/advertising/csv_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/testing.h"
#include "storage/local_storage.h"

namespace lifeboat::app::advertising {
namespace {

constexpr ColumnDefinition kColumns[] = {
    {"name"}, {"count", ColumnType::kInt}, {"cost", ColumnType::kDouble}, {"new", ColumnType::kBoolean}};

class ThreeRows final : public account::RowSource {
 public:
  explicit ThreeRows(Status error) : error_(std::move(error)) {}
  Result<size_t> Fill(account::RowChunk& chunk) override {
    if (done_) return error_.ok() ? Result<size_t>(size_t{0}) : Result<size_t>(error_);
    done_ = true;
    const char* names[] = {"plain", "a \"b\", c", ""};
    for (size_t i = 0; i < 3; ++i) {
      chunk.SetString(0, i, names[i]);
      chunk.Ints(1)[i] = static_cast<int32_t>(i) - 1;
      chunk.Doubles(2)[i] = 0.1 * static_cast<double>(i);
      chunk.Booleans(3)[i] = i == 1;
    }
    chunk.SetNull(0, 0);
    return size_t{3};
  }

 private:
  Status error_;
  bool done_ = false;
};

class CsvWriterTest : public ::testing::Test {
 protected:
  CsvWriterTest() {
    char name[] = "/tmp/lifeboat-csv-XXXXXX";
    dir_ = mkdtemp(name);
  }
  ~CsvWriterTest() override { std::filesystem::remove_all(dir_); }

  Status Write(Status error) {
    std::vector<std::unique_ptr<account::RowSource>> sources;
    sources.push_back(std::make_unique<ThreeRows>(std::move(error)));
    return WriteCsv(*storage_, location(), kColumns, sources, [](int64_t) { return Status::Ok(); });
  }
  std::string location() const { return storage::FileLocation(dir_ + "/t.csv"); }

  std::string dir_;
  std::unique_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
};

TEST_F(CsvWriterTest, QuotesOnlyWhatNeedsIt) {
  ASSERT_OK(Write(Status::Ok()));
  ASSERT_OK_AND_ASSIGN(const std::string text, storage_->Read(location()));
  EXPECT_EQ(text, "name,count,cost,new\n,-1,0,false\n\"a \"\"b\"\", c\",0,0.1,true\n\"\",1,0.2,false\n");
}

TEST_F(CsvWriterTest, AnErrorLeavesNoFile) {
  EXPECT_STATUS(StatusCode::kUnavailable, Write(Status::Unavailable("gone")));
  EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

}  // namespace
}  // namespace lifeboat::app::advertising
