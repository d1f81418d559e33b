// Fuzz target: whatever bytes a manifest or manifest list has, reading it returns a value or an error that
// names the file. Memory errors, overflows and hangs show under the sanitizers and ctest's time limit.
#include <utility>

#include "base/check.h"
#include "iceberg/avro/container.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace lifeboat;           // NOLINT: a program of its own
using namespace lifeboat::iceberg;  // NOLINT

constexpr std::string_view kLocation = "lake/fuzzed.avro";

void CheckError(const Status& status) {
  const StatusCode code = status.code();
  LIFEBOAT_CHECK(code == StatusCode::kCorruption || code == StatusCode::kUnsupported ||
                     code == StatusCode::kResourceExhausted,
                 status.ToString());
  LIFEBOAT_CHECK(status.message().find(kLocation) != std::string::npos, status.ToString());
}

ManifestHeader SeedHeader(int32_t version, ManifestContent content) {
  ManifestHeader header;
  header.format_version = version;
  header.content = content;
  for (const auto& [id, type] :
       {std::pair{1, Type::Primitive(TypeId::kString)}, std::pair{2, Type::Primitive(TypeId::kDate)},
        std::pair{3, Type::Decimal(9, 2)}}) {
    Field field;
    field.id = id;
    field.name = "c" + std::to_string(id);
    field.type = type;
    header.schema.fields.push_back(std::move(field));
    PartitionField partition;
    partition.source_id = id;
    partition.field_id = 999 + id;
    partition.name = "p" + std::to_string(id);
    header.spec.fields.push_back(std::move(partition));
  }
  return header;
}

std::string SeedManifest(int32_t version, ManifestContent content) {
  ManifestWriter writer(SeedHeader(version, content), 7);
  DataFile file;
  file.file_path = "lake/data/a.parquet";
  file.partition = {Literal("text"), Literal(int32_t{20'000}), Literal(Int128{-5})};
  file.record_count = 10;
  file.file_size_in_bytes = 1000;
  file.value_counts = {{1, 10}, {2, 10}};
  file.lower_bounds = {{1, "a"}, {2, std::string(4, '\0')}};
  file.upper_bounds = {{1, "z"}};
  file.split_offsets = {4};
  if (content == ManifestContent::kDeletes) {
    file.content = FileContent::kEqualityDeletes;
    file.equality_ids = {1};
  }
  for (int i = 0; i < 3; ++i) {
    LIFEBOAT_CHECK(writer.AddFile(file).ok(), "the seed is valid");
    file.partition[1] = Literal();
  }
  return std::move(writer.Finish()).value().bytes;
}

// The same file with another codec: what is not compressed can be mutated to more effect.
std::string Recoded(const std::string& file, avro::Codec codec) {
  avro::ContainerReader reader = std::move(avro::ContainerReader::Open(file, "seed")).value();
  avro::Metadata metadata = reader.metadata();
  metadata.erase("avro.schema");
  metadata.erase("avro.codec");
  SeededRandom random(1);
  avro::ContainerWriter writer(reader.schema_json(), metadata, codec, random);
  const std::optional<avro::Block> block = std::move(reader.Next()).value();
  if (block) {
    writer.encoder().WriteRaw(block->bytes);
    for (int64_t i = 0; i < block->count; ++i) writer.EndObject();
  }
  return writer.Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Manifest> manifest = ParseManifest(bytes, kLocation);
  if (manifest.ok()) {
    for (const ManifestEntry& entry : manifest->entries) {
      LIFEBOAT_CHECK(entry.data_file.partition.size() == manifest->header.spec.fields.size(),
                     "one value per field");
      LIFEBOAT_CHECK(entry.data_file.record_count >= 0 && !entry.data_file.file_path.empty(),
                     "a sensible file");
    }
  } else {
    CheckError(manifest.status());
  }
  const Result<std::vector<ManifestFile>> list = ParseManifestList(bytes, kLocation);
  if (!list.ok()) CheckError(list.status());
  return 0;
}

std::vector<std::string> SeedInputs() {
  std::vector<std::string> files;
  for (const int32_t version : {1, 2, 3}) {
    files.push_back(SeedManifest(version, ManifestContent::kData));
    if (version > 1) files.push_back(SeedManifest(version, ManifestContent::kDeletes));
    ManifestFile listed;
    listed.manifest_path = "lake/metadata/m.avro";
    listed.added_files_count = listed.existing_files_count = listed.deleted_files_count = 1;
    listed.added_rows_count = listed.existing_rows_count = listed.deleted_rows_count = 1;
    listed.partitions = {{true, false, "a", "b"}};
    ManifestListHeader header;
    header.format_version = version;
    files.push_back(std::move(WriteManifestList(header, {listed, listed})).value());
  }
  std::vector<std::string> seeds;
  for (const std::string& file : files) {
    seeds.push_back(Recoded(file, avro::Codec::kNull));
    seeds.push_back(Recoded(file, avro::Codec::kNull));  // twice as likely
    for (const avro::Codec codec : {avro::Codec::kDeflate, avro::Codec::kSnappy, avro::Codec::kZstandard}) {
      seeds.push_back(Recoded(file, codec));
    }
  }
  return seeds;
}

// Numbers at the edge, in Avro's encoding.
std::vector<std::string> Fragments() {
  return {std::string(1, '\0'),
          "\x01",
          "\x02",
          "\x7f",
          "\xff\xff\xff\xff\x0f",
          "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01",
          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
}
