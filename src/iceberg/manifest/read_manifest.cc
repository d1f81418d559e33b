#include <charconv>

#include "iceberg/avro/container.h"
#include "iceberg/manifest/field_reader.h"
#include "iceberg/manifest/manifest.h"

namespace lifeboat::iceberg {
namespace {

// Reads entries of one manifest: its schema and the types of its partition values.
class EntryReader {
 public:
  EntryReader(const avro::Schema& schema, const ManifestHeader& header)
      : schema_(schema), header_(header), partition_type_(PartitionType(header.spec, header.schema)) {}

  Result<ManifestEntry> Read(avro::Decoder& decoder) const {
    ManifestEntry entry;
    entry.data_file.partition_spec_id = header_.spec.spec_id;
    entry.data_file.partition.resize(header_.spec.fields.size());
    bool has_file = false;
    for (const avro::RecordField& field : schema_.fields) {
      const avro::Schema& type = *field.schema;
      switch (field.field_id.value_or(-1)) {
        case 0:
          LIFEBOAT_RETURN_IF_ERROR(ReadStatus(decoder, type, &entry));
          break;
        case 1:
          LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, type, &entry.snapshot_id));
          break;
        case 2:
          LIFEBOAT_RETURN_IF_ERROR(ReadDataFile(decoder, type, &entry.data_file));
          has_file = true;
          break;
        case 3:
          LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, type, &entry.sequence_number));
          break;
        case 4:
          LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, type, &entry.file_sequence_number));
          break;
        default:
          LIFEBOAT_RETURN_IF_ERROR(decoder.Skip(type));
      }
    }
    const DataFile& file = entry.data_file;
    if (!has_file || file.file_path.empty()) return Status::Corruption("an entry has no data file");
    if (file.record_count < 0 || file.file_size_in_bytes < 0) {
      return Status::Corruption("'{}' has {} rows in {} bytes", file.file_path, file.record_count,
                                file.file_size_in_bytes);
    }
    return entry;
  }

 private:
  static Status ReadStatus(avro::Decoder& decoder, const avro::Schema& schema, ManifestEntry* entry) {
    int32_t status = 0;
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, schema, &status));
    if (status < 0 || status > 2) return Status::Corruption("entry status {} is unknown", status);
    entry->status = static_cast<ManifestEntry::Status>(status);
    return Status::Ok();
  }

  Status ReadPartition(avro::Decoder& decoder, const avro::Schema& schema, DataFile* file) const {
    if (schema.kind != avro::Kind::kRecord) return Status::Corruption("a partition is not a record");
    for (const avro::RecordField& field : schema.fields) {
      size_t index = 0;
      while (index < partition_type_.fields.size() && partition_type_.fields[index].id != field.field_id)
        ++index;
      if (index == partition_type_.fields.size()) {
        LIFEBOAT_RETURN_IF_ERROR(decoder.Skip(*field.schema));
        continue;
      }
      LIFEBOAT_ASSIGN_OR_RETURN(file->partition[index],
                                ReadLiteral(decoder, *field.schema, partition_type_.fields[index].type));
    }
    return Status::Ok();
  }

  static Status ReadContent(avro::Decoder& decoder, const avro::Schema& schema, DataFile* file) {
    int32_t content = 0;
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, schema, &content));
    if (content < 0 || content > 2) return Status::Corruption("file content {} is unknown", content);
    file->content = static_cast<FileContent>(content);
    return Status::Ok();
  }

  static Status ReadFormat(avro::Decoder& decoder, const avro::Schema& schema, DataFile* file) {
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, schema, &file->file_format));
    for (char& c : file->file_format) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return Status::Ok();
  }

  Status ReadDataFile(avro::Decoder& decoder, const avro::Schema& schema, DataFile* file) const {
    if (schema.kind != avro::Kind::kRecord) return Status::Corruption("a data file is not a record");
    for (const avro::RecordField& field : schema.fields) {
      LIFEBOAT_RETURN_IF_ERROR(ReadDataFileField(decoder, field, file));
    }
    return Status::Ok();
  }

  Status ReadDataFileField(avro::Decoder& decoder, const avro::RecordField& field, DataFile* file) const {
    const avro::Schema& type = *field.schema;
    switch (field.field_id.value_or(-1)) {
      case 134:
        return ReadContent(decoder, type, file);
      case 100:
        return ReadField(decoder, type, &file->file_path);
      case 101:
        return ReadFormat(decoder, type, file);
      case 102:
        return ReadPartition(decoder, type, file);
      case 103:
        return ReadField(decoder, type, &file->record_count);
      case 104:
        return ReadField(decoder, type, &file->file_size_in_bytes);
      case 108:
        return ReadField(decoder, type, &file->column_sizes);
      case 109:
        return ReadField(decoder, type, &file->value_counts);
      case 110:
        return ReadField(decoder, type, &file->null_value_counts);
      case 137:
        return ReadField(decoder, type, &file->nan_value_counts);
      case 125:
        return ReadField(decoder, type, &file->lower_bounds);
      case 128:
        return ReadField(decoder, type, &file->upper_bounds);
      case 131:
        return ReadField(decoder, type, &file->key_metadata);
      case 132:
        return ReadField(decoder, type, &file->split_offsets);
      case 135:
        return ReadField(decoder, type, &file->equality_ids);
      case 140:
        return ReadField(decoder, type, &file->sort_order_id);
      case 142:
        return ReadField(decoder, type, &file->first_row_id);
      case 143:
        return ReadField(decoder, type, &file->referenced_data_file);
      case 144:
        return ReadField(decoder, type, &file->content_offset);
      case 145:
        return ReadField(decoder, type, &file->content_size_in_bytes);
      default:
        return decoder.Skip(type);
    }
  }

  const avro::Schema& schema_;
  const ManifestHeader& header_;
  const Type partition_type_;
};

Result<std::string> Required(const avro::Metadata& metadata, std::string_view key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return Status::Corruption("its header has no '{}'", key);
  return found->second;
}

int32_t NumberOr(const avro::Metadata& metadata, std::string_view key, int32_t fallback) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return fallback;
  int32_t value = fallback;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

Result<ManifestHeader> ReadHeader(const avro::Metadata& metadata) {
  ManifestHeader header;
  header.format_version = NumberOr(metadata, "format-version", 1);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string schema_text, Required(metadata, "schema"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value schema, ParseJson(schema_text, "the manifest's schema"));
  LIFEBOAT_ASSIGN_OR_RETURN(header.schema, ParseSchema(schema));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string spec_text, Required(metadata, "partition-spec"));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value spec,
                            ParseJson(spec_text, "the manifest's partition spec"));
  if (spec.is_object()) {
    LIFEBOAT_ASSIGN_OR_RETURN(header.spec, ParsePartitionSpec(spec));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(header.spec.fields, ParsePartitionFields(spec, JsonPath()));
  }
  header.spec.spec_id = NumberOr(metadata, "partition-spec-id", header.spec.spec_id);
  const auto content = metadata.find("content");
  if (content != metadata.end() && content->second == "deletes") header.content = ManifestContent::kDeletes;
  return header;
}

}  // namespace

Result<Manifest> ParseManifest(std::string_view bytes, std::string_view location) {
  LIFEBOAT_ASSIGN_OR_RETURN(avro::ContainerReader reader, avro::ContainerReader::Open(bytes, location));
  if (reader.schema().kind != avro::Kind::kRecord || reader.schema().FindField(2) == nullptr) {
    return reader.InFile(Status::Corruption("it is not a manifest"));
  }
  Manifest manifest;
  Result<ManifestHeader> header = ReadHeader(reader.metadata());
  if (!header.ok()) return reader.InFile(Status::Corruption("{}", header.status().message()));
  manifest.header = std::move(header).value();
  const EntryReader entries(reader.schema(), manifest.header);
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEachObject([&](avro::Decoder& decoder) -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(ManifestEntry entry, entries.Read(decoder));
    manifest.entries.push_back(std::move(entry));
    return Status::Ok();
  }));
  return manifest;
}

Result<Manifest> ReadManifest(storage::Storage& storage, const ManifestFile& file) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, storage.Read(file.manifest_path));
  LIFEBOAT_ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(bytes, file.manifest_path));
  std::optional<int64_t> next_row_id = file.first_row_id;
  for (ManifestEntry& entry : manifest.entries) {
    if (!entry.snapshot_id) entry.snapshot_id = file.added_snapshot_id;
    // Version 1 has no sequence numbers; all of them are 0.
    const bool inherits = entry.status == ManifestEntry::Status::kAdded || file.sequence_number == 0;
    if (!entry.sequence_number && inherits) entry.sequence_number = file.sequence_number;
    if (!entry.file_sequence_number && inherits) entry.file_sequence_number = file.sequence_number;
    if (entry.is_live() && !entry.sequence_number) {
      return Status::Corruption("Avro file '{}': '{}' was there before but has no sequence number",
                                file.manifest_path, entry.data_file.file_path);
    }
    if (next_row_id && entry.is_live() && !entry.data_file.first_row_id) {
      entry.data_file.first_row_id = *next_row_id;
      if (__builtin_add_overflow(*next_row_id, entry.data_file.record_count, &*next_row_id)) {
        return Status::Corruption("Avro file '{}': row ids exceed 64 bits", file.manifest_path);
      }
    }
  }
  return manifest;
}

}  // namespace lifeboat::iceberg
