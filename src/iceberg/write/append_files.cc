#include "iceberg/write/append_files.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/uuid.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/manifest/manifest_list.h"

namespace lifeboat::iceberg {
namespace {

std::string FolderProperty(const TableMetadata& metadata, std::string_view property, std::string_view name) {
  std::string folder = metadata.Property(property, fmt::format("{}/{}", metadata.location, name));
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder;
}

int64_t NewSnapshotId(const TableMetadata& metadata, Random& random) {
  while (true) {
    const auto id = static_cast<int64_t>(random.Next() & 0x7FFFFFFFFFFFFFFF);
    if (id != 0 && metadata.FindSnapshot(id) == nullptr) return id;
  }
}

StringMap Summary(const Snapshot* parent, const std::vector<DataFile>& files, const TableMetadata& metadata) {
  AddedFiles added;
  std::set<std::string> partitions;
  for (const DataFile& file : files) {
    added.Add(file);
    const PartitionSpec* spec = metadata.FindSpec(file.partition_spec_id);
    partitions.insert(std::to_string(file.partition_spec_id) + "/" +
                      PartitionPath(*spec, metadata.schema(), file.partition));
  }
  StringMap summary = {{"added-data-files", std::to_string(added.files)},
                       {"added-records", std::to_string(added.records)},
                       {"added-files-size", std::to_string(added.bytes)},
                       {"changed-partition-count", std::to_string(partitions.size())}};
  SetTotals(parent, added, &summary);
  return summary;
}

class Append {
 public:
  Append(storage::Storage& storage, const TableMetadata& metadata, const AppendOptions& options,
         const Clock& clock, Random& random)
      : storage_(storage), metadata_(metadata), options_(options), clock_(clock), random_(random) {}

  Result<PreparedAppend> Run(const std::vector<DataFile>& files) {
    LIFEBOAT_RETURN_IF_ERROR(Check(files));
    Begin();
    const Status status = Write(files);
    if (!status.ok()) {
      (void)DiscardAppend(storage_, prepared_);  // the first error is the one to report
      return status;
    }
    Propose(files);
    return std::move(prepared_);
  }

 private:
  Status Check(const std::vector<DataFile>& files) {
    const auto ref = metadata_.refs.find(options_.branch);
    if (ref != metadata_.refs.end() && ref->second.kind == SnapshotRef::Kind::kTag) {
      return Status::InvalidArgument("cannot append to '{}': it is a tag, not a branch", options_.branch);
    }
    // A new branch grows out of the current snapshot.
    parent_ = metadata_.FindRef(options_.branch);
    branch_exists_ = parent_ != nullptr;
    if (!branch_exists_) parent_ = metadata_.current_snapshot();
    for (const DataFile& file : files) {
      if (file.content != FileContent::kData) {
        return Status::InvalidArgument("cannot append '{}': it is a delete file", file.file_path);
      }
      if (metadata_.FindSpec(file.partition_spec_id) == nullptr) {
        return Status::InvalidArgument("cannot append '{}': the table has no partition spec {}",
                                       file.file_path, file.partition_spec_id);
      }
    }
    return Status::Ok();
  }

  void Begin() {
    snapshot_.snapshot_id = NewSnapshotId(metadata_, random_);
    if (parent_ != nullptr) snapshot_.parent_snapshot_id = parent_->snapshot_id;
    snapshot_.sequence_number = metadata_.format_version == 1 ? 0 : metadata_.last_sequence_number + 1;
    // Time does not go back along a table's history, whatever this machine's clock says.
    snapshot_.timestamp_ms = std::max(clock_.NowMillis(), metadata_.last_updated_ms);
    snapshot_.operation = "append";
    snapshot_.schema_id = metadata_.current_schema_id;
    prepared_.snapshot_id = snapshot_.snapshot_id;
    commit_id_ = Uuid::V4(random_).ToString();
  }

  Status Write(const std::vector<DataFile>& files) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> manifests, WriteManifests(files));
    if (parent_ != nullptr) {
      LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> old, ReadManifestList(storage_, *parent_));
      for (ManifestFile& file : old) {
        LIFEBOAT_RETURN_IF_ERROR(Complete(&file));
        manifests.push_back(std::move(file));
      }
    }
    if (metadata_.format_version >= 3) {
      snapshot_.first_row_id = metadata_.next_row_id;
      LIFEBOAT_ASSIGN_OR_RETURN(const int64_t end, AssignFirstRowIds(metadata_.next_row_id, &manifests));
      snapshot_.added_rows = end - metadata_.next_row_id;
    }
    ManifestListHeader header;
    header.format_version = metadata_.format_version;
    header.snapshot_id = snapshot_.snapshot_id;
    header.parent_snapshot_id = snapshot_.parent_snapshot_id;
    header.sequence_number = snapshot_.sequence_number;
    header.first_row_id = snapshot_.first_row_id;
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string list, WriteManifestList(header, manifests));
    snapshot_.manifest_list =
        fmt::format("{}/snap-{}-1-{}.avro", MetadataLocation(metadata_), snapshot_.snapshot_id, commit_id_);
    return Publish(snapshot_.manifest_list, list);
  }

  Result<std::vector<ManifestFile>> WriteManifests(const std::vector<DataFile>& files) {
    std::map<int32_t, std::vector<const DataFile*>> by_spec;
    for (const DataFile& file : files) by_spec[file.partition_spec_id].push_back(&file);
    std::vector<ManifestFile> manifests;
    for (const auto& [spec_id, spec_files] : by_spec) {
      ManifestHeader header;
      header.format_version = metadata_.format_version;
      header.schema = metadata_.schema();
      header.spec = *metadata_.FindSpec(spec_id);
      ManifestWriter writer(header, snapshot_.snapshot_id);
      for (const DataFile* file : spec_files) LIFEBOAT_RETURN_IF_ERROR(writer.AddFile(*file));
      LIFEBOAT_ASSIGN_OR_RETURN(ManifestWriter::Written written, writer.Finish());
      written.file.manifest_path =
          fmt::format("{}/{}-m{}.avro", MetadataLocation(metadata_), commit_id_, manifests.size());
      written.file.sequence_number = snapshot_.sequence_number;
      written.file.min_sequence_number = snapshot_.sequence_number;
      LIFEBOAT_RETURN_IF_ERROR(Publish(written.file.manifest_path, written.bytes));
      manifests.push_back(std::move(written.file));
    }
    return manifests;
  }

  // Version 1 may leave out what later versions require: then the manifest itself has to tell.
  Status Complete(ManifestFile* file) {
    if (file->added_files_count && file->existing_files_count && file->deleted_files_count &&
        file->added_rows_count && file->existing_rows_count && file->deleted_rows_count) {
      return Status::Ok();
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(storage_, *file));
    int32_t files[3] = {};
    int64_t rows[3] = {};
    for (const ManifestEntry& entry : manifest.entries) {
      ++files[static_cast<int32_t>(entry.status)];
      rows[static_cast<int32_t>(entry.status)] += entry.data_file.record_count;
    }
    file->partition_spec_id = manifest.header.spec.spec_id;
    file->existing_files_count = files[0], file->existing_rows_count = rows[0];
    file->added_files_count = files[1], file->added_rows_count = rows[1];
    file->deleted_files_count = files[2], file->deleted_rows_count = rows[2];
    return Status::Ok();
  }

  Status Publish(const std::string& location, std::string_view bytes) {
    prepared_.written.push_back(location);
    return storage_.Write(location, bytes, {.if_absent = true});
  }

  void Propose(const std::vector<DataFile>& files) {
    snapshot_.summary = Summary(parent_, files, metadata_);
    for (const auto& [key, value] : options_.summary) snapshot_.summary.insert_or_assign(key, value);
    requirement::AssertRefSnapshotId unchanged;
    unchanged.ref = options_.branch;
    if (branch_exists_) unchanged.snapshot_id = parent_->snapshot_id;
    if (!metadata_.table_uuid.empty()) {
      prepared_.requirements.push_back(requirement::AssertTableUuid{metadata_.table_uuid});
    }
    prepared_.requirements.push_back(std::move(unchanged));
    update::SetSnapshotRef move;
    move.ref_name = options_.branch;
    if (const auto ref = metadata_.refs.find(options_.branch); ref != metadata_.refs.end())
      move.ref = ref->second;
    move.ref.snapshot_id = snapshot_.snapshot_id;
    prepared_.updates.push_back(update::AddSnapshot{std::move(snapshot_)});
    prepared_.updates.push_back(std::move(move));
  }

  storage::Storage& storage_;
  const TableMetadata& metadata_;
  const AppendOptions& options_;
  const Clock& clock_;
  Random& random_;
  const Snapshot* parent_ = nullptr;
  bool branch_exists_ = false;
  Snapshot snapshot_;
  std::string commit_id_;
  PreparedAppend prepared_;
};

}  // namespace

Result<PreparedAppend> AppendFiles(storage::Storage& storage, const TableMetadata& metadata,
                                   const std::vector<DataFile>& files, const AppendOptions& options,
                                   const Clock& clock, Random& random) {
  return Append(storage, metadata, options, clock, random).Run(files);
}

Status DiscardAppend(storage::Storage& storage, const PreparedAppend& append) {
  Status first;
  for (const std::string& location : append.written) {
    const Status status = storage.Delete(location);
    if (first.ok()) first = status;
  }
  return first;
}

void SetTotals(const Snapshot* parent, const AddedFiles& added, StringMap* summary) {
  const auto set = [&](const std::string& key, int64_t more) {
    int64_t before = 0;
    if (parent != nullptr) {
      const auto found = parent->summary.find(key);
      const std::string text = found == parent->summary.end() ? std::string() : found->second;
      const char* end = text.data() + text.size();
      const auto [rest, error] = std::from_chars(text.data(), end, before);
      if (error != std::errc() || rest != end || __builtin_add_overflow(before, more, &more)) {
        summary->erase(key);
        return;
      }
    }
    summary->insert_or_assign(key, std::to_string(more));
  };
  set("total-data-files", added.files);
  set("total-records", added.records);
  set("total-files-size", added.bytes);
  set("total-delete-files", 0);
  set("total-position-deletes", 0);
  set("total-equality-deletes", 0);
}

std::string DataLocation(const TableMetadata& metadata) {
  return FolderProperty(metadata, "write.data.path", "data");
}

std::string MetadataLocation(const TableMetadata& metadata) {
  return FolderProperty(metadata, "write.metadata.path", "metadata");
}

}  // namespace lifeboat::iceberg
