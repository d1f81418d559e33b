#include "catalog/server/append_rebase.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/uuid.h"
#include "catalog/api/table_places.h"
#include "catalog/server/catalog_service.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/write/append_files.h"

namespace lifeboat::catalog {
namespace {

using iceberg::ManifestFile;
using iceberg::Snapshot;
using iceberg::TableMetadata;

// An append as a commit spells it. Pointers into the commit and the table.
struct Append {
  const Snapshot* snapshot = nullptr;
  const iceberg::update::SetSnapshotRef* move = nullptr;
  const Snapshot* parent = nullptr;  // null: it was prepared on an empty branch
  const Snapshot* head = nullptr;    // what it is to follow; null: nothing
};

// A commit that appends to one branch and changes nothing else but properties. Looks at memory only.
std::optional<Append> FindAppend(const TableMetadata& base,
                                 const std::vector<iceberg::TableUpdate>& updates) {
  Append append;
  for (const iceberg::TableUpdate& update : updates) {
    if (const auto* add = std::get_if<iceberg::update::AddSnapshot>(&update)) {
      if (append.snapshot != nullptr) return std::nullopt;
      append.snapshot = &add->snapshot;
    } else if (const auto* move = std::get_if<iceberg::update::SetSnapshotRef>(&update)) {
      if (append.move != nullptr) return std::nullopt;
      append.move = move;
    } else if (!std::holds_alternative<iceberg::update::SetProperties>(update) &&
               !std::holds_alternative<iceberg::update::RemoveProperties>(update)) {
      return std::nullopt;
    }
  }
  if (append.snapshot == nullptr || append.move == nullptr) return std::nullopt;
  const Snapshot& snapshot = *append.snapshot;
  const bool moves_branch = append.move->ref.kind == iceberg::SnapshotRef::Kind::kBranch &&
                            append.move->ref.snapshot_id == snapshot.snapshot_id;
  // A cherry-picked snapshot must not be published twice, which its writer sees to.
  const bool picked =
      snapshot.summary.contains("source-snapshot-id") || snapshot.summary.contains("published-wap-id");
  if (!moves_branch || picked || snapshot.operation != "append" || snapshot.manifest_list.empty()) {
    return std::nullopt;
  }
  if (snapshot.key_id || base.FindSnapshot(snapshot.snapshot_id) != nullptr) return std::nullopt;
  if (snapshot.parent_snapshot_id) {
    append.parent = base.FindSnapshot(*snapshot.parent_snapshot_id);
    if (append.parent == nullptr) return std::nullopt;
  }
  const auto ref = base.refs.find(append.move->ref_name);
  if (ref != base.refs.end() && ref->second.kind != iceberg::SnapshotRef::Kind::kBranch) return std::nullopt;
  append.head = base.FindRef(append.move->ref_name);
  // A branch that is not there yet begins with its first snapshot's parent.
  if (append.head == nullptr) append.head = append.parent;
  return append;
}

bool Descends(const TableMetadata& base, const Snapshot* from, const Snapshot& ancestor) {
  // Sequence numbers grow along a branch, and a damaged history must not be walked for ever.
  for (size_t steps = 0; from != nullptr && steps <= base.snapshots.size(); ++steps) {
    if (from == &ancestor) return true;
    if (from->sequence_number < ancestor.sequence_number || !from->parent_snapshot_id) return false;
    from = base.FindSnapshot(*from->parent_snapshot_id);
  }
  return false;
}

// Every requirement holds but one on the head of the branch that is appended to, if that is allowed to.
bool RequirementsAllow(const TableMetadata& base, const std::vector<iceberg::TableRequirement>& requirements,
                       const Append& append, bool head_may_differ) {
  const bool branch_exists = base.FindRef(append.move->ref_name) != nullptr;
  bool asserts_empty = false;
  for (const iceberg::TableRequirement& requirement : requirements) {
    const auto* head = std::get_if<iceberg::requirement::AssertRefSnapshotId>(&requirement);
    if (head != nullptr && head->ref != append.move->ref_name) head = nullptr;
    if (head != nullptr && !head->snapshot_id) asserts_empty = true;
    if (iceberg::CheckRequirements(&base, {requirement}).ok()) continue;
    const bool names_parent =
        head != nullptr && (!head->snapshot_id || head->snapshot_id == append.snapshot->parent_snapshot_id);
    if (!head_may_differ || !branch_exists || !names_parent) return false;
  }
  // A first snapshot whose writer did not say that the branch was empty may be meant to replace its content.
  return append.parent != nullptr || append.head == nullptr || asserts_empty;
}

// However it is spelled: Java clients name the files of file:///lake as file:/lake.
bool InTable(const TableMetadata& base, const std::string& location) {
  if (!ValidateTableLocation(location).ok()) return false;
  const std::string file = PlaceOf(location);
  const std::vector<std::string> places = PlacesOf(base.location, base.properties);
  return std::any_of(places.begin(), places.end(),
                     [&](const std::string& place) { return file != place && file.starts_with(place); });
}

Status NotPure(std::string_view reason) {
  return Status::FailedPrecondition("it is not a pure append: {}", reason);
}

class Rebaser {
 public:
  Rebaser(storage::Storage& storage, ManifestListCache& lists, const TableMetadata& base,
          const Append& append)
      : storage_(storage), lists_(lists), base_(base), append_(append), snapshot_(*append.snapshot) {}

  // The snapshot on the head, with its manifest list written.
  Result<Snapshot> Run();

 private:
  Result<std::string> Read(const std::string& location);
  Result<ManifestListCache::List> ReadList(const Snapshot& snapshot);
  Status FindOwnManifests();
  Status CheckOwnManifest(ManifestFile* file);
  Status CheckEntries(const iceberg::Manifest& manifest);
  Status Compose();
  Status Publish();

  storage::Storage& storage_;
  ManifestListCache& lists_;
  const TableMetadata& base_;
  const Append& append_;
  Snapshot snapshot_;
  std::vector<ManifestFile> manifests_;  // the append's own, then all of the new snapshot
  iceberg::AddedFiles added_;
};

Result<std::string> Rebaser::Read(const std::string& location) {
  if (!InTable(base_, location)) {
    return Status::FailedPrecondition("'{}' is not in the table's location", location);
  }
  return storage_.Read(location);
}

Result<ManifestListCache::List> Rebaser::ReadList(const Snapshot& snapshot) {
  if (snapshot.manifest_list.empty() || snapshot.key_id) {
    return Status::FailedPrecondition("snapshot {} has no readable manifest list", snapshot.snapshot_id);
  }
  if (!InTable(base_, snapshot.manifest_list)) {
    return Status::FailedPrecondition("'{}' is not in the table's location", snapshot.manifest_list);
  }
  if (ManifestListCache::List found = lists_.Find(snapshot.manifest_list)) return found;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, Read(snapshot.manifest_list));
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> files,
                            iceberg::ParseManifestList(bytes, snapshot.manifest_list));
  auto list = std::make_shared<const std::vector<ManifestFile>>(std::move(files));
  lists_.Put(snapshot.manifest_list, list);
  return list;
}

// What the append brings is its manifest list without its parent's manifests, all of which must be there.
Status Rebaser::FindOwnManifests() {
  std::map<std::string_view, const ManifestFile*> inherited;
  ManifestListCache::List parent;
  if (append_.parent != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(parent, ReadList(*append_.parent));
    for (const ManifestFile& file : *parent) inherited.emplace(file.manifest_path, &file);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, Read(snapshot_.manifest_list));
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<ManifestFile> listed,
                            iceberg::ParseManifestList(bytes, snapshot_.manifest_list));
  for (ManifestFile& file : listed) {
    const auto found = inherited.find(file.manifest_path);
    if (found != inherited.end()) {
      const ManifestFile& before = *found->second;
      if (file.manifest_length != before.manifest_length || file.content != before.content ||
          file.partition_spec_id != before.partition_spec_id ||
          file.added_snapshot_id != before.added_snapshot_id) {
        return NotPure("it changes a manifest of its parent");
      }
      inherited.erase(found);
    } else if (file.added_snapshot_id == snapshot_.snapshot_id) {
      LIFEBOAT_RETURN_IF_ERROR(CheckOwnManifest(&file));
      manifests_.push_back(std::move(file));
    } else {
      return NotPure("it lists a manifest that is neither its parent's nor its own");
    }
  }
  // Writers leave out manifests in which nothing is left.
  for (const auto& [path, file] : inherited) {
    if (file->has_live_files()) return NotPure("it drops a manifest of its parent");
  }
  return Status::Ok();
}

Status Rebaser::CheckOwnManifest(ManifestFile* file) {
  if (file->content != iceberg::ManifestContent::kData) return NotPure("it adds delete files");
  if (file->existing_files_count.value_or(0) != 0 || file->deleted_files_count.value_or(0) != 0) {
    return NotPure("a manifest of it holds files that were there before");
  }
  const iceberg::PartitionSpec* spec = base_.FindSpec(file->partition_spec_id);
  if (spec == nullptr) return NotPure("the table no longer has its partition spec");
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, Read(file->manifest_path));
  LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::Manifest manifest,
                            iceberg::ParseManifest(bytes, file->manifest_path));
  const iceberg::ManifestHeader& header = manifest.header;
  if (header.content != iceberg::ManifestContent::kData || header.format_version > base_.format_version ||
      (header.format_version == 1) != (base_.format_version == 1)) {
    return NotPure("a manifest of it is of another kind than the table's");
  }
  // An id may have been given to another spec since.
  if (header.spec.spec_id != spec->spec_id || !header.spec.CompatibleWith(*spec)) {
    return NotPure("the table no longer has its partition spec");
  }
  if (base_.FindSchema(header.schema.schema_id) == nullptr) {
    return NotPure("the table no longer has its schema");
  }
  const iceberg::AddedFiles before = added_;
  LIFEBOAT_RETURN_IF_ERROR(CheckEntries(manifest));
  const auto files = static_cast<int32_t>(manifest.entries.size());
  const int64_t rows = added_.records - before.records;
  if (file->added_files_count.value_or(files) != files || file->added_rows_count.value_or(rows) != rows ||
      file->existing_rows_count.value_or(0) != 0 || file->deleted_rows_count.value_or(0) != 0) {
    return NotPure("its manifest list miscounts a manifest");
  }
  file->added_files_count = files, file->existing_files_count = 0, file->deleted_files_count = 0;
  file->added_rows_count = rows, file->existing_rows_count = 0, file->deleted_rows_count = 0;
  return Status::Ok();
}

Status Rebaser::CheckEntries(const iceberg::Manifest& manifest) {
  for (const iceberg::ManifestEntry& entry : manifest.entries) {
    const iceberg::DataFile& file = entry.data_file;
    if (entry.status != iceberg::ManifestEntry::Status::kAdded ||
        entry.snapshot_id.value_or(snapshot_.snapshot_id) != snapshot_.snapshot_id) {
      return NotPure("a manifest of it holds files that were there before");
    }
    if (file.content != iceberg::FileContent::kData) return NotPure("it adds delete files");
    // Written down, they would be those of a snapshot that does not come to be.
    if (entry.sequence_number || entry.file_sequence_number || file.first_row_id) {
      return NotPure("its files do not inherit their sequence numbers and row ids");
    }
    ++added_.files;
    if (file.record_count < 0 || file.file_size_in_bytes < 0 ||
        __builtin_add_overflow(added_.records, file.record_count, &added_.records) ||
        __builtin_add_overflow(added_.bytes, file.file_size_in_bytes, &added_.bytes)) {
      return NotPure("a file of it cannot have that size");
    }
  }
  return Status::Ok();
}

// The snapshot as its writer would have made it on the head.
Status Rebaser::Compose() {
  snapshot_.parent_snapshot_id.reset();
  if (append_.head != nullptr) snapshot_.parent_snapshot_id = append_.head->snapshot_id;
  snapshot_.sequence_number = base_.format_version == 1 ? 0 : base_.last_sequence_number + 1;
  snapshot_.timestamp_ms = std::max(snapshot_.timestamp_ms, base_.last_updated_ms);
  if (snapshot_.schema_id) {
    if (base_.FindSchema(*snapshot_.schema_id) == nullptr) {
      return NotPure("the table no longer has its schema");
    }
    snapshot_.schema_id = base_.current_schema_id;
  }
  std::set<std::string_view> paths;
  for (ManifestFile& file : manifests_) {
    if (!paths.insert(file.manifest_path).second) return NotPure("it lists a manifest twice");
    file.sequence_number = file.min_sequence_number = snapshot_.sequence_number;
    file.first_row_id.reset();
  }
  if (append_.head != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const ManifestListCache::List head, ReadList(*append_.head));
    const size_t own = manifests_.size();
    manifests_.reserve(own + head->size());
    for (const ManifestFile& file : *head) {
      if (paths.contains(file.manifest_path) || file.added_snapshot_id == snapshot_.snapshot_id) {
        return Status::FailedPrecondition("its manifests are part of the branch already");
      }
      manifests_.push_back(file);
    }
    if (snapshot_.summary.contains("manifests-kept")) {
      snapshot_.summary["manifests-kept"] = std::to_string(head->size());
    }
  }
  iceberg::SetTotals(append_.head, added_, &snapshot_.summary);
  if (base_.format_version < 3) return Status::Ok();
  snapshot_.first_row_id = base_.next_row_id;
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t end, iceberg::AssignFirstRowIds(base_.next_row_id, &manifests_));
  snapshot_.added_rows = end - base_.next_row_id;
  return Status::Ok();
}

Status Rebaser::Publish() {
  iceberg::ManifestListHeader header;
  header.format_version = base_.format_version;
  header.snapshot_id = snapshot_.snapshot_id;
  header.parent_snapshot_id = snapshot_.parent_snapshot_id;
  header.sequence_number = snapshot_.sequence_number;
  header.first_row_id = snapshot_.first_row_id;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string bytes, iceberg::WriteManifestList(header, manifests_));
  const std::string& prepared = append_.snapshot->manifest_list;
  snapshot_.manifest_list = fmt::format("{}/snap-{}-1-{}.avro", prepared.substr(0, prepared.rfind('/')),
                                        snapshot_.snapshot_id, Uuid::V4().ToString());
  const Status written =
      storage_.Write(snapshot_.manifest_list, bytes, {.if_absent = true, .durable = false});
  if (!written.ok()) {
    (void)storage_.Delete(snapshot_.manifest_list);  // it may be there all the same; nothing names it
    return written;
  }
  lists_.Put(snapshot_.manifest_list,
             std::make_shared<const std::vector<ManifestFile>>(std::move(manifests_)));
  return Status::Ok();
}

Result<Snapshot> Rebaser::Run() {
  LIFEBOAT_RETURN_IF_ERROR(FindOwnManifests());
  LIFEBOAT_RETURN_IF_ERROR(Compose());
  LIFEBOAT_RETURN_IF_ERROR(Publish());
  return std::move(snapshot_);
}

}  // namespace

std::optional<RebasedAppend> AppendRebase::Rebase(const TableMetadata& base,
                                                  const std::vector<iceberg::TableRequirement>& requirements,
                                                  const std::vector<iceberg::TableUpdate>& updates,
                                                  const Status& outcome) {
  if (!outcome.ok() && outcome.code() != StatusCode::kConflict) return std::nullopt;
  const std::optional<Append> append = FindAppend(base, updates);
  if (!append) return std::nullopt;
  // Version 1 has no sequence numbers to tell that such a snapshot would hide what came after its parent.
  const bool hides_head = append->parent != nullptr && append->head != append->parent;
  if (outcome.ok() && !hides_head) return std::nullopt;
  const auto property = base.properties.find(std::string(kAppendRebaseEnabled));
  const bool enabled = property == base.properties.end() ? enabled_by_default_ : property->second == "true";
  if (!RequirementsAllow(base, requirements, *append, enabled)) return std::nullopt;
  if (append->parent != nullptr && !Descends(base, append->head, *append->parent)) return std::nullopt;
  Result<Snapshot> snapshot = Rebaser(storage_, lists_, base, *append).Run();
  if (!snapshot.ok()) {
    log::Debug("an append is not rebased",
               {{"snapshot", append->snapshot->snapshot_id}, {"reason", snapshot.status()}});
    return std::nullopt;
  }
  RebasedAppend rebased{updates, snapshot->manifest_list};
  for (iceberg::TableUpdate& update : rebased.updates) {
    if (auto* add = std::get_if<iceberg::update::AddSnapshot>(&update)) add->snapshot = *snapshot;
  }
  return rebased;
}

}  // namespace lifeboat::catalog
