#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <limits>

#include "base/encoding.h"
#include "base/testing.h"
#include "iceberg/model/calendar.h"
#include "iceberg/model/expression.h"
#include "iceberg/model/gzip.h"
#include "iceberg/model/literal.h"
#include "iceberg/model/murmur3.h"
#include "iceberg/model/partition_spec.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"

namespace lifeboat::iceberg {
namespace {

namespace json = boost::json;

// Everything version 2 has, with a member this program does not know at every level.
constexpr char kVersion2[] = R"json({
  "format-version": 2, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://bucket/t",
  "last-sequence-number": 34, "last-updated-ms": 1602638573590, "last-column-id": 5, "future": {"a": [1, 2.5, "x"]},
  "current-schema-id": 1,
  "schemas": [
    {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
    {"type": "struct", "schema-id": 1, "identifier-field-ids": [1], "note": 7, "fields": [
      {"id": 1, "name": "x", "required": true, "type": "long", "hint": true},
      {"id": 2, "name": "y", "required": false, "type": "decimal(9, 2)", "doc": "comment"},
      {"id": 3, "name": "tags", "required": false,
       "type": {"type": "map", "key-id": 4, "key": "string", "value-id": 5, "value": "timestamptz",
                "value-required": false, "later": null}}]}],
  "default-spec-id": 0,
  "partition-specs": [{"spec-id": 0, "more": 1, "fields": [
    {"source-id": 1, "field-id": 1000, "name": "x_bucket", "transform": "bucket[16]", "odd": "o"}]}],
  "last-partition-id": 1000, "default-sort-order-id": 3,
  "sort-orders": [{"order-id": 3, "s": 1, "fields": [
    {"transform": "identity", "source-id": 1, "direction": "asc", "null-order": "nulls-first", "z": {}}]}],
  "properties": {"read.split.target.size": "134217728"},
  "current-snapshot-id": 3055729675574597004,
  "refs": {"main": {"snapshot-id": 3055729675574597004, "type": "branch", "new": "n"},
           "t1": {"snapshot-id": 3051729675574597004, "type": "tag", "max-ref-age-ms": 10000000}},
  "snapshots": [
    {"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770, "sequence-number": 33,
     "summary": {"operation": "append", "added-records": "2"}, "manifest-list": "s3://a/1.avro"},
    {"snapshot-id": 3055729675574597004, "parent-snapshot-id": 3051729675574597004, "timestamp-ms": 1555100955770,
     "sequence-number": 34, "summary": {"operation": "append"}, "manifest-list": "s3://a/2.avro", "schema-id": 1,
     "branch-hint": [true]}],
  "statistics": [{"snapshot-id": 3055729675574597004, "statistics-path": "s3://a/b.puffin", "file-size-in-bytes": 413,
    "file-footer-size-in-bytes": 42, "blob-metadata": [{"type": "ndv", "snapshot-id": 1, "fields": [1]}], "st": 1}],
  "partition-statistics": [{"snapshot-id": 3055729675574597004, "statistics-path": "s3://a/p.parquet",
    "file-size-in-bytes": 43, "pst": 2}],
  "snapshot-log": [{"snapshot-id": 3051729675574597004, "timestamp-ms": 1515100955770, "l": 1},
                   {"snapshot-id": 3055729675574597004, "timestamp-ms": 1555100955770}],
  "metadata-log": [{"metadata-file": "s3://bucket/.../v1.json", "timestamp-ms": 1515100, "m": 1}]})json";

constexpr char kVersion1[] = R"({
  "format-version": 1, "location": "file:///t/", "last-updated-ms": 1, "last-column-id": 1,
  "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
  "partition-spec": [{"name": "x", "transform": "identity", "source-id": 1, "field-id": 1000}],
  "properties": {}, "current-snapshot-id": -1, "snapshots": []})";

constexpr char kVersion3[] = R"json({
  "format-version": 3, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://bucket/t",
  "last-sequence-number": 0, "last-updated-ms": 1, "last-column-id": 3, "current-schema-id": 0, "next-row-id": 9,
  "schemas": [{"type": "struct", "schema-id": 0, "fields": [
    {"id": 1, "name": "v", "required": false, "type": "variant"},
    {"id": 2, "name": "g", "required": false, "type": "geometry(srid:4326)"},
    {"id": 3, "name": "n", "required": false, "type": "timestamp_ns", "initial-default": "2026-01-01T00:00:00.000000001",
     "write-default": "2026-01-01T00:00:00.000000002"}]}],
  "default-spec-id": 0, "partition-specs": [{"spec-id": 0, "fields": [
    {"source-ids": [1, 2], "source-id": 1, "field-id": 1000, "name": "p", "transform": "multi[3]"}]}],
  "last-partition-id": 1000, "default-sort-order-id": 0, "sort-orders": [{"order-id": 0, "fields": []}],
  "properties": {}, "current-snapshot-id": null, "refs": {}, "snapshots": [], "statistics": [],
  "partition-statistics": [], "snapshot-log": [], "metadata-log": [],
  "encryption-keys": [{"key-id": "k", "encrypted-key-metadata": "AAA=", "encrypted-by-id": "kek"}]})json";

TableMetadata Parse(std::string_view text) {
  Result<TableMetadata> metadata = ParseTableMetadata(text, "test");
  EXPECT_TRUE(metadata.ok()) << metadata.status().ToString();
  return std::move(metadata).value();
}

TEST(TableMetadataJson, RoundTripKeepsEverything) {
  EXPECT_EQ(json::parse(ToJsonText(Parse(kVersion2))), json::parse(kVersion2));
  EXPECT_EQ(json::parse(ToJsonText(Parse(kVersion3))), json::parse(kVersion3));
}

TEST(TableMetadataJson, Version1IsNormalised) {
  const TableMetadata metadata = Parse(kVersion1);
  EXPECT_EQ(metadata.location, "file:///t");
  EXPECT_EQ(metadata.schemas.size(), 1u);
  EXPECT_EQ(metadata.spec().fields.size(), 1u);
  EXPECT_EQ(metadata.last_partition_id, 1000);
  EXPECT_TRUE(metadata.sort_order().is_unsorted());
  EXPECT_EQ(metadata.current_snapshot(), nullptr);
  EXPECT_EQ(ToJsonText(Parse(ToJsonText(metadata))), ToJsonText(metadata));
  // Members that mean something only beside others, or in later versions, are no unknown ones either.
  std::string text = kVersion1;
  text.replace(text.find("\"properties\""), 0,
               R"("current-schema-id":0,"default-spec-id":0,"next-row-id":7,)");
  EXPECT_EQ(ToJsonText(Parse(text)), ToJsonText(metadata));
}

TEST(TableMetadataJson, ErrorsNameThePath) {
  std::string text = kVersion2;
  text.replace(text.find("\"decimal(9, 2)\""), 15, "\"decimal(99, 2)\"");
  const Status status = ParseTableMetadata(text, "v1.json").status();
  EXPECT_EQ(status.code(), StatusCode::kCorruption);
  EXPECT_NE(status.message().find("schemas[1].fields[1].type"), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("v1.json"), std::string::npos);
}

TEST(TableMetadataJson, EveryTruncationIsAnError) {
  const std::string text = kVersion2;
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ParseTableMetadata(text.substr(0, length), "t").ok()) << length;
  }
}

TEST(TableMetadataJson, DanglingReferencesAreRefused) {
  for (const auto& [from, to] :
       {std::pair{"\"current-schema-id\": 1", "\"current-schema-id\": 9"},
        {"\"default-spec-id\": 0", "\"default-spec-id\": 9"},
        {"\"default-sort-order-id\": 3", "\"default-sort-order-id\": 9"},
        {"\"current-snapshot-id\": 3055729675574597004", "\"current-snapshot-id\": 9"},
        {"\"snapshot-id\": 3051729675574597004, \"type\"", "\"snapshot-id\": 9, \"type\""}}) {
    std::string text = kVersion2;
    text.replace(text.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(ParseTableMetadata(text, "t").ok()) << to;
  }
}

TEST(Gzip, InflatesAndRefusesDamage) {
  // printf '{}' | gzip -n
  const std::string bytes = HexDecode(
                                "1f8b0800000000000003abae0500"
                                "43bfa6a302000000")
                                .value();
  ASSERT_TRUE(IsGzip(bytes));
  EXPECT_EQ(Gunzip(bytes).value(), "{}");
  for (size_t length = 3; length < bytes.size(); ++length) EXPECT_FALSE(Gunzip(bytes.substr(0, length)).ok());
}

// Values of the spec's Appendix B.
TEST(Murmur3, SpecificationExamples) {
  const auto hash = [](const Type& type, const Literal& value) {
    return Murmur3(LiteralToBytes(type, value));
  };
  EXPECT_EQ(hash(Type::Primitive(TypeId::kLong), Literal(int64_t{34})), 2017239379);
  EXPECT_EQ(Murmur3("iceberg"), 1210000089);
  EXPECT_EQ(hash(Type::Decimal(9, 2), Literal(Int128{1420})), -500754589);
  EXPECT_EQ(Murmur3(HexDecode("f79c3e09677c4bbda4793f349cb785e7").value()), 1488055340);
  EXPECT_EQ(Murmur3(HexDecode("00010203").value()), -188683207);
}

TEST(Transform, AppliesAsSpecified) {
  const Type date = Type::Primitive(TypeId::kDate), timestamp = Type::Primitive(TypeId::kTimestamp);
  const auto apply = [](const char* name, const Type& type, const Literal& value) {
    return LiteralToText(Type::Primitive(TypeId::kInt), Transform::Parse(name).Apply(type, value));
  };
  const Literal day(static_cast<int32_t>(*ParseDate("2017-11-16")));
  const Literal moment(*ParseTimestamp("2017-11-16T22:31:08", 1'000'000, false));
  EXPECT_EQ(apply("year", date, day), "47");
  EXPECT_EQ(apply("month", date, day), "574");
  EXPECT_EQ(apply("day", timestamp, moment), "17486");
  EXPECT_EQ(apply("hour", timestamp, moment), "419686");
  EXPECT_EQ(apply("hour", timestamp, Literal(int64_t{-1})), "-1");
  EXPECT_EQ(apply("truncate[10]", Type::Primitive(TypeId::kInt), Literal(-1)), "-10");
  EXPECT_EQ(apply("bucket[16]", Type::Primitive(TypeId::kLong), Literal(int64_t{34})), "3");
  EXPECT_EQ(*Transform::Parse("truncate[2]")
                 .Apply(Type::Primitive(TypeId::kString), Literal("äöü"))
                 .As<std::string>(),
            "äö");
  EXPECT_EQ(Transform::Parse("bucket[0]").kind, Transform::Kind::kUnknown);
  EXPECT_EQ(Transform::Parse("zorder[2]").ToString(), "zorder[2]");
  EXPECT_FALSE(Transform::Parse("hour").ResultType(date).ok());
}

TEST(Calendar, EveryDayOfFourCenturiesRoundTrips) {
  for (int64_t day = -150'000; day < 150'000; ++day) {
    ASSERT_EQ(DaysFromCivil(CivilFromDays(day)), day);
    ASSERT_EQ(ParseDate(DateText(day)), day);
  }
  EXPECT_EQ(ParseDate("2026-02-29"), std::nullopt);
  EXPECT_EQ(ParseTimestamp("2026-01-01T00:00:00+01:00", 1'000'000, true),
            ParseTimestamp("2025-12-31T23:00:00", 1'000'000, false));
  EXPECT_EQ(ParseTimestamp("2026-01-01T00:00:00Z", 1'000'000, false), std::nullopt);
}

TEST(Literal, BinaryAndTextRoundTrip) {
  const std::vector<std::pair<Type, std::string>> cases = {
      {Type::Primitive(TypeId::kBoolean), "true"},
      {Type::Primitive(TypeId::kInt), "-42"},
      {Type::Primitive(TypeId::kLong), "-9223372036854775808"},
      {Type::Primitive(TypeId::kDouble), "1.5"},
      {Type::Primitive(TypeId::kDate), "1969-12-31"},
      {Type::Primitive(TypeId::kTime), "23:59:59.000001"},
      {Type::Primitive(TypeId::kTimestamp), "2026-01-31T10:00:00.500000"},
      {Type::Primitive(TypeId::kTimestampTzNs), "2026-01-31T10:00:00.000000005+00:00"},
      {Type::Primitive(TypeId::kString), "héllo"},
      {Type::Primitive(TypeId::kUuid), "f79c3e09-677c-4bbd-a479-3f349cb785e7"},
      {Type::Fixed(3), "0a0b0c"},
      {Type::Decimal(38, 10), "-1234567890123456789012345678.0123456789"},
      {Type::Decimal(4, 2), "-0.05"}};
  for (const auto& [type, text] : cases) {
    ASSERT_OK_AND_ASSIGN(const Literal literal, ParseLiteral(type, text));
    EXPECT_EQ(LiteralToText(type, literal), text);
    ASSERT_OK_AND_ASSIGN(const Literal back, LiteralFromBytes(type, LiteralToBytes(type, literal)));
    EXPECT_EQ(back, literal) << text;
    std::string json_text;
    JsonWriter writer(&json_text);
    AppendLiteralJson(type, literal, writer);
    ASSERT_OK_AND_ASSIGN(const Literal from_json, LiteralFromJson(type, json::parse(json_text)));
    EXPECT_EQ(from_json, literal) << json_text;
  }
  EXPECT_FALSE(ParseLiteral(Type::Decimal(4, 2), "123.45").ok());
  EXPECT_FALSE(ParseLiteral(Type::Primitive(TypeId::kInt), "3000000000").ok());
  EXPECT_FALSE(LiteralFromBytes(Type::Primitive(TypeId::kLong), "abc").ok());
}

TEST(JsonWriterTest, WritesWhatAParserReadsAsTheSame) {
  std::string value;
  for (int c = 0; c < 0x30; ++c) value.push_back(static_cast<char>(c));
  value += "\"\\é";
  std::string text;
  JsonWriter(&text).String(value);
  EXPECT_EQ(json::parse(text).as_string(), value);
}

TEST(JsonWriterTest, EscapesWhereverTheByteStands) {
  for (const unsigned char c :
       {0x00, 0x01, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xFF}) {
    for (size_t size = 1; size <= 20; ++size) {
      for (size_t at = 0; at < size; ++at) {
        std::string value(size, 'x');
        value[at] = static_cast<char>(c);
        std::string expected;
        for (const char each : value) {
          if (each == '"' || each == '\\') expected += '\\';
          if (static_cast<unsigned char>(each) < 0x20) {
            expected += fmt::format("\\u{:04x}", each);
          } else {
            expected += each;
          }
        }
        std::string text;
        JsonWriter(&text).String(value);
        EXPECT_EQ(text, '"' + expected + '"');
      }
    }
  }
}

TEST(Literal, TheFirstAndTheLastNanosecondAreWrittenAndRead) {
  const Type type = Type::Primitive(TypeId::kTimestampNs);
  for (const auto& [nanos, text] : {std::pair{INT64_MIN, "1677-09-21T00:12:43.145224192"},
                                    std::pair{INT64_MAX, "2262-04-11T23:47:16.854775807"}}) {
    EXPECT_EQ(LiteralToText(type, Literal(nanos)), text);
    EXPECT_EQ(ParseLiteral(type, text).value(), Literal(nanos));
  }
  EXPECT_FALSE(ParseLiteral(type, "1677-09-21T00:12:43.145224191").ok());
  EXPECT_FALSE(ParseLiteral(type, "2262-04-11T23:47:16.854775808").ok());
}

TEST(Literal, Order) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(Compare(Literal(), Literal(1)) < 0);
  EXPECT_TRUE(Compare(Literal(1e300), Literal(nan)) < 0);
  EXPECT_TRUE(Compare(Literal(nan), Literal(nan)) == 0);
  EXPECT_TRUE(Compare(Literal(-0.0), Literal(0.0)) == 0);
  EXPECT_TRUE(Compare(Literal("a"), Literal("\xff")) < 0);
  EXPECT_TRUE(Compare(Literal(1), Literal(int64_t{2})) < 0);
  EXPECT_TRUE(Compare(Literal(1), Literal("1")) == std::partial_ordering::unordered);
}

TEST(PartitionPath, IsEncodedLikeJava) {
  const TableMetadata metadata = Parse(kVersion2);
  Schema schema = metadata.schema();
  schema.fields.push_back({10, "s", Type::Primitive(TypeId::kString), false});
  PartitionSpec spec;
  spec.fields = {{10, {}, 1000, "s p", Transform::Parse("identity"), {}}};
  EXPECT_EQ(PartitionPath(spec, schema, {Literal("a/b c=é")}), "s+p=a%2Fb+c%3D%C3%A9");
  EXPECT_EQ(PartitionPath(spec, schema, {Literal()}), "s+p=null");
}

TEST(Expression, NegationMovesInward) {
  const Schema schema = Parse(kVersion2).schema();
  const Expression expression = Expression::Not(
      Expression::And({Expression::Equal(1, Literal(int64_t{5})), Expression::Not(Expression::IsNull(2))}));
  EXPECT_EQ(ToString(RewriteNot(expression), schema), "(x <> 5 OR y IS NULL)");
  EXPECT_OK(ValidateExpression(expression, schema));
  EXPECT_FALSE(ValidateExpression(Expression::Equal(1, Literal("5")), schema).ok());
  EXPECT_FALSE(ValidateExpression(Expression::Equal(99, Literal(5)), schema).ok());
}

class UpdatesTest : public ::testing::Test {
 protected:
  TableMetadata Apply(const TableMetadata& base, std::string_view updates) {
    Result<TableMetadata> result = Try(base, updates);
    EXPECT_TRUE(result.ok()) << result.status().ToString();
    return result.ok() ? std::move(result).value() : base;
  }
  Result<TableMetadata> Try(const TableMetadata& base, std::string_view updates) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<TableUpdate> parsed, ParseTableUpdates(json::parse(updates)));
    // Each update's own JSON form says the same.
    std::string text;
    JsonWriter writer(&text);
    AppendJson(parsed, writer);
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<TableUpdate> again, ParseTableUpdates(json::parse(text)));
    EXPECT_EQ(again.size(), parsed.size());
    return ApplyUpdates(&base, again, {"s3://bucket/t/metadata/v1.json"}, clock_);
  }
  std::string Failure(const TableMetadata& base, std::string_view updates) {
    return Try(base, updates).status().message();
  }

  ManualClock clock_{1'700'000'000'000'000};
  TableMetadata base_ = Parse(kVersion2);
};

TEST_F(UpdatesTest, SchemaEvolution) {
  const TableMetadata next = Apply(base_, R"([
    {"action": "add-schema", "schema": {"type": "struct", "schema-id": 7, "fields": [
      {"id": 1, "name": "x", "required": true, "type": "long"}, {"id": 6, "name": "z", "required": false, "type": "int"}]}},
    {"action": "set-current-schema", "schema-id": -1}])");
  EXPECT_EQ(next.current_schema_id, 2);
  EXPECT_EQ(next.last_column_id, 6);
  EXPECT_EQ(next.last_updated_ms, 1'700'000'000'000);
  ASSERT_EQ(next.metadata_log.size(), 2u);
  EXPECT_EQ(next.metadata_log[1].metadata_file, "s3://bucket/t/metadata/v1.json");
  EXPECT_EQ(next.metadata_log[1].timestamp_ms, base_.last_updated_ms);
  // Adding a schema that is there already reuses its id.
  const TableMetadata back = Apply(next, R"([
    {"action": "add-schema", "schema": {"type": "struct", "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]}},
    {"action": "set-current-schema", "schema-id": -1}])");
  EXPECT_EQ(back.current_schema_id, 0);
  EXPECT_EQ(back.schemas.size(), 3u);
  EXPECT_EQ(Failure(base_, R"([{"action": "set-current-schema", "schema-id": -1}])"),
            "Cannot set last added schema: no schema has been added");
  EXPECT_EQ(Failure(base_, R"([{"action": "set-current-schema", "schema-id": 9}])"),
            "Cannot set current schema to unknown schema: 9");
  EXPECT_EQ(Failure(base_, R"([{"action": "remove-schemas", "schema-ids": [1]}])"),
            "Cannot remove the current schema");
  EXPECT_EQ(Apply(base_, R"([{"action": "remove-schemas", "schema-ids": [0]}])").schemas.size(), 1u);
}

TEST_F(UpdatesTest, SpecsAndSortOrders) {
  const TableMetadata next = Apply(base_, R"([
    {"action": "add-spec", "spec": {"fields": [{"source-id": 2, "name": "y_id", "transform": "identity"}]}},
    {"action": "set-default-spec", "spec-id": -1},
    {"action": "add-sort-order", "sort-order": {"order-id": 1, "fields": []}},
    {"action": "set-default-sort-order", "sort-order-id": -1}])");
  EXPECT_EQ(next.default_spec_id, 1);
  EXPECT_EQ(next.spec().fields[0].field_id, 1001);
  EXPECT_EQ(next.last_partition_id, 1001);
  EXPECT_EQ(next.default_sort_order_id, 0);
  EXPECT_EQ(
      Failure(
          base_,
          R"([{"action": "add-spec", "spec": {"fields": [{"source-id": 99, "name": "n", "transform": "identity"}]}}])"),
      "Cannot find source column for partition field: n: identity(99)");
  EXPECT_EQ(Failure(next, R"([{"action": "remove-partition-specs", "spec-ids": [1]}])"),
            "Cannot remove the default partition spec");
}

constexpr char kAppend[] = R"([
  {"action": "add-snapshot", "snapshot": {"snapshot-id": 7, "parent-snapshot-id": 3055729675574597004,
   "sequence-number": 35, "timestamp-ms": 1602638573999, "summary": {"operation": "append"}, "manifest-list": "m7"}},
  {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": 7}])";

TEST_F(UpdatesTest, AppendMovesMainAndLogs) {
  const TableMetadata next = Apply(base_, kAppend);
  EXPECT_EQ(next.current_snapshot_id, 7);
  EXPECT_EQ(next.refs.at("main").snapshot_id, 7);
  EXPECT_EQ(next.last_sequence_number, 35);
  EXPECT_EQ(next.last_updated_ms, 1602638573999);
  EXPECT_EQ(next.snapshot_log.back().snapshot_id, 7);
  EXPECT_EQ(next.snapshots.size(), 3u);
  EXPECT_EQ(base_.snapshots.size(), 2u);
  EXPECT_EQ(Failure(next, kAppend), "Snapshot already exists for id: 7");
}

TEST_F(UpdatesTest, StaleSnapshotIsAConflict) {
  std::string stale = kAppend;
  stale.replace(stale.find("35"), 2, "34");
  EXPECT_STATUS(StatusCode::kConflict, Try(base_, stale));
}

TEST_F(UpdatesTest, SnapshotThatWasCurrentOnlyInsideACommitIsNotLogged) {
  const TableMetadata next = Apply(base_, R"([
    {"action": "add-snapshot", "snapshot": {"snapshot-id": 7, "parent-snapshot-id": 3055729675574597004, "sequence-number": 35,
     "timestamp-ms": 1602638573999, "manifest-list": "m7"}},
    {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": 7},
    {"action": "add-snapshot", "snapshot": {"snapshot-id": 8, "parent-snapshot-id": 7, "sequence-number": 36,
     "timestamp-ms": 1602638574999, "manifest-list": "m8"}},
    {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": 8}])");
  ASSERT_EQ(next.snapshot_log.size(), 3u);
  EXPECT_EQ(next.snapshot_log.back().snapshot_id, 8);
}

TEST_F(UpdatesTest, RemovingSnapshotsTakesRefsStatisticsAndHistoryAlong) {
  const TableMetadata next =
      Apply(base_, R"([{"action": "remove-snapshots", "snapshot-ids": [3051729675574597004]}])");
  EXPECT_EQ(next.snapshots.size(), 1u);
  EXPECT_FALSE(next.refs.contains("t1"));
  EXPECT_EQ(next.snapshot_log.size(), 1u);
  EXPECT_EQ(next.statistics.size(), 1u);
  const TableMetadata none =
      Apply(base_, R"([{"action": "remove-snapshots", "snapshot-ids": [3055729675574597004]}])");
  EXPECT_EQ(none.current_snapshot(), nullptr);
  EXPECT_FALSE(none.refs.contains("main"));
  EXPECT_TRUE(none.statistics.empty());
  EXPECT_TRUE(none.partition_statistics.empty());
}

TEST_F(UpdatesTest, RefsAndTags) {
  const TableMetadata next = Apply(base_, R"([
    {"action": "set-snapshot-ref", "ref-name": "b", "type": "branch", "snapshot-id": 3051729675574597004, "min-snapshots-to-keep": 2},
    {"action": "remove-snapshot-ref", "ref-name": "t1"}])");
  EXPECT_EQ(next.refs.at("b").min_snapshots_to_keep, 2);
  EXPECT_FALSE(next.refs.contains("t1"));
  EXPECT_EQ(
      Failure(base_,
              R"([{"action": "set-snapshot-ref", "ref-name": "b", "type": "branch", "snapshot-id": 1}])"),
      "Cannot set b to unknown snapshot: 1");
  const TableMetadata empty = Apply(base_, R"([{"action": "remove-snapshot-ref", "ref-name": "main"}])");
  EXPECT_EQ(empty.current_snapshot(), nullptr);
  EXPECT_EQ(empty.snapshot_log, base_.snapshot_log) << "history keeps telling what was current";
}

TEST_F(UpdatesTest, PropertiesLocationUuidVersionKeysStatistics) {
  const TableMetadata next = Apply(base_, R"([
    {"action": "set-properties", "updates": {"a": "1", "b": "2"}}, {"action": "remove-properties", "removals": ["b"]},
    {"action": "set-location", "location": "s3://other/t/"}, {"action": "upgrade-format-version", "format-version": 3},
    {"action": "add-encryption-key", "encryption-key": {"key-id": "k", "encrypted-key-metadata": "AA=="}},
    {"action": "set-statistics", "snapshot-id": 3051729675574597004, "statistics": {"snapshot-id": 3051729675574597004,
     "statistics-path": "p", "file-size-in-bytes": 1, "file-footer-size-in-bytes": 1, "blob-metadata": []}},
    {"action": "remove-partition-statistics", "snapshot-id": 3055729675574597004}])");
  EXPECT_EQ(next.properties.at("a"), "1");
  EXPECT_FALSE(next.properties.contains("b"));
  EXPECT_EQ(next.location, "s3://other/t");
  EXPECT_EQ(next.format_version, 3);
  EXPECT_EQ(next.encryption_keys.size(), 1u);
  EXPECT_EQ(next.statistics.size(), 2u);
  EXPECT_TRUE(next.partition_statistics.empty());
  EXPECT_EQ(next.extra, base_.extra);
  EXPECT_EQ(Failure(next, R"([{"action": "upgrade-format-version", "format-version": 2}])"),
            "Cannot downgrade v3 table to v2");
  for (const char* encoded : {"%", "_-8="}) {
    EXPECT_EQ(Failure(next, fmt::format(R"([{{"action": "add-encryption-key", "encryption-key":
                                           {{"key-id": "q", "encrypted-key-metadata": "{}"}}}}])",
                                        encoded)),
              "Invalid encryption key q: encrypted-key-metadata is not base64");
  }
  EXPECT_EQ(Failure(next, R"([{"action": "upgrade-format-version", "format-version": 4}])"),
            "Cannot upgrade table to unsupported format version: v4 (supported: v3)");
}

TEST_F(UpdatesTest, UuidIsAssignedOnce) {
  const auto assign = [](std::string_view uuid) {
    return fmt::format(R"([{{"action": "assign-uuid", "uuid": "{}"}}])", uuid);
  };
  EXPECT_EQ(
      Failure(base_, assign("00000000-0000-4000-8000-000000000000")),
      "Cannot assign UUID 00000000-0000-4000-8000-000000000000: the table has UUID " + base_.table_uuid);
  EXPECT_EQ(Failure(base_, assign("seven")), "Cannot assign UUID 'seven': it is not a UUID");
  std::string upper = base_.table_uuid;
  std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
  EXPECT_EQ(Apply(base_, assign(upper)).table_uuid, base_.table_uuid);
  TableMetadata without = base_;
  without.table_uuid.clear();
  EXPECT_EQ(Apply(without, assign(upper)).table_uuid, upper) << "version 1 tables may have none";
}

TEST_F(UpdatesTest, TransformsNeedTheirNumber) {
  for (const char* transform : {"bucket[0]", "bucket[-3]", "bucket", "truncate[x]", "bucket[99999999999]"}) {
    const std::string expected =
        fmt::format("Invalid transform: {} needs a positive number in brackets", transform);
    EXPECT_EQ(Failure(base_, fmt::format(R"([{{"action": "add-spec", "spec": {{"fields": [{{"source-id": 1,
      "field-id": 1100, "name": "p", "transform": "{}"}}]}}}}])",
                                         transform)),
              expected);
    EXPECT_EQ(Failure(base_,
                      fmt::format(R"([{{"action": "add-sort-order", "sort-order": {{"order-id": 9, "fields": [
      {{"source-id": 1, "transform": "{}", "direction": "asc", "null-order": "nulls-first"}}]}}}}])",
                                  transform)),
              expected);
  }
}

TEST_F(UpdatesTest, RowLineageOfVersion3) {
  const TableMetadata v3 = Apply(base_, R"([{"action": "upgrade-format-version", "format-version": 3}])");
  const std::string snapshot = R"({"action": "add-snapshot", "snapshot": {"snapshot-id": 7,
    "parent-snapshot-id": 3055729675574597004, "sequence-number": 35, "timestamp-ms": 1602638573999,
    "manifest-list": "m7")";
  EXPECT_EQ(Failure(v3, "[" + snapshot + "}}]"), "Cannot add a snapshot: first-row-id is null");
  const TableMetadata next = Apply(v3, "[" + snapshot + R"(, "first-row-id": 0, "added-rows": 40}}])");
  EXPECT_EQ(next.next_row_id, 40);
}

TEST_F(UpdatesTest, RowIdsDoNotOverflow) {
  const TableMetadata v3 = Apply(base_, R"([{"action": "upgrade-format-version", "format-version": 3}])");
  const auto append = [](int64_t added_rows) {
    return fmt::format(R"([{{"action": "add-snapshot", "snapshot": {{"snapshot-id": 7, "sequence-number": 35,
      "timestamp-ms": 1602638573999, "manifest-list": "m7", "first-row-id": 9223372036854775800,
      "added-rows": {}}}}}])",
                       added_rows);
  };
  EXPECT_STATUS(StatusCode::kInvalidArgument, Try(v3, append(8)));
  EXPECT_EQ(Apply(v3, append(7)).next_row_id, std::numeric_limits<int64_t>::max());
}

TEST_F(UpdatesTest, TimeInTheLogsNeverGoesBack) {
  // A writer whose clock is an hour ahead of the catalog's, then one whose clock is right, then a change
  // without snapshot.
  const int64_t ahead_ms = clock_.NowMillis() + 3'600'000;
  TableMetadata metadata = base_;
  const auto append = [&](int64_t id, int64_t timestamp_ms) {
    metadata = Apply(metadata, fmt::format(R"([
      {{"action": "add-snapshot", "snapshot": {{"snapshot-id": {0}, "parent-snapshot-id": {1},
        "sequence-number": {2}, "timestamp-ms": {3}, "manifest-list": "m"}}}},
      {{"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": {0}}}])",
                                           id, *metadata.current_snapshot_id,
                                           metadata.last_sequence_number + 1, timestamp_ms));
  };
  append(7, ahead_ms);
  append(8, clock_.NowMillis());
  EXPECT_EQ(metadata.FindSnapshot(8)->timestamp_ms, clock_.NowMillis())
      << "the snapshot stays as it was written";
  metadata = Apply(metadata, R"([{"action": "set-properties", "updates": {"a": "1"}}])");
  EXPECT_EQ(metadata.snapshot_log.back().timestamp_ms, ahead_ms);
  EXPECT_EQ(metadata.metadata_log.back().timestamp_ms, ahead_ms);
  EXPECT_EQ(metadata.last_updated_ms, ahead_ms);
}

TEST_F(UpdatesTest, SnapshotsNoReaderWouldTakeAreRefused) {
  const auto failure = [&](const TableMetadata& base, std::string_view members) {
    return Failure(
        base,
        fmt::format(R"([{{"action": "add-snapshot", "snapshot": {{{}, "timestamp-ms": 1}}}}])", members));
  };
  EXPECT_EQ(failure(base_, R"("snapshot-id": -7, "sequence-number": 35, "manifest-list": "m")"),
            "Cannot add a snapshot with a negative id: -7");
  Snapshot negative = *base_.snapshots.front();
  negative.snapshot_id = 7;
  negative.sequence_number = -1;
  EXPECT_EQ(ApplyUpdates(&base_, {update::AddSnapshot{negative}}, {}, clock_).status().message(),
            "Cannot add a snapshot with a negative sequence number: -1");
  EXPECT_EQ(failure(base_, R"("snapshot-id": 7, "sequence-number": 35, "manifests": ["m"])"),
            "Cannot add snapshot 7 without a manifest list");
  const TableMetadata v1 = Parse(kVersion1);
  EXPECT_EQ(failure(v1, R"("snapshot-id": 7, "sequence-number": 5, "manifest-list": "m")"),
            "Sequence number must be 0 in v1: 5");
  EXPECT_EQ(failure(v1, R"("snapshot-id": 7)"), "Cannot add snapshot 7 without a manifest list");
  EXPECT_EQ(failure(v1, R"("snapshot-id": 7, "manifests": ["m"])"), "");
}

TEST_F(UpdatesTest, RetentionOfRefsIsPositive) {
  const auto failure = [&](std::string_view retention) {
    return Failure(base_, fmt::format(R"([{{"action": "set-snapshot-ref", "ref-name": "b", "type": "branch",
      "snapshot-id": 3051729675574597004, "{}": 0}}])",
                                      retention));
  };
  EXPECT_EQ(failure("min-snapshots-to-keep"), "Min snapshots to keep must be greater than 0");
  EXPECT_EQ(failure("max-snapshot-age-ms"), "Max snapshot age must be greater than 0 ms");
  EXPECT_EQ(failure("max-ref-age-ms"), "Max reference age must be greater than 0");
}

TEST_F(UpdatesTest, PartitionFieldIdsAreDistinctAndDoNotOverflow) {
  const auto add = [](std::string_view first, std::string_view second) {
    return fmt::format(R"([{{"action": "add-spec", "spec": {{"fields": [
      {{"source-id": 1, "name": "a", "transform": "bucket[4]"{}}},
      {{"source-id": 2, "name": "b", "transform": "bucket[5]"{}}}]}}}}])",
                       first, second);
  };
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                Try(base_, add(R"(, "field-id": 1001)", R"(, "field-id": 1001)")));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Try(base_, add(R"(, "field-id": -1)", "")));
  TableMetadata last = base_;
  last.last_partition_id = std::numeric_limits<int32_t>::max() - 1;
  EXPECT_STATUS(StatusCode::kInvalidArgument, Try(last, add("", "")));
  EXPECT_EQ(Apply(base_, add("", "")).last_partition_id, 1002);
}

TEST_F(UpdatesTest, FieldIdsAndDefaultsAreChecked) {
  const TableMetadata v3 = Apply(base_, R"([{"action": "upgrade-format-version", "format-version": 3}])");
  const auto add = [&](std::string_view field) {
    return Try(v3, fmt::format(
                       R"([{{"action": "add-schema", "schema": {{"type": "struct", "fields": [{{"name": "n",
      {}}}]}}}}])",
                       field))
        .status();
  };
  EXPECT_OK(add(R"("id": 9, "required": false, "type": "int", "initial-default": 5, "write-default": 6)"));
  EXPECT_OK(add(R"("id": 9, "required": false, "type": "date", "initial-default": "2026-11-25")"));
  EXPECT_OK(add(R"("id": 9, "required": false, "type": "unknown", "initial-default": null)"));
  for (const std::string_view refused :
       {R"("id": 9, "required": false, "type": "int", "initial-default": "five")",
        R"("id": 9, "required": false, "type": "int", "write-default": 3000000000)",
        R"("id": 9, "required": false, "type": "date", "initial-default": "2026-13-25")",
        R"("id": 9, "required": false, "type": "variant", "initial-default": "x")",
        R"("id": 9, "required": false, "type": "geometry", "write-default": "x")",
        R"("id": 9, "required": true, "type": "unknown")", R"("id": -9, "required": false, "type": "int")",
        R"("id": 2147483448, "required": false, "type": "int")"}) {
    SCOPED_TRACE(refused);
    EXPECT_STATUS(StatusCode::kInvalidArgument, add(refused));
  }
}

TEST_F(UpdatesTest, MetadataLogIsTrimmed) {
  TableMetadata metadata = Apply(base_, R"([{"action": "set-properties",
    "updates": {"write.metadata.previous-versions-max": "3"}}])");
  for (int i = 0; i < 5; ++i) {
    metadata =
        Apply(metadata, fmt::format(R"([{{"action": "set-properties", "updates": {{"n": "{}"}}}}])", i));
  }
  EXPECT_EQ(metadata.metadata_log.size(), 3u);
}

TEST_F(UpdatesTest, NoEffectiveChangeReturnsTheBase) {
  const TableMetadata same = Apply(base_, R"([{"action": "set-current-schema", "schema-id": 1},
    {"action": "set-location", "location": "s3://bucket/t"}])");
  EXPECT_EQ(ToJsonText(same), ToJsonText(base_));
}

TEST_F(UpdatesTest, UnknownActionsAndTypesAreRefused) {
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ParseTableUpdate(json::parse(R"({"action": "drop-everything"})")));
  EXPECT_STATUS(StatusCode::kInvalidArgument,
                ParseTableRequirement(json::parse(R"({"type": "assert-weather"})")));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseTableUpdate(json::parse(R"({"action": "add-schema"})")));
}

TEST(NewTable, DealsOutFreshIds) {
  NewTable table;
  table.schema = ParseSchema(json::parse(R"({"type": "struct", "identifier-field-ids": [30], "fields": [
    {"id": 10, "name": "l", "required": false, "type": {"type": "list", "element-id": 20, "element": "int", "element-required": true}},
    {"id": 30, "name": "k", "required": true, "type": "string"}]})"))
                     .value();
  table.spec.fields = {{30, {}, 0, "k_bucket", Transform::Parse("bucket[4]"), {}}};
  table.sort_order.fields = {{30, {}, Transform::Parse("identity"), false, true, {}}};
  table.location = "file:///t/";
  table.properties = {{"format-version", "3"}, {"a", "b"}};
  ManualClock clock;
  SeededRandom random(1);
  ASSERT_OK_AND_ASSIGN(const TableMetadata metadata, NewTableMetadata(table, clock, random));
  EXPECT_EQ(metadata.format_version, 3);
  EXPECT_EQ(metadata.schema().NameOf(1), "l");
  EXPECT_EQ(metadata.schema().NameOf(2), "k");
  EXPECT_EQ(metadata.schema().NameOf(3), "l.element");
  EXPECT_EQ(metadata.schema().identifier_field_ids, std::vector<int32_t>{2});
  EXPECT_EQ(metadata.spec().fields[0].source_id, 2);
  EXPECT_EQ(metadata.spec().fields[0].field_id, 1000);
  EXPECT_EQ(metadata.default_sort_order_id, 1);
  EXPECT_EQ(metadata.properties, (StringMap{{"a", "b"}}));
  EXPECT_EQ(metadata.last_column_id, 3);
  // The updates that build it give the same table.
  ASSERT_OK_AND_ASSIGN(const TableMetadata rebuilt,
                       ApplyUpdates(nullptr, UpdatesToCreate(metadata), {}, clock));
  EXPECT_EQ(ToJsonText(rebuilt), ToJsonText(metadata));
}

TEST(NewTable, SpecAndOrderMayComeBeforeTheCurrentSchemaIsSet) {
  NewTable table;
  Field field;
  field.id = 1;
  field.name = "x";
  field.type = Type::Primitive(TypeId::kLong);
  table.schema.fields = {field};
  table.location = "file:///t";
  ManualClock clock;
  SeededRandom random(1);
  ASSERT_OK_AND_ASSIGN(const TableMetadata metadata, NewTableMetadata(table, clock, random));
  std::vector<TableUpdate> updates = UpdatesToCreate(metadata);
  const auto current = std::find_if(updates.begin(), updates.end(), [](const TableUpdate& update) {
    return std::holds_alternative<update::SetCurrentSchema>(update);
  });
  ASSERT_NE(current, updates.end());
  std::rotate(current, current + 1, updates.end());
  ASSERT_OK_AND_ASSIGN(const TableMetadata rebuilt, ApplyUpdates(nullptr, updates, {}, clock));
  EXPECT_EQ(ToJsonText(rebuilt), ToJsonText(metadata));

  const std::vector<TableUpdate> no_schema = {update::AddPartitionSpec{metadata.spec()}};
  EXPECT_STATUS(StatusCode::kInvalidArgument, ApplyUpdates(nullptr, no_schema, {}, clock));
}

TEST(MetadataLocation, CountsUp) {
  const TableMetadata metadata = Parse(kVersion2);
  EXPECT_TRUE(NewMetadataLocation(metadata, "").starts_with("s3://bucket/t/metadata/00000-"));
  EXPECT_TRUE(NewMetadataLocation(metadata, "s3://bucket/t/metadata/00041-x.metadata.json")
                  .starts_with("s3://bucket/t/metadata/00042-"));
  EXPECT_TRUE(NewMetadataLocation(metadata, "s3://bucket/t/metadata/v7.metadata.json")
                  .starts_with("s3://bucket/t/metadata/00008-"));
}

TEST(Requirements, EachCanFail) {
  const TableMetadata metadata = Parse(kVersion2);
  const auto check = [&](const TableMetadata* current, std::string_view text) {
    const auto parsed = ParseTableRequirements(json::parse(text));
    EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
    std::string again;
    JsonWriter writer(&again);
    AppendJson(*parsed, writer);
    const Status status = CheckRequirements(current, ParseTableRequirements(json::parse(again)).value());
    EXPECT_TRUE(status.ok() || status.code() == StatusCode::kConflict);
    return status.message();
  };
  EXPECT_EQ(
      check(&metadata, R"([{"type": "assert-table-uuid", "uuid": "9C12D441-03fe-4693-9a96-a0705ddf69c1"},
    {"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 3055729675574597004},
    {"type": "assert-ref-snapshot-id", "ref": "nope", "snapshot-id": null},
    {"type": "assert-last-assigned-field-id", "last-assigned-field-id": 5},
    {"type": "assert-current-schema-id", "current-schema-id": 1},
    {"type": "assert-last-assigned-partition-id", "last-assigned-partition-id": 1000},
    {"type": "assert-default-spec-id", "default-spec-id": 0},
    {"type": "assert-default-sort-order-id", "default-sort-order-id": 3}])"),
      "");
  EXPECT_EQ(check(nullptr, R"([{"type": "assert-create"}])"), "");
  EXPECT_EQ(check(&metadata, R"([{"type": "assert-create"}])"), "Requirement failed: table already exists");
  EXPECT_EQ(check(nullptr, R"([{"type": "assert-default-spec-id", "default-spec-id": 0}])"),
            "Requirement failed: table does not exist");
  EXPECT_EQ(check(&metadata, R"([{"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 1}])"),
            "Requirement failed: branch main has changed: expected id 1 != 3055729675574597004");
  EXPECT_EQ(check(&metadata, R"([{"type": "assert-ref-snapshot-id", "ref": "t1", "snapshot-id": null}])"),
            "Requirement failed: tag t1 was created concurrently");
  EXPECT_EQ(check(&metadata, R"([{"type": "assert-ref-snapshot-id", "ref": "x", "snapshot-id": 1}])"),
            "Requirement failed: branch or tag x is missing, expected 1");
  for (const char* text :
       {R"([{"type": "assert-table-uuid", "uuid": "x"}])",
        R"([{"type": "assert-last-assigned-field-id", "last-assigned-field-id": 6}])",
        R"([{"type": "assert-current-schema-id", "current-schema-id": 0}])",
        R"([{"type": "assert-last-assigned-partition-id", "last-assigned-partition-id": 1}])",
        R"([{"type": "assert-default-spec-id", "default-spec-id": 1}])",
        R"([{"type": "assert-default-sort-order-id", "default-sort-order-id": 0}])"}) {
    EXPECT_TRUE(check(&metadata, text).starts_with("Requirement failed: ")) << text;
  }
}

TEST(Json, FractionsAreTheNearestDoubleAndOverflowIsRefused) {
  for (const std::string number :
       {"30557296755745968128.0", "0.1", "2.2250738585072014e-308", "-123456.7890123", "1e22"}) {
    ASSERT_OK_AND_ASSIGN(const json::value value, ParseJson("[" + number + "]"));
    EXPECT_EQ(value.at(0).as_double(), std::strtod(number.c_str(), nullptr)) << number;
  }
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseJson("[1e400]"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseJson("[-1e400]"));
  ASSERT_OK_AND_ASSIGN(const json::value tiny, ParseJson("[1e-400, 18446744073709551615]"));
  EXPECT_EQ(tiny.at(0).as_double(), 0);
  EXPECT_EQ(tiny.at(1).as_uint64(), 18446744073709551615u);
}

TEST(Json, StrictNumbersAndPaths) {
  EXPECT_EQ(JsonAs<int32_t>(json::value(3000000000), {}).status().message(),
            "document: expected a 32-bit integer, got a number");
  EXPECT_FALSE(JsonAs<int64_t>(json::value(1.0), {}).ok());
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseJson(std::string(200, '[') + std::string(200, ']')));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseJson("{\"a\": 1} x"));
}

}  // namespace
}  // namespace lifeboat::iceberg
