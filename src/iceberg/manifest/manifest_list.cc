#include "iceberg/manifest/manifest_list.h"

#include "iceberg/avro/container.h"
#include "iceberg/manifest/avro_schemas.h"
#include "iceberg/manifest/field_reader.h"

namespace lifeboat::iceberg {
namespace {

Status ReadSummary(avro::Decoder& decoder, const avro::Schema& schema, PartitionFieldSummary* summary) {
  if (schema.kind != avro::Kind::kRecord) return Status::Corruption("a partition summary is not a record");
  for (const avro::RecordField& field : schema.fields) {
    switch (field.field_id.value_or(-1)) {
      case 509:
        LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *field.schema, &summary->contains_null));
        break;
      case 518:
        LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *field.schema, &summary->contains_nan));
        break;
      case 510:
        LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *field.schema, &summary->lower_bound));
        break;
      case 511:
        LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *field.schema, &summary->upper_bound));
        break;
      default:
        LIFEBOAT_RETURN_IF_ERROR(decoder.Skip(*field.schema));
    }
  }
  return Status::Ok();
}

Status ReadSummaries(avro::Decoder& decoder, const avro::Schema& schema,
                     std::vector<PartitionFieldSummary>* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == avro::Kind::kNull) return Status::Ok();
  if (branch->kind != avro::Kind::kArray) return Status::Corruption("partition summaries are not a list");
  return decoder.ReadBlocks([&]() -> Status {
    PartitionFieldSummary summary;
    LIFEBOAT_RETURN_IF_ERROR(ReadSummary(decoder, *branch->branches[0], &summary));
    out->push_back(std::move(summary));
    return Status::Ok();
  });
}

Status ReadManifestFile(avro::Decoder& decoder, const avro::Schema& schema, ManifestFile* file) {
  const auto read = [&](const avro::RecordField& field) -> Status {
    const avro::Schema& type = *field.schema;
    switch (field.field_id.value_or(-1)) {
      case 500:
        return ReadField(decoder, type, &file->manifest_path);
      case 501:
        return ReadField(decoder, type, &file->manifest_length);
      case 502:
        return ReadField(decoder, type, &file->partition_spec_id);
      case 503:
        return ReadField(decoder, type, &file->added_snapshot_id);
      case 504:
        return ReadField(decoder, type, &file->added_files_count);
      case 505:
        return ReadField(decoder, type, &file->existing_files_count);
      case 506:
        return ReadField(decoder, type, &file->deleted_files_count);
      case 507:
        return ReadSummaries(decoder, type, &file->partitions);
      case 512:
        return ReadField(decoder, type, &file->added_rows_count);
      case 513:
        return ReadField(decoder, type, &file->existing_rows_count);
      case 514:
        return ReadField(decoder, type, &file->deleted_rows_count);
      case 515:
        return ReadField(decoder, type, &file->sequence_number);
      case 516:
        return ReadField(decoder, type, &file->min_sequence_number);
      case 517: {
        int32_t content = 0;
        LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, type, &content));
        if (content != 0 && content != 1)
          return Status::Corruption("manifest content {} is unknown", content);
        file->content = static_cast<ManifestContent>(content);
        return Status::Ok();
      }
      case 519:
        return ReadField(decoder, type, &file->key_metadata);
      case 520:
        return ReadField(decoder, type, &file->first_row_id);
      default:
        return decoder.Skip(type);
    }
  };
  for (const avro::RecordField& field : schema.fields) LIFEBOAT_RETURN_IF_ERROR(read(field));
  return Status::Ok();
}

template <typename T>
void WriteOptionalNumber(avro::Encoder& encoder, const std::optional<T>& value) {
  encoder.WriteBranch(value.has_value());
  if (value) encoder.WriteLong(static_cast<int64_t>(*value));
}

void WriteOptionalBytes(avro::Encoder& encoder, const std::optional<std::string>& value) {
  encoder.WriteBranch(value.has_value());
  if (value) encoder.WriteBytes(*value);
}

void WriteSummaries(avro::Encoder& encoder, const std::vector<PartitionFieldSummary>& summaries) {
  encoder.WriteBranch(true);
  encoder.BeginArray(summaries.size());
  for (const PartitionFieldSummary& summary : summaries) {
    encoder.WriteBoolean(summary.contains_null);
    encoder.WriteBranch(summary.contains_nan.has_value());
    if (summary.contains_nan) encoder.WriteBoolean(*summary.contains_nan);
    WriteOptionalBytes(encoder, summary.lower_bound);
    WriteOptionalBytes(encoder, summary.upper_bound);
  }
  encoder.EndArray();
}

void WriteManifestFile(avro::Encoder encoder, int32_t format_version, const ManifestFile& file) {
  encoder.WriteBytes(file.manifest_path);
  encoder.WriteLong(file.manifest_length);
  encoder.WriteInt(file.partition_spec_id);
  if (format_version > 1) {
    encoder.WriteInt(static_cast<int32_t>(file.content));
    encoder.WriteLong(file.sequence_number);
    encoder.WriteLong(file.min_sequence_number);
  }
  encoder.WriteLong(file.added_snapshot_id);
  const auto count = [&](const auto& value) {
    if (format_version == 1) {
      WriteOptionalNumber(encoder, value);
    } else {
      encoder.WriteLong(static_cast<int64_t>(*value));
    }
  };
  count(file.added_files_count);
  count(file.existing_files_count);
  count(file.deleted_files_count);
  count(file.added_rows_count);
  count(file.existing_rows_count);
  count(file.deleted_rows_count);
  WriteSummaries(encoder, file.partitions);
  WriteOptionalBytes(encoder, file.key_metadata);
  if (format_version > 2) WriteOptionalNumber(encoder, file.first_row_id);
}

}  // namespace

Result<std::vector<ManifestFile>> ParseManifestList(std::string_view bytes, std::string_view location) {
  LIFEBOAT_ASSIGN_OR_RETURN(avro::ContainerReader reader, avro::ContainerReader::Open(bytes, location));
  if (reader.schema().kind != avro::Kind::kRecord || reader.schema().FindField(500) == nullptr) {
    return reader.InFile(Status::Corruption("it is not a manifest list"));
  }
  std::vector<ManifestFile> files;
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEachObject([&](avro::Decoder& decoder) -> Status {
    ManifestFile file;
    LIFEBOAT_RETURN_IF_ERROR(ReadManifestFile(decoder, reader.schema(), &file));
    if (file.manifest_path.empty()) return Status::Corruption("a manifest has no path");
    files.push_back(std::move(file));
    return Status::Ok();
  }));
  return files;
}

Result<std::string> WriteManifestList(const ManifestListHeader& header,
                                      const std::vector<ManifestFile>& manifests) {
  avro::Metadata metadata;
  metadata["snapshot-id"] = std::to_string(header.snapshot_id);
  metadata["parent-snapshot-id"] =
      header.parent_snapshot_id ? std::to_string(*header.parent_snapshot_id) : std::string("null");
  metadata["format-version"] = std::to_string(header.format_version);
  if (header.format_version > 1) metadata["sequence-number"] = std::to_string(header.sequence_number);
  if (header.format_version > 2) {
    metadata["first-row-id"] =
        header.first_row_id ? std::to_string(*header.first_row_id) : std::string("null");
  }
  avro::ContainerWriter writer(ManifestListSchemaJson(header.format_version), metadata,
                               avro::Codec::kDeflate);
  for (const ManifestFile& file : manifests) {
    const bool counted = file.added_files_count && file.existing_files_count && file.deleted_files_count &&
                         file.added_rows_count && file.existing_rows_count && file.deleted_rows_count;
    if (header.format_version > 1 && !counted) {
      return Status::InvalidArgument(
          "manifest '{}' has no file and row counts, which format version {} requires", file.manifest_path,
          header.format_version);
    }
    if (header.format_version == 1 && file.content == ManifestContent::kDeletes) {
      return Status::InvalidArgument("manifest '{}' lists delete files, which format version 1 does not have",
                                     file.manifest_path);
    }
    WriteManifestFile(writer.encoder(), header.format_version, file);
    writer.EndObject();
  }
  return writer.Finish();
}

Result<int64_t> AssignFirstRowIds(int64_t next_row_id, std::vector<ManifestFile>* manifests) {
  for (ManifestFile& file : *manifests) {
    if (file.content != ManifestContent::kData || file.first_row_id) continue;
    file.first_row_id = next_row_id;
    for (const std::optional<int64_t>& rows : {file.added_rows_count, file.existing_rows_count}) {
      if (rows.value_or(0) < 0 || __builtin_add_overflow(next_row_id, rows.value_or(0), &next_row_id)) {
        return Status::Corruption("manifest '{}' cannot have {} rows", file.manifest_path, *rows);
      }
    }
  }
  return next_row_id;
}

Result<std::vector<ManifestFile>> ReadManifestList(storage::Storage& storage, const Snapshot& snapshot) {
  if (!snapshot.manifest_list.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, storage.Read(snapshot.manifest_list));
    return ParseManifestList(bytes, snapshot.manifest_list);
  }
  std::vector<ManifestFile> files;
  for (const std::string& location : snapshot.manifests) {
    LIFEBOAT_ASSIGN_OR_RETURN(const storage::ObjectInfo info, storage.Stat(location));
    ManifestFile file;
    file.manifest_path = location;
    file.manifest_length = static_cast<int64_t>(info.size_bytes);
    file.added_snapshot_id = snapshot.snapshot_id;
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace lifeboat::iceberg
