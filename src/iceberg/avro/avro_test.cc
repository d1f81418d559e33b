#include <gtest/gtest.h>

#include <limits>

#include "base/testing.h"
#include "iceberg/avro/container.h"

namespace lifeboat::iceberg::avro {
namespace {

constexpr std::string_view kPairSchema =
    R"({"type":"record","name":"pair","x-kept":1,"fields":[{"name":"n","type":"long","field-id":1},)"
    R"({"name":"t","type":["null","string"],"default":null,"field-id":2}]})";

// Texts of some kinds: all the same (compresses well), random (does not).
std::string TextOf(int64_t i, SeededRandom& random) {
  if (i % 3 == 0) return std::string(1000, 'x');
  std::string text(static_cast<size_t>(random.Below(300)), '\0');
  for (char& c : text) c = static_cast<char>(random.Next());
  return text;
}

TEST(Binary, NumbersKeepTheirValue) {
  std::string bytes;
  const int64_t numbers[] = {0,
                             -1,
                             1,
                             63,
                             -64,
                             64,
                             -65,
                             1 << 20,
                             std::numeric_limits<int64_t>::max(),
                             std::numeric_limits<int64_t>::min()};
  Encoder encoder(&bytes);
  for (const int64_t number : numbers) encoder.WriteLong(number);
  Decoder decoder(bytes);
  for (const int64_t number : numbers) {
    ASSERT_OK_AND_ASSIGN(const int64_t read, decoder.ReadLong());
    EXPECT_EQ(read, number);
  }
  EXPECT_EQ(decoder.remaining(), 0u);
}

TEST(Binary, FormIsAvros) {
  std::string bytes;
  Encoder encoder(&bytes);
  encoder.WriteLong(-64);  // the specification's examples
  encoder.WriteLong(64);
  encoder.WriteBytes("foo");
  EXPECT_EQ(bytes, std::string("\x7f\x80\x01\x06"
                               "foo",
                               7));
}

TEST(Binary, DamageIsAnError) {
  EXPECT_STATUS(StatusCode::kCorruption, Decoder("\x80").ReadLong());
  EXPECT_STATUS(StatusCode::kCorruption,
                Decoder(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")).ReadLong());
  EXPECT_STATUS(StatusCode::kCorruption, Decoder(std::string_view("\xfe\xff\xff\xff\x1f")).ReadInt());
  EXPECT_STATUS(StatusCode::kCorruption, Decoder(std::string_view("\x01")).ReadBytes());  // length -1
  EXPECT_STATUS(StatusCode::kCorruption, Decoder(std::string_view("\x08"
                                                                  "ab"))
                                             .ReadBytes());
  EXPECT_STATUS(StatusCode::kCorruption, Decoder(std::string_view("\x02")).ReadBoolean());
}

TEST(Binary, ArraysOfNothingDoNotRunForEver) {
  std::string bytes;
  Encoder encoder(&bytes);
  encoder.WriteLong(20);
  bytes.append(30, '\0');
  ASSERT_OK_AND_ASSIGN(const SchemaPtr nulls, ParseSchema(R"({"type":"array","items":"null"})"));
  EXPECT_STATUS(StatusCode::kCorruption, Decoder(bytes).Skip(*nulls));
  ASSERT_OK_AND_ASSIGN(const SchemaPtr longs, ParseSchema(R"({"type":"array","items":"long"})"));
  EXPECT_OK(Decoder(bytes).Skip(*longs));
}

TEST(AvroSchema, NamedTypesAreResolved) {
  ASSERT_OK_AND_ASSIGN(const SchemaPtr schema,
                       ParseSchema(R"({"type":"record","name":"r","namespace":"a.b","fields":[
      {"name":"x","type":{"type":"fixed","name":"id","size":16},"field-id":7},
      {"name":"y","type":["null","a.b.id"]},{"name":"z","type":"id"}]})"));
  ASSERT_EQ(schema->fields.size(), 3u);
  EXPECT_EQ(schema->FindField(7), &schema->fields[0]);
  EXPECT_EQ(schema->fields[1].schema->NonNull().size, 16);
  EXPECT_EQ(schema->fields[2].schema->kind, Kind::kFixed);
}

TEST(AvroSchema, HostileSchemasAreRefused) {
  EXPECT_STATUS(StatusCode::kUnsupported,
                ParseSchema(R"({"type":"record","name":"r","fields":[{"name":"x","type":"r"}]})"));
  EXPECT_STATUS(StatusCode::kCorruption, ParseSchema(R"("nobody")"));
  EXPECT_STATUS(StatusCode::kCorruption, ParseSchema(R"({"type":"fixed","name":"f","size":-1})"));
  EXPECT_STATUS(StatusCode::kCorruption, ParseSchema(std::string(100'000, '[')));
  // Each record holds the one before twice: 2^50 fields to walk, none of which takes a byte.
  std::string doubling =
      R"({"type":"record","name":"all","fields":[{"name":"f0","type":{"type":"record","name":"r0","fields":[]}})";
  for (int i = 1; i <= 50; ++i) {
    doubling += fmt::format(
        R"(,{{"name":"f{0}","type":{{"type":"record","name":"r{0}","fields":[{{"name":"a","type":"r{1}"}},{{"name":"b","type":"r{1}"}}]}}}})",
        i, i - 1);
  }
  EXPECT_STATUS(StatusCode::kCorruption, ParseSchema(doubling + "]}"));
}

class Codecs : public ::testing::TestWithParam<Codec> {};

INSTANTIATE_TEST_SUITE_P(Avro, Codecs,
                         ::testing::Values(Codec::kNull, Codec::kDeflate, Codec::kSnappy, Codec::kZstandard),
                         [](const auto& info) { return std::string(CodecName(info.param)); });

TEST_P(Codecs, BlocksKeepTheirBytes) {
  SeededRandom random(3);
  for (const size_t size : {0, 1, 100, 100'000}) {
    std::string bytes(size, 'a');
    for (size_t i = 0; i < size; i += 3) bytes[i] = static_cast<char>(random.Next());
    ASSERT_OK_AND_ASSIGN(const std::string back, Decompress(GetParam(), Compress(GetParam(), bytes)));
    EXPECT_EQ(back, bytes);
  }
}

TEST_P(Codecs, FilesKeepTheirObjects) {
  SeededRandom random(1);
  ContainerWriter writer(kPairSchema, {{"who", "we"}}, GetParam(), random);
  SeededRandom texts(2);
  constexpr int64_t kObjects = 2000;
  for (int64_t i = 0; i < kObjects; ++i) {
    Encoder encoder = writer.encoder();
    encoder.WriteLong(i);
    encoder.WriteBranch(i % 5 != 0);
    if (i % 5 != 0) encoder.WriteBytes(TextOf(i, texts));
    writer.EndObject();
  }
  const std::string file = writer.Finish();

  ASSERT_OK_AND_ASSIGN(ContainerReader reader, ContainerReader::Open(file, "x.avro"));
  EXPECT_EQ(reader.schema_json(), kPairSchema);
  EXPECT_EQ(reader.metadata().at("who"), "we");
  EXPECT_EQ(reader.codec(), GetParam());
  SeededRandom again(2);
  int64_t read = 0;
  ASSERT_OK(reader.ForEachObject([&](Decoder& decoder) -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(const int64_t n, decoder.ReadLong());
    EXPECT_EQ(n, read);
    LIFEBOAT_ASSIGN_OR_RETURN(const Schema* branch, decoder.Resolve(*reader.schema().fields[1].schema));
    EXPECT_EQ(branch->kind == Kind::kNull, read % 5 == 0);
    if (branch->kind != Kind::kNull) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view text, decoder.ReadBytes());
      EXPECT_EQ(text, TextOf(read, again));
    }
    ++read;
    return Status::Ok();
  }));
  EXPECT_EQ(read, kObjects);
}

TEST_P(Codecs, DamagedBlocksAreNoticed) {
  const std::string bytes = std::string(2000, 'b') + "end";
  const std::string compressed = Compress(GetParam(), bytes);
  if (GetParam() == Codec::kNull) return;  // nothing to notice it by
  for (size_t length = 0; length < compressed.size(); ++length) {
    EXPECT_FALSE(Decompress(GetParam(), std::string_view(compressed).substr(0, length)).ok()) << length;
  }
}

TEST(Codec, SnappyChecksItsChecksum) {
  std::string compressed = Compress(Codec::kSnappy, "hello hello hello");
  compressed.back() = static_cast<char>(compressed.back() ^ 1);
  EXPECT_STATUS(StatusCode::kCorruption, Decompress(Codec::kSnappy, compressed));
}

TEST(Codec, BombsAreStopped) {
  const std::string zeros(kMaxBlockBytes + 1, '\0');
  EXPECT_STATUS(StatusCode::kResourceExhausted,
                Decompress(Codec::kDeflate, Compress(Codec::kDeflate, zeros)));
  EXPECT_STATUS(StatusCode::kResourceExhausted,
                Decompress(Codec::kZstandard, Compress(Codec::kZstandard, zeros)));
  // A snappy block that claims a gigabyte in a few bytes.
  EXPECT_STATUS(StatusCode::kCorruption, Decompress(Codec::kSnappy, std::string_view("\x80\x80\x80\x80\x04"
                                                                                     "abcd",
                                                                                     9)));
}

TEST(Container, RefusesWhatItCannotRead) {
  EXPECT_STATUS(StatusCode::kCorruption, ContainerReader::Open("", "x"));
  EXPECT_STATUS(StatusCode::kCorruption, ContainerReader::Open("PAR1 and more", "x"));
  SeededRandom random(1);
  const std::string file = ContainerWriter(kPairSchema, {}, Codec::kDeflate, random).Finish();
  std::string other = file;
  other.replace(other.find("deflate"), 7, "unheard");
  EXPECT_STATUS(StatusCode::kUnsupported, ContainerReader::Open(other, "x"));
}

TEST(Container, ObjectsWithoutBytesDoNotRunForEver) {
  SeededRandom random(1);
  std::string file =
      ContainerWriter(R"({"type":"record","name":"r","fields":[]})", {}, Codec::kNull, random).Finish();
  const std::string sync = file.substr(file.size() - 16);
  Encoder encoder(&file);
  encoder.WriteLong(int64_t{1} << 60);
  encoder.WriteBytes("");
  encoder.WriteRaw(sync);
  ASSERT_OK_AND_ASSIGN(ContainerReader reader, ContainerReader::Open(file, "lake/m.avro"));
  const Status status = reader.Next().status();
  EXPECT_EQ(status.code(), StatusCode::kCorruption);
  EXPECT_NE(status.message().find("lake/m.avro"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::iceberg::avro
