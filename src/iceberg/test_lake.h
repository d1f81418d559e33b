// TestLake: a folder of its own with a table in it, for tests of reading and writing. Included by tests only.
#ifndef LIFEBOAT_ICEBERG_TEST_LAKE_H_
#define LIFEBOAT_ICEBERG_TEST_LAKE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "iceberg/write/append_files.h"
#include "storage/local_storage.h"

namespace lifeboat::iceberg {

inline constexpr int32_t kCampaignId = 1;  // string
inline constexpr int32_t kDay = 2;         // date
inline constexpr int32_t kClicks = 3;      // long
inline constexpr int32_t kCost = 4;        // double

class TestLake {
 public:
  TestLake() {
    char folder[] = "/tmp/lifeboat-iceberg-XXXXXX";
    folder_ = ::mkdtemp(folder);
    storage_ = storage::MakeLocalStorage();
  }
  ~TestLake() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TestLake(const TestLake&) = delete;
  TestLake& operator=(const TestLake&) = delete;

  storage::Storage& storage() { return *storage_; }
  std::string location() const { return storage::FileLocation(folder_ + "/table"); }

  static Schema TestSchema() {
    Schema schema;
    const auto add = [&](int32_t id, const char* name, TypeId type) {
      Field field;
      field.id = id;
      field.name = name;
      field.type = Type::Primitive(type);
      schema.fields.push_back(std::move(field));
    };
    add(kCampaignId, "campaign_id", TypeId::kString);
    add(kDay, "day", TypeId::kDate);
    add(kClicks, "clicks", TypeId::kLong);
    add(kCost, "cost", TypeId::kDouble);
    return schema;
  }

  static PartitionSpec SpecOf(int32_t source_id, const char* name, std::string_view transform) {
    PartitionSpec spec;
    PartitionField field;
    field.source_id = source_id;
    field.field_id = 1000;
    field.name = name;
    field.transform = Transform::Parse(transform);
    spec.fields.push_back(std::move(field));
    return spec;
  }

  // An empty table, partitioned by `day` unless told otherwise.
  TableMetadata NewTestTable(int32_t format_version, PartitionSpec spec = SpecOf(kDay, "day_day", "day")) {
    NewTable table;
    table.schema = TestSchema();
    table.spec = std::move(spec);
    table.location = location();
    table.properties["format-version"] = std::to_string(format_version);
    Result<TableMetadata> metadata = NewTableMetadata(table, clock_, random_);
    LIFEBOAT_CHECK(metadata.ok(), metadata.status().ToString());
    return std::move(metadata).value();
  }

  // A file of one day with `clicks` between two bounds.
  DataFile NewFile(const std::string& name, int32_t day, int64_t least_clicks, int64_t most_clicks) const {
    DataFile file;
    file.file_path = location() + "/data/" + name;
    file.partition = {Literal(day)};
    file.record_count = 10;
    file.file_size_in_bytes = 1000;
    file.column_sizes = {{kClicks, 80}};
    file.value_counts = {{kCampaignId, 10}, {kDay, 10}, {kClicks, 10}, {kCost, 10}};
    file.null_value_counts = {{kCampaignId, 0}, {kDay, 0}, {kClicks, 0}, {kCost, 10}};
    const Type long_type = Type::Primitive(TypeId::kLong);
    file.lower_bounds = {{kClicks, LiteralToBytes(long_type, Literal(least_clicks))}};
    file.upper_bounds = {{kClicks, LiteralToBytes(long_type, Literal(most_clicks))}};
    file.split_offsets = {4};
    return file;
  }

  // Appends and commits.
  Result<TableMetadata> Append(const TableMetadata& metadata, const std::vector<DataFile>& files,
                               const AppendOptions& options = {}) {
    LIFEBOAT_ASSIGN_OR_RETURN(const PreparedAppend append,
                              AppendFiles(*storage_, metadata, files, options, clock_, random_));
    LIFEBOAT_RETURN_IF_ERROR(CheckRequirements(&metadata, append.requirements));
    return ApplyUpdates(&metadata, append.updates, {}, clock_);
  }

  const Clock& clock() const { return clock_; }
  // A second passes.
  void Tick() { clock_.Advance(std::chrono::seconds(1)); }
  Random& random() { return random_; }

 private:
  std::string folder_;
  std::unique_ptr<storage::Storage> storage_;
  ManualClock clock_;
  SeededRandom random_{7};
};

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_TEST_LAKE_H_
