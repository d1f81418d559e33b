#include "catalog/server/metadata_log_cleaner.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kDeleteAfterCommit = "write.metadata.delete-after-commit.enabled";
constexpr size_t kEntriesPerRead = 1000;

bool IsTableChange(const LoggedChange& change, ChangeKind kind) {
  return change.object == ObjectKind::kTable && change.kind == kind;
}

bool IsTrue(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text == "true";
}

std::vector<std::string> LogOf(const iceberg::TableMetadata& metadata) {
  std::vector<std::string> locations;
  for (const auto& entry : metadata.metadata_log) locations.push_back(entry.metadata_file);
  return locations;
}

}  // namespace

void MetadataLogCleaner::BeginPass() {
  wants_deletion_.clear();
  last_read_.clear();
}

Status MetadataLogCleaner::Clean(uint64_t first_position, uint64_t last_position) {
  if (!guard_.CurrentEpoch().ok()) return Status::Ok();  // the files are those of the catalog that commits
  const Result<std::vector<ChangeLogEntry>> entries =
      store_.ReadChangeLog(first_position - 1, last_position - first_position + 1);
  if (entries.status().code() == StatusCode::kNotFound) return Status::Ok();  // trimmed by another server
  if (!entries.ok()) return entries.status();
  std::map<std::string, Locations> dropped;  // by uuid, in the order of the commits
  for (const ChangeLogEntry& entry : *entries) {
    for (const LoggedChange& change : entry.changes) {
      if (!IsTableChange(change, ChangeKind::kCommit)) continue;
      LIFEBOAT_ASSIGN_OR_RETURN(const bool wanted, WantsDeletion(change));
      if (wanted) LIFEBOAT_RETURN_IF_ERROR(Gather(change, &dropped[change.uuid]));
    }
  }
  for (const auto& [uuid, locations] : dropped) {
    LIFEBOAT_RETURN_IF_ERROR(Delete(uuid, last_position, locations));
  }
  return Status::Ok();
}

Result<bool> MetadataLogCleaner::WantsDeletion(const LoggedChange& change) {
  const auto known = wants_deletion_.find(change.uuid);
  if (known != wants_deletion_.end()) return known->second;
  LIFEBOAT_ASSIGN_OR_RETURN(std::optional<bool> wanted, WantsDeletion(change.identifier, change.uuid));
  if (!wanted) {  // renamed, maybe
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<TableIdentifier> tables, store_.FindTables(change.uuid));
    for (const TableIdentifier& identifier : tables) {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<bool> of_this, WantsDeletion(identifier, change.uuid));
      if (of_this) wanted = wanted.value_or(true) && *of_this;
    }
  }
  return wants_deletion_[change.uuid] = wanted.value_or(false);
}

Result<std::optional<bool>> MetadataLogCleaner::WantsDeletion(const TableIdentifier& identifier,
                                                              const std::string& uuid) {
  const Result<TableRecord> record = store_.LoadTable(identifier, ObjectKind::kTable);
  if (record.status().code() == StatusCode::kNotFound) return std::optional<bool>();
  if (!record.ok()) return record.status();
  if (record->uuid != uuid) return std::optional<bool>();
  // Most tables do not mention the property, and need not be parsed.
  if (record->metadata_json->find(kDeleteAfterCommit) == std::string::npos) return std::optional<bool>(false);
  const Result<iceberg::TableMetadata> metadata =
      iceberg::ParseTableMetadata(*record->metadata_json, record->metadata_location);
  return std::optional<bool>(metadata.ok() && IsTrue(metadata->Property(kDeleteAfterCommit, "false")));
}

Result<std::optional<MetadataLogCleaner::Locations>> MetadataLogCleaner::ReadLog(const std::string& location,
                                                                                 const std::string& uuid) {
  const Result<std::string> text = storage_.Read(location);
  if (text.status().code() == StatusCode::kNotFound) return std::optional<Locations>();
  if (!text.ok()) return text.status();
  const Result<iceberg::TableMetadata> metadata = iceberg::ParseTableMetadata(*text, location);
  if (!metadata.ok() || metadata->table_uuid != uuid) return std::optional<Locations>();
  return std::optional<Locations>(LogOf(*metadata));
}

Status MetadataLogCleaner::Gather(const LoggedChange& change, Locations* dropped) {
  std::optional<Locations> before;
  const auto last = last_read_.find(change.uuid);
  if (last != last_read_.end() && last->second.first == change.previous_metadata_location) {
    before = std::move(last->second.second);
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(before, ReadLog(change.previous_metadata_location, change.uuid));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(std::optional<Locations> after, ReadLog(change.metadata_location, change.uuid));
  if (!after) {
    last_read_.erase(change.uuid);
    return Status::Ok();
  }
  const std::unordered_set<std::string> kept(after->begin(), after->end());
  // A commit adds the version it came from; metadata that does not was not made by trimming a log.
  if (before && kept.contains(change.previous_metadata_location)) {
    for (const std::string& location : *before) {
      if (!kept.contains(location)) dropped->push_back(location);
    }
  }
  last_read_[change.uuid] = {change.metadata_location, *std::move(after)};
  return Status::Ok();
}

Result<bool> MetadataLogCleaner::IsRegisteredAfter(const std::string& uuid, uint64_t position) {
  looked_up_to_ = std::max(looked_up_to_, position);
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ChangeLogEntry> entries,
                              store_.ReadChangeLog(looked_up_to_, kEntriesPerRead));
    for (const ChangeLogEntry& entry : entries) {
      for (const LoggedChange& change : entry.changes) {
        if (IsTableChange(change, ChangeKind::kCreate)) created_at_[change.uuid] = entry.position;
      }
      looked_up_to_ = entry.position;
    }
    if (entries.size() < kEntriesPerRead) break;
  }
  std::erase_if(created_at_, [position](const auto& created) { return created.second <= position; });
  return created_at_.contains(uuid);
}

Status MetadataLogCleaner::KeepWhatIsNeeded(const std::string& uuid, FileSet* files) {
  for (const std::string& location : files->OfKind(FileKind::kMetadata)) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<Locations> log, ReadLog(location, uuid));
    if (!log) files->Erase(location);  // gone, or not of this table
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<TableIdentifier> tables, store_.FindTables(uuid));
  for (const TableIdentifier& identifier : tables) {
    const Result<TableRecord> record = store_.LoadTable(identifier, ObjectKind::kTable);
    if (record.status().code() == StatusCode::kNotFound) continue;
    if (!record.ok()) return record.status();
    LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::TableMetadata metadata,
                              iceberg::ParseTableMetadata(*record->metadata_json, record->metadata_location));
    files->Erase(record->metadata_location);
    for (const std::string& location : LogOf(metadata)) files->Erase(location);
  }
  return Status::Ok();
}

Status MetadataLogCleaner::Delete(const std::string& uuid, uint64_t last_position, const Locations& dropped) {
  if (dropped.empty()) return Status::Ok();
  FileSet files;
  for (const std::string& location : dropped) files.Insert(location, FileKind::kMetadata);
  LIFEBOAT_RETURN_IF_ERROR(KeepWhatIsNeeded(uuid, &files));
  // Looked at last: what was registered before is seen in one of the two places.
  LIFEBOAT_ASSIGN_OR_RETURN(const bool registered, IsRegisteredAfter(uuid, last_position));
  if (registered) return Status::Ok();
  // One after the other: what tells that a file was dropped was dropped later itself, so it is still there
  // when a run that was cut short is made again.
  for (const std::string& location : dropped) {
    if (!files.Erase(location)) continue;
    const Status deleted = storage_.Delete(location);
    if (deleted.ok()) {
      ++deleted_;
      continue;
    }
    if (deleted.code() == StatusCode::kUnavailable) return deleted;
    log::Warning("an old metadata file is not deleted; remove-orphans can do it",
                 {{"file", location}, {"error", deleted}});
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
