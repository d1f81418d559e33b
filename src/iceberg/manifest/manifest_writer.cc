#include <algorithm>

#include "base/check.h"
#include "iceberg/avro/container.h"
#include "iceberg/manifest/avro_schemas.h"
#include "iceberg/manifest/manifest.h"

namespace lifeboat::iceberg {
namespace {

template <typename T>
void WriteOptionalNumber(avro::Encoder& encoder, const std::optional<T>& value) {
  encoder.WriteBranch(value.has_value());
  if (value) encoder.WriteLong(static_cast<int64_t>(*value));
}

void WriteOptionalText(avro::Encoder& encoder, const std::optional<std::string>& value) {
  encoder.WriteBranch(value.has_value());
  if (value) encoder.WriteBytes(*value);
}

template <typename T>
void WriteOptionalList(avro::Encoder& encoder, const std::vector<T>& list) {
  encoder.WriteBranch(!list.empty());
  if (list.empty()) return;
  encoder.BeginArray(list.size());
  for (const T element : list) encoder.WriteLong(static_cast<int64_t>(element));
  encoder.EndArray();
}

template <typename T>
void WriteOptionalMap(avro::Encoder& encoder, const FieldMap<T>& map) {
  encoder.WriteBranch(!map.empty());
  if (map.empty()) return;
  encoder.BeginArray(map.size());
  for (const auto& [id, value] : map) {
    encoder.WriteInt(id);
    if constexpr (std::is_same_v<T, std::string>) {
      encoder.WriteBytes(value);
    } else {
      encoder.WriteLong(value);
    }
  }
  encoder.EndArray();
}

void WriteLiteral(avro::Encoder& encoder, const Type& type, const Literal& literal) {
  if (type.id == TypeId::kUnknown) return;  // stored as null, which takes no bytes
  encoder.WriteBranch(!literal.is_null());
  std::visit(
      [&](const auto& value) {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>) {
          encoder.WriteBoolean(value);
        } else if constexpr (std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t>) {
          encoder.WriteLong(value);
        } else if constexpr (std::is_same_v<T, float>) {
          encoder.WriteFloat(value);
        } else if constexpr (std::is_same_v<T, double>) {
          encoder.WriteDouble(value);
        } else if constexpr (std::is_same_v<T, Int128>) {
          const std::string bytes = LiteralToBytes(type, literal);
          const auto size = static_cast<size_t>(DecimalFixedSize(type.precision));
          encoder.WriteRaw(std::string(size - bytes.size(), value < 0 ? '\xFF' : '\0') + bytes);
        } else if constexpr (std::is_same_v<T, std::string>) {
          if (type.id == TypeId::kUuid || type.id == TypeId::kFixed) {
            encoder.WriteRaw(value);
          } else {
            encoder.WriteBytes(value);
          }
        }
      },
      literal.value());
}

// Whether `literal` can be stored as a partition value of `type`.
bool Suits(const Type& type, const Literal& literal) {
  if (literal.is_null()) return true;
  if (type.id == TypeId::kUnknown) return false;
  const Result<Literal> cast = CastLiteral(type, literal);
  if (!cast.ok() || cast->value().index() != literal.value().index()) return false;
  const std::string* bytes = literal.As<std::string>();
  if (type.id == TypeId::kUuid) return bytes->size() == 16;
  if (type.id == TypeId::kFixed) return bytes->size() == static_cast<size_t>(type.length);
  if (type.id == TypeId::kDecimal) {
    return LiteralToBytes(type, literal).size() <= static_cast<size_t>(DecimalFixedSize(type.precision));
  }
  return true;
}

struct FieldRange {
  bool contains_null = false;
  bool contains_nan = false;
  std::optional<Literal> lower, upper;

  void Add(const Literal& value) {
    if (value.is_null()) {
      contains_null = true;
    } else if (value.is_nan()) {
      contains_nan = true;
    } else {
      if (!lower || Compare(value, *lower) < 0) lower = value;
      if (!upper || Compare(value, *upper) > 0) upper = value;
    }
  }

  PartitionFieldSummary Summary(const Type& type) const {
    PartitionFieldSummary summary;
    summary.contains_null = contains_null;
    summary.contains_nan = contains_nan;
    if (lower) summary.lower_bound = LiteralToBytes(type, *lower);
    if (upper) summary.upper_bound = LiteralToBytes(type, *upper);
    return summary;
  }
};

avro::Metadata HeaderMetadata(const ManifestHeader& header) {
  avro::Metadata metadata;
  metadata["schema"] = ToJsonText(header.schema);
  metadata["schema-id"] = std::to_string(header.schema.schema_id);
  std::string fields;
  JsonWriter writer(&fields);
  writer.BeginArray();
  for (const PartitionField& field : header.spec.fields) AppendJson(field, writer);
  writer.EndArray();
  metadata["partition-spec"] = std::move(fields);
  metadata["partition-spec-id"] = std::to_string(header.spec.spec_id);
  metadata["format-version"] = std::to_string(header.format_version);
  if (header.format_version > 1) {
    metadata["content"] = header.content == ManifestContent::kData ? "data" : "deletes";
  }
  return metadata;
}

}  // namespace

struct ManifestWriter::State {
  State(const ManifestHeader& manifest_header, int64_t snapshot)
      : header(manifest_header),
        snapshot_id(snapshot),
        partition_type(PartitionType(header.spec, header.schema)),
        ranges(partition_type.fields.size()),
        container(ManifestEntrySchemaJson(header.format_version, partition_type), HeaderMetadata(header),
                  avro::Codec::kDeflate) {}

  Status Check(const ManifestEntry& entry) const {
    const DataFile& file = entry.data_file;
    const bool is_data = file.content == FileContent::kData;
    if (is_data != (header.content == ManifestContent::kData)) {
      return Status::InvalidArgument("'{}' does not belong into a manifest of {} files", file.file_path,
                                     header.content == ManifestContent::kData ? "data" : "delete");
    }
    if (header.format_version > 1 && entry.status == ManifestEntry::Status::kExisting &&
        !entry.sequence_number) {
      return Status::InvalidArgument("'{}' is there already, so its sequence number must be told",
                                     file.file_path);
    }
    if (!is_data && header.format_version == 1) {
      return Status::InvalidArgument("format version 1 has no delete files: '{}'", file.file_path);
    }
    if (file.partition.size() != partition_type.fields.size()) {
      return Status::InvalidArgument("'{}' has {} partition values, its spec has {} fields", file.file_path,
                                     file.partition.size(), partition_type.fields.size());
    }
    for (size_t i = 0; i < file.partition.size(); ++i) {
      if (!Suits(partition_type.fields[i].type, file.partition[i])) {
        return Status::InvalidArgument("partition value {} of '{}' is not of type {}",
                                       partition_type.fields[i].name, file.file_path,
                                       ToString(partition_type.fields[i].type));
      }
    }
    return Status::Ok();
  }

  void WriteFile(avro::Encoder& encoder, const DataFile& file) const {
    const int32_t version = header.format_version;
    if (version > 1) encoder.WriteInt(static_cast<int32_t>(file.content));
    encoder.WriteBytes(file.file_path);
    encoder.WriteBytes(file.file_format);
    for (size_t i = 0; i < file.partition.size(); ++i) {
      WriteLiteral(encoder, partition_type.fields[i].type, file.partition[i]);
    }
    encoder.WriteLong(file.record_count);
    encoder.WriteLong(file.file_size_in_bytes);
    if (version == 1) encoder.WriteLong(64 * 1024 * 1024);  // block size: required, of no meaning
    WriteOptionalMap(encoder, file.column_sizes);
    WriteOptionalMap(encoder, file.value_counts);
    WriteOptionalMap(encoder, file.null_value_counts);
    WriteOptionalMap(encoder, file.nan_value_counts);
    WriteOptionalMap(encoder, file.lower_bounds);
    WriteOptionalMap(encoder, file.upper_bounds);
    WriteOptionalText(encoder, file.key_metadata);
    WriteOptionalList(encoder, file.split_offsets);
    if (version > 1) WriteOptionalList(encoder, file.equality_ids);
    WriteOptionalNumber(encoder, file.sort_order_id);
    if (version > 2) WriteOptionalNumber(encoder, file.first_row_id);
    if (version > 1) WriteOptionalText(encoder, file.referenced_data_file);
    if (version > 2) {
      WriteOptionalNumber(encoder, file.content_offset);
      WriteOptionalNumber(encoder, file.content_size_in_bytes);
    }
  }

  void Count(const ManifestEntry& entry) {
    const int64_t rows = entry.data_file.record_count;
    switch (entry.status) {
      case ManifestEntry::Status::kAdded:
        ++added_files;
        added_rows += rows;
        break;
      case ManifestEntry::Status::kExisting:
        ++existing_files;
        existing_rows += rows;
        break;
      case ManifestEntry::Status::kDeleted:
        ++deleted_files;
        deleted_rows += rows;
        break;
    }
    if (entry.is_live() && entry.sequence_number) {
      min_sequence_number =
          std::min(min_sequence_number.value_or(*entry.sequence_number), *entry.sequence_number);
    }
    for (size_t i = 0; i < ranges.size(); ++i) ranges[i].Add(entry.data_file.partition[i]);
  }

  const ManifestHeader header;
  const int64_t snapshot_id;
  const Type partition_type;
  std::vector<FieldRange> ranges;
  avro::ContainerWriter container;
  int32_t added_files = 0, existing_files = 0, deleted_files = 0;
  int64_t added_rows = 0, existing_rows = 0, deleted_rows = 0;
  std::optional<int64_t> min_sequence_number;
};

ManifestWriter::ManifestWriter(const ManifestHeader& header, int64_t snapshot_id)
    : state_(std::make_unique<State>(header, snapshot_id)) {}
ManifestWriter::~ManifestWriter() = default;
ManifestWriter::ManifestWriter(ManifestWriter&&) noexcept = default;
ManifestWriter& ManifestWriter::operator=(ManifestWriter&&) noexcept = default;

Status ManifestWriter::Add(const ManifestEntry& entry) {
  LIFEBOAT_RETURN_IF_ERROR(state_->Check(entry));
  avro::Encoder encoder = state_->container.encoder();
  encoder.WriteInt(static_cast<int32_t>(entry.status));
  if (state_->header.format_version == 1) {
    encoder.WriteLong(entry.snapshot_id.value_or(state_->snapshot_id));
  } else {
    WriteOptionalNumber(encoder, entry.snapshot_id);
    WriteOptionalNumber(encoder, entry.sequence_number);
    WriteOptionalNumber(encoder, entry.file_sequence_number);
  }
  state_->WriteFile(encoder, entry.data_file);
  state_->container.EndObject();
  state_->Count(entry);
  return Status::Ok();
}

Status ManifestWriter::AddFile(const DataFile& file) {
  ManifestEntry entry;
  entry.status = ManifestEntry::Status::kAdded;
  entry.snapshot_id = state_->snapshot_id;
  entry.data_file = file;
  return Add(entry);
}

Result<ManifestWriter::Written> ManifestWriter::Finish() {
  Written written;
  written.bytes = state_->container.Finish();
  ManifestFile& file = written.file;
  file.manifest_length = static_cast<int64_t>(written.bytes.size());
  file.partition_spec_id = state_->header.spec.spec_id;
  file.content = state_->header.content;
  file.min_sequence_number = state_->min_sequence_number.value_or(0);
  file.added_snapshot_id = state_->snapshot_id;
  file.added_files_count = state_->added_files;
  file.existing_files_count = state_->existing_files;
  file.deleted_files_count = state_->deleted_files;
  file.added_rows_count = state_->added_rows;
  file.existing_rows_count = state_->existing_rows;
  file.deleted_rows_count = state_->deleted_rows;
  for (size_t i = 0; i < state_->ranges.size(); ++i) {
    file.partitions.push_back(state_->ranges[i].Summary(state_->partition_type.fields[i].type));
  }
  return written;
}

}  // namespace lifeboat::iceberg
