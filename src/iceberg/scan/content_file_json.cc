#include "iceberg/scan/content_file_json.h"

#include <string>

#include "base/encoding.h"

namespace lifeboat::iceberg {
namespace {

std::string AsciiCase(std::string text, char first, char last) {
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

std::string HexText(std::string_view bytes) {
  return AsciiCase(HexEncode(bytes), 'a', 'z');
}

std::string_view ContentName(FileContent content) {
  switch (content) {
    case FileContent::kData:
      return "data";
    case FileContent::kPositionDeletes:
      return "position-deletes";
    case FileContent::kEqualityDeletes:
      return "equality-deletes";
  }
  return "data";
}

void AppendValue(int64_t value, JsonWriter& writer) {
  writer.Int(value);
}
void AppendValue(const std::string& value, JsonWriter& writer) {
  writer.String(HexText(value));
}

// {"keys": […], "values": […]} of the columns asked for; left out when there is none.
template <typename T>
void AppendMap(std::string_view key, const FieldMap<T>& map, const std::vector<int32_t>& field_ids,
               JsonWriter& writer) {
  std::vector<int32_t> present;
  for (const int32_t id : field_ids) {
    if (Find(map, id) != nullptr) present.push_back(id);
  }
  if (present.empty()) return;
  writer.Key(key);
  writer.BeginObject();
  writer.Member("keys", present);
  writer.Key("values");
  writer.BeginArray();
  for (const int32_t id : present) AppendValue(*Find(map, id), writer);
  writer.EndArray();
  writer.EndObject();
}

void AppendPartition(const DataFile& file, const Type& partition_type, JsonWriter& writer) {
  writer.Key("partition");
  writer.BeginArray();
  for (size_t i = 0; i < partition_type.fields.size(); ++i) {
    const Type& type = partition_type.fields[i].type;
    // Without its source column, a field has no type to write values in.
    if (i >= file.partition.size() || type.id == TypeId::kUnknown) {
      writer.Null();
    } else {
      AppendLiteralJson(type, file.partition[i], writer);
    }
  }
  writer.EndArray();
}

}  // namespace

void AppendContentFileJson(const DataFile& file, const Type& partition_type,
                           const std::vector<int32_t>& stats_field_ids, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("spec-id", file.partition_spec_id);
  writer.Member("content", ContentName(file.content));
  writer.Member("file-path", std::string_view(file.file_path));
  writer.Member("file-format", std::string_view(AsciiCase(file.file_format, 'A', 'Z')));
  AppendPartition(file, partition_type, writer);
  writer.Member("file-size-in-bytes", file.file_size_in_bytes);
  writer.Member("record-count", file.record_count);
  if (file.content == FileContent::kData && !stats_field_ids.empty()) {
    AppendMap("column-sizes", file.column_sizes, stats_field_ids, writer);
    AppendMap("value-counts", file.value_counts, stats_field_ids, writer);
    AppendMap("null-value-counts", file.null_value_counts, stats_field_ids, writer);
    AppendMap("nan-value-counts", file.nan_value_counts, stats_field_ids, writer);
    AppendMap("lower-bounds", file.lower_bounds, stats_field_ids, writer);
    AppendMap("upper-bounds", file.upper_bounds, stats_field_ids, writer);
  }
  if (file.key_metadata) writer.Member("key-metadata", std::string_view(HexText(*file.key_metadata)));
  if (!file.split_offsets.empty()) writer.Member("split-offsets", file.split_offsets);
  if (file.content == FileContent::kEqualityDeletes) writer.Member("equality-ids", file.equality_ids);
  writer.OptionalMember("sort-order-id", file.sort_order_id);
  if (file.content == FileContent::kData) {
    writer.OptionalMember("first-row-id", file.first_row_id);
  } else {
    if (file.referenced_data_file)
      writer.Member("referenced-data-file", std::string_view(*file.referenced_data_file));
    writer.OptionalMember("content-offset", file.content_offset);
    writer.OptionalMember("content-size-in-bytes", file.content_size_in_bytes);
  }
  writer.EndObject();
}

}  // namespace lifeboat::iceberg
