#include "iceberg/scan/content_file_json.h"

#include <gtest/gtest.h>

#include "iceberg/test_lake.h"

namespace lifeboat::iceberg {
namespace {

std::string Written(const DataFile& file, const Type& partition_type, const std::vector<int32_t>& stats) {
  std::string text;
  JsonWriter writer(&text);
  AppendContentFileJson(file, partition_type, stats, writer);
  return text;
}

Type PartitionOf(std::vector<Type> types) {
  std::vector<Field> fields;
  for (Type& type : types) {
    Field field;
    field.id = 1000 + static_cast<int32_t>(fields.size());
    field.type = std::move(type);
    fields.push_back(std::move(field));
  }
  return Type::Struct(std::move(fields));
}

TEST(ContentFileJsonTest, DataFile) {
  DataFile file;
  file.file_path = "s3://lake/a.parquet";
  file.partition_spec_id = 3;
  file.partition = {Literal(int32_t{20484}), Literal("x"), Literal(), Literal(int64_t{5})};
  file.record_count = 10;
  file.file_size_in_bytes = 1000;
  file.column_sizes = {{1, 80}, {3, 40}};
  file.value_counts = {{1, 10}, {2, 10}};
  file.lower_bounds = {{1, "\x01\xFF"}};
  file.upper_bounds = {{2, "z"}};
  file.split_offsets = {4, 500};
  file.sort_order_id = 0;
  file.first_row_id = 77;
  file.key_metadata = "key";
  const Type partition = PartitionOf({Type::Primitive(TypeId::kDate), Type::Primitive(TypeId::kString),
                                      Type::Primitive(TypeId::kInt), Type::Primitive(TypeId::kUnknown)});
  EXPECT_EQ(Written(file, partition, {1, 3}),
            R"({"spec-id":3,"content":"data","file-path":"s3://lake/a.parquet","file-format":"parquet",)"
            R"("partition":["2026-01-31","x",null,null],"file-size-in-bytes":1000,"record-count":10,)"
            R"("column-sizes":{"keys":[1,3],"values":[80,40]},"value-counts":{"keys":[1],"values":[10]},)"
            R"("lower-bounds":{"keys":[1],"values":["01FF"]},"key-metadata":"6B6579",)"
            R"("split-offsets":[4,500],"sort-order-id":0,"first-row-id":77})");
  EXPECT_EQ(Written(DataFile{}, PartitionOf({}), {1}),
            R"({"spec-id":0,"content":"data","file-path":"","file-format":"parquet","partition":[],)"
            R"("file-size-in-bytes":0,"record-count":0})");
}

TEST(ContentFileJsonTest, DeleteFiles) {
  DataFile vector;
  vector.content = FileContent::kPositionDeletes;
  vector.file_path = "s3://lake/d.puffin";
  vector.file_format = "PUFFIN";
  vector.lower_bounds = {{1, "a"}};  // of no use to a reader
  vector.referenced_data_file = "s3://lake/a.parquet";
  vector.content_offset = 4;
  vector.content_size_in_bytes = 40;
  EXPECT_EQ(Written(vector, PartitionOf({}), {1}),
            R"({"spec-id":0,"content":"position-deletes","file-path":"s3://lake/d.puffin",)"
            R"("file-format":"puffin","partition":[],"file-size-in-bytes":0,"record-count":0,)"
            R"("referenced-data-file":"s3://lake/a.parquet","content-offset":4,"content-size-in-bytes":40})");
  DataFile equality;
  equality.content = FileContent::kEqualityDeletes;
  equality.equality_ids = {1, 2};
  EXPECT_NE(Written(equality, PartitionOf({}), {}).find(R"("equality-ids":[1,2])"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::iceberg
