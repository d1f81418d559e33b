#include "account/engine/parquet_statistics.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "account/engine/iceberg_duck_types.h"

namespace lifeboat::account {
namespace {

using iceberg::Field;
using iceberg::Literal;
using iceberg::TypeId;

// Longer text makes manifests large without pruning better; Iceberg allows lower bounds to be shortened.
constexpr size_t kBoundBytes = 64;

using TextMap = std::map<std::string, std::string>;

std::string Unquoted(const std::string& name) {
  if (name.size() < 2 || name.front() != '"' || name.back() != '"') return name;
  std::string plain;
  for (size_t i = 1; i + 1 < name.size(); ++i) {
    plain += name[i];
    if (name[i] == '"') ++i;
  }
  return plain;
}

TextMap ToTextMap(const duckdb::Value& map) {
  TextMap result;
  if (map.IsNull()) return result;
  for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(map)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    if (!pair[1].IsNull()) result[Unquoted(pair[0].ToString())] = pair[1].ToString();
  }
  return result;
}

std::map<std::string, TextMap> ToColumnMap(const duckdb::Value& map) {
  std::map<std::string, TextMap> result;
  if (map.IsNull()) return result;
  for (const duckdb::Value& entry : duckdb::MapValue::GetChildren(map)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    result[Unquoted(pair[0].ToString())] = ToTextMap(pair[1]);
  }
  return result;
}

std::optional<int64_t> Number(const TextMap& statistics, const std::string& name) {
  const auto found = statistics.find(name);
  if (found == statistics.end()) return std::nullopt;
  int64_t value = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// DuckDB's text of a value of `type`, by DuckDB's own cast.
std::optional<Literal> ParseText(const iceberg::Type& type, const std::string& text) {
  const Result<duckdb::LogicalType> duck_type = ToDuckType(type);
  duckdb::Value value;
  duckdb::string error;
  if (!duck_type.ok() || !duckdb::Value(text).DefaultTryCastAs(*duck_type, value, &error))
    return std::nullopt;
  return ToLiteral(type, value);
}

// The longest prefix of at most kBoundBytes that does not cut a UTF-8 character.
std::string Shortened(const std::string& text) {
  size_t end = std::min(text.size(), kBoundBytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

void AddBounds(const Field& field, const TextMap& statistics, iceberg::DataFile& file) {
  const auto lower = statistics.find("min");
  const auto upper = statistics.find("max");
  // DuckDB leaves bounds out where it did not keep them; text of bytes is not the bytes.
  if (lower == statistics.end() || upper == statistics.end()) return;
  if (field.type.id == TypeId::kBinary || field.type.id == TypeId::kFixed || field.type.id == TypeId::kUuid)
    return;
  if (field.type.id == TypeId::kString) {
    file.lower_bounds.emplace_back(field.id, Shortened(lower->second));
    if (upper->second.size() <= kBoundBytes) file.upper_bounds.emplace_back(field.id, upper->second);
    return;
  }
  const std::optional<Literal> low = ParseText(field.type, lower->second);
  const std::optional<Literal> high = ParseText(field.type, upper->second);
  if (!low || !high || low->is_nan() || high->is_nan()) return;
  file.lower_bounds.emplace_back(field.id, iceberg::LiteralToBytes(field.type, *low));
  file.upper_bounds.emplace_back(field.id, iceberg::LiteralToBytes(field.type, *high));
}

template <typename T>
void SortById(iceberg::FieldMap<T>& map) {
  std::sort(map.begin(), map.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace

Result<iceberg::DataFile> ToDataFile(const WrittenFile& written, const iceberg::Schema& schema,
                                     const iceberg::PartitionSpec& spec) {
  iceberg::DataFile file;
  file.file_path = written.location;
  file.record_count = written.record_count;
  file.file_size_in_bytes = written.size_bytes;
  file.partition_spec_id = spec.spec_id;

  const TextMap keys = ToTextMap(written.partition_keys);
  for (const iceberg::PartitionField& partition : spec.fields) {
    const Field* source = schema.FindField(partition.source_id);
    if (source == nullptr) return Status::Internal("partition field '{}' has no column", partition.name);
    const auto found = keys.find(source->name);
    if (found == keys.end()) {
      file.partition.emplace_back();
      continue;
    }
    const std::optional<Literal> value = ParseText(source->type, found->second);
    if (!value) {
      return Status::Internal("partition value '{}' of file '{}' is no {}", found->second, written.location,
                              iceberg::ToString(source->type));
    }
    file.partition.push_back(*value);
  }

  const std::map<std::string, TextMap> columns = ToColumnMap(written.column_statistics);
  for (const Field& field : schema.fields) {
    file.value_counts.emplace_back(field.id, written.record_count);
    const auto found = columns.find(field.name);
    if (found == columns.end()) continue;
    const TextMap& statistics = found->second;
    if (const auto size = Number(statistics, "column_size_bytes"))
      file.column_sizes.emplace_back(field.id, *size);
    if (const auto nulls = Number(statistics, "null_count"))
      file.null_value_counts.emplace_back(field.id, *nulls);
    AddBounds(field, statistics, file);
  }
  SortById(file.value_counts);
  SortById(file.column_sizes);
  SortById(file.null_value_counts);
  SortById(file.lower_bounds);
  SortById(file.upper_bounds);
  return file;
}

}  // namespace lifeboat::account
