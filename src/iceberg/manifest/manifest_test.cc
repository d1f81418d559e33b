#include "iceberg/manifest/manifest.h"

#include <gtest/gtest.h>

#include <limits>

#include "iceberg/avro/container.h"
#include "iceberg/manifest/manifest_list.h"
#include "iceberg/test_lake.h"

namespace lifeboat::iceberg {
namespace {

ManifestHeader HeaderOf(int32_t format_version,
                        PartitionSpec spec = TestLake::SpecOf(kDay, "day_day", "day")) {
  ManifestHeader header;
  header.format_version = format_version;
  header.schema = TestLake::TestSchema();
  header.spec = std::move(spec);
  header.spec.spec_id = 3;
  return header;
}

// A file with every member set.
DataFile FullFile() {
  DataFile file;
  file.file_path = "file:///lake/data/full.parquet";
  file.partition_spec_id = 3;
  file.partition = {Literal(int32_t{20'000})};
  file.record_count = 12;
  file.file_size_in_bytes = 3456;
  file.column_sizes = {{1, 10}, {3, 30}};
  file.value_counts = {{1, 12}, {4, 12}};
  file.null_value_counts = {{1, 0}};
  file.nan_value_counts = {{4, 2}};
  file.lower_bounds = {{1, "a"}, {3, std::string(8, '\0')}};
  file.upper_bounds = {{1, "z"}};
  file.key_metadata = "key";
  file.split_offsets = {4, 1000};
  file.sort_order_id = 1;
  return file;
}

void ExpectSame(const DataFile& a, const DataFile& b) {
  EXPECT_EQ(a.content, b.content);
  EXPECT_EQ(a.file_path, b.file_path);
  EXPECT_EQ(a.file_format, b.file_format);
  EXPECT_EQ(a.partition_spec_id, b.partition_spec_id);
  EXPECT_EQ(a.partition, b.partition);
  EXPECT_EQ(a.record_count, b.record_count);
  EXPECT_EQ(a.file_size_in_bytes, b.file_size_in_bytes);
  EXPECT_EQ(a.column_sizes, b.column_sizes);
  EXPECT_EQ(a.value_counts, b.value_counts);
  EXPECT_EQ(a.null_value_counts, b.null_value_counts);
  EXPECT_EQ(a.nan_value_counts, b.nan_value_counts);
  EXPECT_EQ(a.lower_bounds, b.lower_bounds);
  EXPECT_EQ(a.upper_bounds, b.upper_bounds);
  EXPECT_EQ(a.key_metadata, b.key_metadata);
  EXPECT_EQ(a.split_offsets, b.split_offsets);
  EXPECT_EQ(a.equality_ids, b.equality_ids);
  EXPECT_EQ(a.sort_order_id, b.sort_order_id);
  EXPECT_EQ(a.first_row_id, b.first_row_id);
  EXPECT_EQ(a.referenced_data_file, b.referenced_data_file);
  EXPECT_EQ(a.content_offset, b.content_offset);
  EXPECT_EQ(a.content_size_in_bytes, b.content_size_in_bytes);
}

class ManifestVersions : public ::testing::TestWithParam<int32_t> {};
INSTANTIATE_TEST_SUITE_P(Iceberg, ManifestVersions, ::testing::Values(1, 2, 3));

TEST_P(ManifestVersions, KeepsEverything) {
  const int32_t version = GetParam();
  ManifestEntry entry;
  entry.status = ManifestEntry::Status::kExisting;
  entry.snapshot_id = 77;
  if (version > 1) entry.sequence_number = 5, entry.file_sequence_number = 4;
  entry.data_file = FullFile();
  if (version > 1) entry.data_file.referenced_data_file = "file:///lake/data/other.parquet";
  if (version > 2) entry.data_file.first_row_id = 1000;

  ManifestWriter writer(HeaderOf(version), 99);
  ASSERT_OK(writer.Add(entry));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ParseManifest(written.bytes, "m.avro"));

  EXPECT_EQ(manifest.header.format_version, version);
  EXPECT_EQ(manifest.header.spec, HeaderOf(version).spec);
  EXPECT_TRUE(manifest.header.schema == HeaderOf(version).schema);
  ASSERT_EQ(manifest.entries.size(), 1u);
  EXPECT_EQ(manifest.entries[0].status, entry.status);
  EXPECT_EQ(manifest.entries[0].snapshot_id, entry.snapshot_id);
  EXPECT_EQ(manifest.entries[0].sequence_number, entry.sequence_number);
  EXPECT_EQ(manifest.entries[0].file_sequence_number, entry.file_sequence_number);
  ExpectSame(manifest.entries[0].data_file, entry.data_file);
  EXPECT_EQ(written.file.existing_rows_count, 12);
  EXPECT_EQ(written.file.min_sequence_number, version > 1 ? 5 : 0);
}

TEST(Manifest, DeleteFilesKeepTheirMembers) {
  ManifestHeader header = HeaderOf(3);
  header.content = ManifestContent::kDeletes;
  DataFile vector = FullFile();
  vector.content = FileContent::kPositionDeletes;
  vector.file_format = "PUFFIN";
  vector.referenced_data_file = "file:///lake/data/full.parquet";
  vector.content_offset = 4;
  vector.content_size_in_bytes = 40;
  DataFile equality = FullFile();
  equality.content = FileContent::kEqualityDeletes;
  equality.equality_ids = {1, 3};
  ManifestWriter writer(header, 99);
  ASSERT_OK(writer.AddFile(vector));
  ASSERT_OK(writer.AddFile(equality));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  EXPECT_EQ(written.file.content, ManifestContent::kDeletes);
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ParseManifest(written.bytes, "m.avro"));
  EXPECT_EQ(manifest.header.content, ManifestContent::kDeletes);
  ASSERT_EQ(manifest.entries.size(), 2u);
  ExpectSame(manifest.entries[0].data_file, vector);
  EXPECT_TRUE(manifest.entries[0].data_file.is_deletion_vector());
  ExpectSame(manifest.entries[1].data_file, equality);
}

// Every type a partition value can have, next to null.
TEST(Manifest, KeepsPartitionValuesOfEveryType) {
  const std::pair<Type, Literal> values[] = {
      {Type::Primitive(TypeId::kBoolean), Literal(true)},
      {Type::Primitive(TypeId::kInt), Literal(int32_t{-5})},
      {Type::Primitive(TypeId::kLong), Literal(int64_t{1} << 40)},
      {Type::Primitive(TypeId::kFloat), Literal(1.5f)},
      {Type::Primitive(TypeId::kDouble), Literal(-2.25)},
      {Type::Decimal(9, 2), Literal(Int128{-12345})},
      {Type::Decimal(9, 2), Literal(Int128{12345})},
      {Type::Decimal(38, 0), Literal(Int128{1} << 120)},
      {Type::Primitive(TypeId::kDate), Literal(int32_t{20'000})},
      {Type::Primitive(TypeId::kTime), Literal(int64_t{3'600'000'000})},
      {Type::Primitive(TypeId::kTimestamp), Literal(int64_t{1'700'000'000'000'000})},
      {Type::Primitive(TypeId::kTimestampTz), Literal(int64_t{-1})},
      {Type::Primitive(TypeId::kTimestampTzNs), Literal(int64_t{1'700'000'000'000'000'000})},
      {Type::Primitive(TypeId::kString), Literal("caf\xc3\xa9")},
      {Type::Primitive(TypeId::kUuid), Literal(std::string(16, 'u'))},
      {Type::Fixed(3), Literal(std::string("a\0b", 3))},
      {Type::Primitive(TypeId::kBinary), Literal(std::string("\0\xff", 2))},
  };
  ManifestHeader header;
  header.format_version = 3;
  DataFile file = FullFile();
  file.partition.clear();
  DataFile nulls = file;
  for (const auto& [type, value] : values) {
    Field column;
    column.id = static_cast<int32_t>(header.schema.fields.size()) + 1;
    column.name = "1 column/" + std::to_string(column.id);  // no name Avro takes
    column.type = type;
    PartitionField field;
    field.source_id = column.id;
    field.field_id = 999 + column.id;
    field.name = column.name;
    header.schema.fields.push_back(std::move(column));
    header.spec.fields.push_back(std::move(field));
    file.partition.push_back(value);
    nulls.partition.emplace_back();
  }
  ManifestWriter writer(header, 1);
  ASSERT_OK(writer.AddFile(file));
  ASSERT_OK(writer.AddFile(nulls));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ParseManifest(written.bytes, "m.avro"));
  ASSERT_EQ(manifest.entries.size(), 2u);
  for (size_t i = 0; i < std::size(values); ++i) {
    EXPECT_EQ(manifest.entries[0].data_file.partition[i], values[i].second) << ToString(values[i].first);
    EXPECT_TRUE(manifest.entries[1].data_file.partition[i].is_null());
    const PartitionFieldSummary& summary = written.file.partitions[i];
    EXPECT_TRUE(summary.contains_null);
    EXPECT_EQ(summary.lower_bound, LiteralToBytes(values[i].first, values[i].second));
    EXPECT_EQ(summary.upper_bound, summary.lower_bound);
  }
}

TEST(Manifest, CountsAndSummarises) {
  ManifestWriter writer(HeaderOf(2), 99);
  ManifestEntry entry;
  entry.data_file = FullFile();
  for (const auto& [status, day] : {std::pair{ManifestEntry::Status::kAdded, 5},
                                    {ManifestEntry::Status::kExisting, 9},
                                    {ManifestEntry::Status::kDeleted, -3}}) {
    entry.status = status;
    entry.sequence_number = 100 + day;
    entry.data_file.partition = {Literal(int32_t{day})};
    ASSERT_OK(writer.Add(entry));
  }
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  EXPECT_EQ(written.file.added_files_count, 1);
  EXPECT_EQ(written.file.existing_files_count, 1);
  EXPECT_EQ(written.file.deleted_files_count, 1);
  EXPECT_EQ(written.file.deleted_rows_count, 12);
  EXPECT_EQ(written.file.min_sequence_number, 105);  // of live files
  EXPECT_EQ(written.file.partition_spec_id, 3);
  const Type date = Type::Primitive(TypeId::kDate);
  ASSERT_EQ(written.file.partitions.size(), 1u);
  EXPECT_FALSE(written.file.partitions[0].contains_null);
  EXPECT_EQ(written.file.partitions[0].lower_bound, LiteralToBytes(date, Literal(int32_t{-3})));
  EXPECT_EQ(written.file.partitions[0].upper_bound, LiteralToBytes(date, Literal(int32_t{9})));
}

TEST(Manifest, RefusesWhatDoesNotSuit) {
  ManifestWriter writer(HeaderOf(2), 99);
  DataFile file = FullFile();
  file.partition = {Literal("text")};
  EXPECT_STATUS(StatusCode::kInvalidArgument, writer.AddFile(file));
  file.partition = {};
  EXPECT_STATUS(StatusCode::kInvalidArgument, writer.AddFile(file));
  file = FullFile();
  file.content = FileContent::kPositionDeletes;
  EXPECT_STATUS(StatusCode::kInvalidArgument, writer.AddFile(file));
  ManifestEntry existing;
  existing.status = ManifestEntry::Status::kExisting;
  existing.data_file = FullFile();
  EXPECT_STATUS(StatusCode::kInvalidArgument, writer.Add(existing));
  // What was refused left nothing behind.
  ASSERT_OK(writer.AddFile(FullFile()));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ParseManifest(written.bytes, "m.avro"));
  EXPECT_EQ(manifest.entries.size(), 1u);
}

TEST(Manifest, InheritsFromTheManifestList) {
  TestLake lake;
  ManifestWriter writer(HeaderOf(3), 99);
  ManifestEntry added;
  added.data_file = FullFile();
  ManifestEntry existing = added;
  existing.status = ManifestEntry::Status::kExisting;
  existing.snapshot_id = 50;
  existing.sequence_number = 2;
  existing.file_sequence_number = 2;
  existing.data_file.first_row_id = 7;
  ManifestEntry deleted = existing;
  deleted.status = ManifestEntry::Status::kDeleted;
  for (const ManifestEntry& entry : {added, existing, deleted, added}) ASSERT_OK(writer.Add(entry));
  ASSERT_OK_AND_ASSIGN(ManifestWriter::Written written, writer.Finish());
  written.file.manifest_path = lake.location() + "/metadata/m.avro";
  written.file.sequence_number = 9;
  written.file.first_row_id = 1000;
  ASSERT_OK(lake.storage().Write(written.file.manifest_path, written.bytes));
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ReadManifest(lake.storage(), written.file));
  ASSERT_EQ(manifest.entries.size(), 4u);
  EXPECT_EQ(manifest.entries[0].snapshot_id, 99);
  EXPECT_EQ(manifest.entries[0].sequence_number, 9);
  EXPECT_EQ(manifest.entries[0].file_sequence_number, 9);
  EXPECT_EQ(manifest.entries[0].data_file.first_row_id, 1000);
  EXPECT_EQ(manifest.entries[1].snapshot_id, 50);
  EXPECT_EQ(manifest.entries[1].sequence_number, 2);
  EXPECT_EQ(manifest.entries[1].data_file.first_row_id, 7);
  EXPECT_EQ(manifest.entries[3].data_file.first_row_id, 1012);
}

TEST(Manifest, CutAnywhereIsAnErrorOrAWholeFile) {
  ManifestWriter writer(HeaderOf(2), 99);
  ASSERT_OK(writer.AddFile(FullFile()));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  const std::string_view bytes = written.bytes;
  size_t whole = 0;
  for (size_t length = 0; length < bytes.size(); ++length) {
    const std::string copy(
        bytes.substr(0, length));  // its own memory: a read beyond it is seen by sanitizers
    const Result<Manifest> manifest = ParseManifest(copy, "lake/m.avro");
    if (manifest.ok()) {
      EXPECT_TRUE(manifest->entries.empty()) << length;  // cut after the header
      ++whole;
      continue;
    }
    EXPECT_EQ(manifest.status().code(), StatusCode::kCorruption) << length;
    EXPECT_NE(manifest.status().message().find("lake/m.avro"), std::string::npos)
        << manifest.status().ToString();
  }
  EXPECT_EQ(whole, 1u);
}

TEST(Manifest, AnyByteWrongNeverCrashes) {
  ManifestWriter writer(HeaderOf(2), 99);
  ASSERT_OK(writer.AddFile(FullFile()));
  ASSERT_OK_AND_ASSIGN(const ManifestWriter::Written written, writer.Finish());
  for (size_t at = 0; at < written.bytes.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bytes = written.bytes;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const Result<Manifest> manifest = ParseManifest(bytes, "m.avro");
      if (manifest.ok()) continue;
      const StatusCode code = manifest.status().code();
      EXPECT_TRUE(code == StatusCode::kCorruption || code == StatusCode::kUnsupported)
          << manifest.status().ToString();
    }
  }
}

ManifestFile FullManifestFile() {
  ManifestFile file;
  file.manifest_path = "file:///lake/metadata/m.avro";
  file.manifest_length = 1234;
  file.partition_spec_id = 3;
  file.sequence_number = 8;
  file.min_sequence_number = 2;
  file.added_snapshot_id = 99;
  file.added_files_count = 1;
  file.existing_files_count = 2;
  file.deleted_files_count = 3;
  file.added_rows_count = 10;
  file.existing_rows_count = 20;
  file.deleted_rows_count = 30;
  file.partitions = {{true, false, "a", "b"}, {false, std::nullopt, std::nullopt, std::nullopt}};
  file.key_metadata = "key";
  return file;
}

TEST(ManifestList, KeepsEverything) {
  for (const int32_t version : {1, 2, 3}) {
    ManifestFile file = FullManifestFile();
    if (version == 1) file.sequence_number = file.min_sequence_number = 0;
    if (version > 1) file.content = ManifestContent::kDeletes;
    if (version > 2) file.first_row_id = 5000;
    ManifestListHeader header;
    header.format_version = version;
    header.snapshot_id = 99;
    header.sequence_number = 8;
    ASSERT_OK_AND_ASSIGN(const std::string bytes, WriteManifestList(header, {file, file}));
    ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> read, ParseManifestList(bytes, "list.avro"));
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[1].manifest_path, file.manifest_path);
    EXPECT_EQ(read[1].manifest_length, file.manifest_length);
    EXPECT_EQ(read[1].partition_spec_id, file.partition_spec_id);
    EXPECT_EQ(read[1].content, file.content);
    EXPECT_EQ(read[1].sequence_number, file.sequence_number);
    EXPECT_EQ(read[1].min_sequence_number, file.min_sequence_number);
    EXPECT_EQ(read[1].added_snapshot_id, file.added_snapshot_id);
    EXPECT_EQ(read[1].added_files_count, file.added_files_count);
    EXPECT_EQ(read[1].existing_files_count, file.existing_files_count);
    EXPECT_EQ(read[1].deleted_files_count, file.deleted_files_count);
    EXPECT_EQ(read[1].added_rows_count, file.added_rows_count);
    EXPECT_EQ(read[1].existing_rows_count, file.existing_rows_count);
    EXPECT_EQ(read[1].deleted_rows_count, file.deleted_rows_count);
    EXPECT_EQ(read[1].key_metadata, file.key_metadata);
    EXPECT_EQ(read[1].first_row_id, file.first_row_id);
    ASSERT_EQ(read[1].partitions.size(), 2u);
    EXPECT_TRUE(read[1].partitions[0].contains_null);
    EXPECT_EQ(read[1].partitions[0].contains_nan, false);
    EXPECT_EQ(read[1].partitions[0].upper_bound, "b");
    EXPECT_FALSE(read[1].partitions[1].contains_nan.has_value());
    EXPECT_FALSE(read[1].partitions[1].lower_bound.has_value());
  }
}

TEST(ManifestList, CutAnywhereIsAnErrorOrAWholeFile) {
  ASSERT_OK_AND_ASSIGN(const std::string bytes, WriteManifestList({}, {FullManifestFile()}));
  for (size_t length = 0; length < bytes.size(); ++length) {
    const Result<std::vector<ManifestFile>> read =
        ParseManifestList(bytes.substr(0, length), "lake/list.avro");
    if (read.ok()) {
      EXPECT_TRUE(read->empty()) << length;
    } else {
      EXPECT_EQ(read.status().code(), StatusCode::kCorruption) << length;
    }
  }
}

TEST(ManifestList, CountsAreRequiredFromVersion2) {
  ManifestFile file = FullManifestFile();
  file.added_rows_count.reset();
  EXPECT_STATUS(StatusCode::kInvalidArgument, WriteManifestList({}, {file}));
  ManifestListHeader first;
  first.format_version = 1;
  ASSERT_OK_AND_ASSIGN(const std::string bytes, WriteManifestList(first, {file}));
  ASSERT_OK_AND_ASSIGN(const std::vector<ManifestFile> read, ParseManifestList(bytes, "list.avro"));
  EXPECT_FALSE(read[0].added_rows_count.has_value());
}

}  // namespace
}  // namespace lifeboat::iceberg
