#include "iceberg/manifest/avro_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "iceberg/model/json.h"

namespace lifeboat::iceberg {
namespace {

std::string Required(int id, std::string_view name, std::string_view type) {
  return fmt::format(R"({{"name":"{}","type":{},"field-id":{}}})", name, type, id);
}

std::string Optional(int id, std::string_view name, std::string_view type) {
  return fmt::format(R"({{"name":"{}","type":["null",{}],"default":null,"field-id":{}}})", name, type, id);
}

std::string List(int element_id, std::string_view element) {
  return fmt::format(R"({{"type":"array","items":{},"element-id":{}}})", element, element_id);
}

// Avro maps have string keys only, so a map by field id is an array of pairs.
std::string IdMap(int key_id, int value_id, std::string_view value) {
  return fmt::format(
      R"({{"type":"array","items":{{"type":"record","name":"k{0}_v{1}","fields":[)"
      R"({{"name":"key","type":"int","field-id":{0}}},{{"name":"value","type":{2},"field-id":{1}}}]}},"logicalType":"map"}})",
      key_id, value_id, value);
}

std::string Record(std::string_view name, const std::vector<std::string>& fields) {
  std::string text = fmt::format(R"({{"type":"record","name":"{}","fields":[)", name);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text.push_back(',');
    text += fields[i];
  }
  return text + "]}";
}

// A name Avro accepts, made as Java's AvroSchemaUtil.sanitize does.
std::string AvroName(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (letter || (digit && i > 0)) {
      out.push_back(c);
    } else if (digit) {
      out.push_back('_');
      out.push_back(c);
    } else {
      out += fmt::format("_x{:X}", static_cast<uint8_t>(c));
    }
  }
  return out;
}

std::string AvroType(const Type& type) {
  switch (type.id) {
    case TypeId::kBoolean:
      return R"("boolean")";
    case TypeId::kInt:
      return R"("int")";
    case TypeId::kLong:
      return R"("long")";
    case TypeId::kFloat:
      return R"("float")";
    case TypeId::kDouble:
      return R"("double")";
    case TypeId::kDate:
      return R"({"type":"int","logicalType":"date"})";
    case TypeId::kTime:
      return R"({"type":"long","logicalType":"time-micros"})";
    case TypeId::kTimestamp:
      return R"({"type":"long","logicalType":"timestamp-micros","adjust-to-utc":false})";
    case TypeId::kTimestampTz:
      return R"({"type":"long","logicalType":"timestamp-micros","adjust-to-utc":true})";
    case TypeId::kTimestampNs:
      return R"({"type":"long","logicalType":"timestamp-nanos","adjust-to-utc":false})";
    case TypeId::kTimestampTzNs:
      return R"({"type":"long","logicalType":"timestamp-nanos","adjust-to-utc":true})";
    case TypeId::kString:
      return R"("string")";
    case TypeId::kUuid:
      return R"({"type":"fixed","name":"uuid_fixed","size":16,"logicalType":"uuid"})";
    case TypeId::kFixed:
      return fmt::format(R"({{"type":"fixed","name":"fixed_{0}","size":{0}}})", type.length);
    case TypeId::kDecimal:
      return fmt::format(
          R"({{"type":"fixed","name":"decimal_{0}_{1}","size":{2},"logicalType":"decimal","precision":{0},"scale":{1}}})",
          type.precision, type.scale, DecimalFixedSize(type.precision));
    default:
      return R"("bytes")";
  }
}

std::string PartitionRecord(const Type& partition_type) {
  std::vector<std::string> fields;
  std::vector<std::string> named;  // a fixed type is defined once and named afterwards
  for (const Field& field : partition_type.fields) {
    const std::string avro_name = AvroName(field.name);
    std::string type = AvroType(field.type);
    if (type.starts_with(R"({"type":"fixed","name":)")) {
      const size_t begin = type.find(R"("name":)") + 7;
      const std::string name = type.substr(begin, type.find(',', begin) - begin);
      if (std::find(named.begin(), named.end(), name) != named.end())
        type = name;
      else
        named.push_back(name);
    }
    std::string text;
    JsonWriter writer(&text);
    writer.BeginObject();
    writer.Member("name", avro_name);
    if (field.type.id == TypeId::kUnknown) {
      writer.Member("type", "null");
    } else {
      writer.Key("type");
      writer.Raw(R"(["null",)" + type + "]");
    }
    writer.Key("default");
    writer.Null();
    writer.Member("field-id", field.id);
    if (avro_name != field.name) writer.Member("iceberg-field-name", field.name);
    writer.EndObject();
    fields.push_back(std::move(text));
  }
  return Record("r102", fields);
}

}  // namespace

int32_t DecimalFixedSize(int32_t precision) {
  // The smallest signed integer that holds 10^precision − 1.
  unsigned __int128 largest = 1;
  for (int32_t i = 0; i < precision; ++i) largest *= 10;
  --largest;
  int32_t bits = 1;  // the sign
  while (largest > 0) {
    ++bits;
    largest >>= 1;
  }
  return (bits + 7) / 8;
}

std::string ManifestListSchemaJson(int32_t format_version) {
  const auto count = [&](int id, std::string_view name, std::string_view type) {
    return format_version == 1 ? Optional(id, name, type) : Required(id, name, type);
  };
  std::vector<std::string> fields = {Required(500, "manifest_path", R"("string")"),
                                     Required(501, "manifest_length", R"("long")"),
                                     Required(502, "partition_spec_id", R"("int")")};
  if (format_version > 1) {
    fields.push_back(Required(517, "content", R"("int")"));
    fields.push_back(Required(515, "sequence_number", R"("long")"));
    fields.push_back(Required(516, "min_sequence_number", R"("long")"));
  }
  fields.push_back(Required(503, "added_snapshot_id", R"("long")"));
  fields.push_back(count(504, "added_files_count", R"("int")"));
  fields.push_back(count(505, "existing_files_count", R"("int")"));
  fields.push_back(count(506, "deleted_files_count", R"("int")"));
  fields.push_back(count(512, "added_rows_count", R"("long")"));
  fields.push_back(count(513, "existing_rows_count", R"("long")"));
  fields.push_back(count(514, "deleted_rows_count", R"("long")"));
  const std::string summary = Record(
      "r508", {Required(509, "contains_null", R"("boolean")"), Optional(518, "contains_nan", R"("boolean")"),
               Optional(510, "lower_bound", R"("bytes")"), Optional(511, "upper_bound", R"("bytes")")});
  fields.push_back(Optional(507, "partitions", List(508, summary)));
  fields.push_back(Optional(519, "key_metadata", R"("bytes")"));
  if (format_version > 2) fields.push_back(Optional(520, "first_row_id", R"("long")"));
  return Record("manifest_file", fields);
}

std::string ManifestEntrySchemaJson(int32_t format_version, const Type& partition_type) {
  std::vector<std::string> file;
  if (format_version > 1) file.push_back(Required(134, "content", R"("int")"));
  file.push_back(Required(100, "file_path", R"("string")"));
  file.push_back(Required(101, "file_format", R"("string")"));
  file.push_back(Required(102, "partition", PartitionRecord(partition_type)));
  file.push_back(Required(103, "record_count", R"("long")"));
  file.push_back(Required(104, "file_size_in_bytes", R"("long")"));
  if (format_version == 1) file.push_back(Required(105, "block_size_in_bytes", R"("long")"));
  file.push_back(Optional(108, "column_sizes", IdMap(117, 118, R"("long")")));
  file.push_back(Optional(109, "value_counts", IdMap(119, 120, R"("long")")));
  file.push_back(Optional(110, "null_value_counts", IdMap(121, 122, R"("long")")));
  file.push_back(Optional(137, "nan_value_counts", IdMap(138, 139, R"("long")")));
  file.push_back(Optional(125, "lower_bounds", IdMap(126, 127, R"("bytes")")));
  file.push_back(Optional(128, "upper_bounds", IdMap(129, 130, R"("bytes")")));
  file.push_back(Optional(131, "key_metadata", R"("bytes")"));
  file.push_back(Optional(132, "split_offsets", List(133, R"("long")")));
  if (format_version > 1) file.push_back(Optional(135, "equality_ids", List(136, R"("int")")));
  file.push_back(Optional(140, "sort_order_id", R"("int")"));
  if (format_version > 2) file.push_back(Optional(142, "first_row_id", R"("long")"));
  if (format_version > 1) file.push_back(Optional(143, "referenced_data_file", R"("string")"));
  if (format_version > 2) {
    file.push_back(Optional(144, "content_offset", R"("long")"));
    file.push_back(Optional(145, "content_size_in_bytes", R"("long")"));
  }
  std::vector<std::string> entry = {Required(0, "status", R"("int")")};
  if (format_version == 1) {
    entry.push_back(Required(1, "snapshot_id", R"("long")"));
  } else {
    entry.push_back(Optional(1, "snapshot_id", R"("long")"));
    entry.push_back(Optional(3, "sequence_number", R"("long")"));
    entry.push_back(Optional(4, "file_sequence_number", R"("long")"));
  }
  entry.push_back(Required(2, "data_file", Record("r2", file)));
  return Record("manifest_entry", entry);
}

}  // namespace lifeboat::iceberg
