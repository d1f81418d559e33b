#include "catalog/maintenance/remove_orphan_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kMetadataSuffix = ".metadata.json";

// Where the table's writers put files, none within another.
std::vector<std::string> LocationsOf(const iceberg::TableMetadata& metadata) {
  std::set<std::string> all = {NormalLocation(metadata.location)};
  for (const char* property :
       {"write.data.path", "write.metadata.path", "write.object-storage.path", "write.folder-storage.path"}) {
    const std::string location = metadata.Property(property, "");
    if (!location.empty()) all.insert(NormalLocation(location));
  }
  std::vector<std::string> locations;
  for (const std::string& location : all) {
    const bool covered = std::any_of(all.begin(), all.end(), [&](const std::string& other) {
      return other != location && IsWithin(location, other);
    });
    if (!covered) locations.push_back(location);
  }
  return locations;
}

class OrphanRemoval {
 public:
  OrphanRemoval(Catalog& catalog, storage::Storage& storage, const std::vector<TableIdentifier>& identifiers,
                const RemoveOrphanFilesOptions& options, const MaintenanceContext& context,
                const Clock& clock)
      : catalog_(catalog),
        storage_(storage),
        options_(options),
        context_(context),
        clock_(clock),
        cleaned_(identifiers.begin(), identifiers.end()),
        walk_(storage, candidates_, context.check) {}

  Result<RemoveOrphanFilesResult> Run() {
    for (const TableIdentifier& identifier : cleaned_) LIFEBOAT_RETURN_IF_ERROR(List(identifier));
    LIFEBOAT_RETURN_IF_ERROR(KeepWhatTablesNeed());
    LIFEBOAT_RETURN_IF_ERROR(KeepWhatTheChangeLogNeeds());
    LIFEBOAT_RETURN_IF_ERROR(KeepMetadataOfOthers());
    for (const FileKind kind : kFileKinds) {
      for (std::string& location : candidates_.OfKind(kind)) {
        result_.orphan_bytes += sizes_[location];
        result_.orphans.push_back(std::move(location));
      }
    }
    std::sort(result_.orphans.begin(), result_.orphans.end());
    LIFEBOAT_ASSIGN_OR_RETURN(result_.files, RemoveFiles(storage_, candidates_, context_, options_.dry_run));
    return std::move(result_);
  }

 private:
  Status List(const TableIdentifier& identifier) {
    LIFEBOAT_ASSIGN_OR_RETURN(const LoadedTable table, catalog_.LoadTable(identifier));
    if (table.metadata->Property("gc.enabled", "true") == "false") {
      return Status::FailedPrecondition(
          "orphans of {} are not removed: gc.enabled is false, so files at its location may be another's",
          ToString(identifier));
    }
    uuids_.insert(table.metadata->table_uuid);
    const int64_t young_micros = clock_.NowMicros() - Duration(options_.older_than).count();
    for (const std::string& location : LocationsOf(*table.metadata)) {
      LIFEBOAT_RETURN_IF_ERROR(CheckOverlap(identifier, location));
      locations_.emplace(location, identifier);
      LIFEBOAT_RETURN_IF_ERROR(storage_.List(location + "/", [&](const storage::ObjectInfo& object) {
        if (++result_.listed % 1000 == 0) {
          LIFEBOAT_RETURN_IF_ERROR(context_.check());
          context_.progress("listing files", result_.listed, 0);
        }
        if (object.modified_micros > young_micros) {
          ++result_.kept_young;
        } else {
          const bool is_metadata = object.location.ends_with(kMetadataSuffix);
          candidates_.Insert(object.location, is_metadata ? FileKind::kMetadata : FileKind::kContent);
          sizes_.emplace(NormalLocation(object.location), object.size_bytes);
        }
        return Status::Ok();
      }));
    }
    return Status::Ok();
  }

  // Looks for a location that holds this one, and for one that lies within it.
  Status CheckOverlap(const TableIdentifier& identifier, const std::string& location) const {
    for (size_t end = location.size(); end != std::string::npos && end > 0;
         end = location.rfind('/', end - 1)) {
      const auto holder = locations_.find(location.substr(0, end));
      if (holder != locations_.end() && holder->second != identifier) return Shared(identifier, *holder);
    }
    const auto within = locations_.lower_bound(location + "/");
    if (within != locations_.end() && IsWithin(within->first, location) && within->second != identifier) {
      return Shared(identifier, *within);
    }
    return Status::Ok();
  }

  static Status Shared(const TableIdentifier& identifier,
                       const std::pair<const std::string, TableIdentifier>& other) {
    return Status::FailedPrecondition(
        "orphans are not removed: {} and {} share the location '{}'; move one of them, or delete by hand",
        ToString(other.second), ToString(identifier), other.first);
  }

  // Also of tables elsewhere: they may hold files by path that lie here.
  Status KeepWhatTablesNeed() {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<TableIdentifier> tables, ListAllTables(catalog_));
    uint64_t done = 0;
    for (const TableIdentifier& identifier : tables) {
      LIFEBOAT_RETURN_IF_ERROR(context_.check());
      const Result<LoadedTable> table = catalog_.LoadTable(identifier);
      if (table.status().code() == StatusCode::kNotFound) continue;  // dropped meanwhile
      if (!table.ok()) return table.status();
      for (const std::string& location : LocationsOf(*table->metadata)) {
        LIFEBOAT_RETURN_IF_ERROR(CheckOverlap(identifier, location));
      }
      walk_.KeepFile(table->metadata_location);
      LIFEBOAT_RETURN_IF_ERROR(walk_.Keep(*table->metadata, ReachabilityWalk::Missing::kIsAnError)
                                   .WithContext("table " + ToString(identifier)));
      context_.progress("reading tables", ++done, tables.size());
    }
    return Status::Ok();
  }

  Status KeepWhatTheChangeLogNeeds() {
    if (candidates_.empty() || !context_.read_change_log) return Status::Ok();
    context_.progress("reading the change log", 0, 0);
    LIFEBOAT_ASSIGN_OR_RETURN(const LoggedMetadata logged, context_.read_change_log());
    const size_t unneeded = candidates_.size();
    for (const auto& [uuid, locations] : logged) {
      for (const std::string& location : locations) {
        if (candidates_.empty()) break;
        LIFEBOAT_RETURN_IF_ERROR(walk_.KeepMetadataFile(location));
      }
    }
    result_.kept_for_change_log = unneeded - candidates_.size();
    return Status::Ok();
  }

  // A view's metadata.json, or another table's, may lie below a table's location.
  Status KeepMetadataOfOthers() {
    for (const std::string& location : candidates_.OfKind(FileKind::kMetadata)) {
      LIFEBOAT_RETURN_IF_ERROR(context_.check());
      const Result<std::string> text = storage_.Read(location);
      if (text.status().code() == StatusCode::kNotFound) continue;
      if (!text.ok()) return text.status();
      const Result<iceberg::TableMetadata> metadata = iceberg::ParseTableMetadata(*text, location);
      if (!metadata.ok() || !uuids_.contains(metadata->table_uuid)) walk_.KeepFile(location);
    }
    return Status::Ok();
  }

  Catalog& catalog_;
  storage::Storage& storage_;
  const RemoveOrphanFilesOptions& options_;
  const MaintenanceContext& context_;
  const Clock& clock_;
  const std::set<TableIdentifier> cleaned_;
  std::set<std::string> uuids_;
  std::map<std::string, TableIdentifier> locations_;  // of the tables that are cleaned
  std::map<std::string, uint64_t> sizes_;
  FileSet candidates_;
  ReachabilityWalk walk_;
  RemoveOrphanFilesResult result_;
};

Status ListTablesBelow(Catalog& catalog, const Namespace& parent, std::vector<TableIdentifier>* tables) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Namespace> children, catalog.ListNamespaces(parent));
  for (const Namespace& child : children) {
    LIFEBOAT_ASSIGN_OR_RETURN(std::vector<TableIdentifier> found, catalog.ListTables(child));
    tables->insert(tables->end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
    LIFEBOAT_RETURN_IF_ERROR(ListTablesBelow(catalog, child, tables));
  }
  return Status::Ok();
}

}  // namespace

Result<std::vector<TableIdentifier>> ListAllTables(Catalog& catalog, const Namespace& within) {
  std::vector<TableIdentifier> tables;
  if (!within.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(tables, catalog.ListTables(within));
  }
  LIFEBOAT_RETURN_IF_ERROR(ListTablesBelow(catalog, within, &tables));
  return tables;
}

Result<RemoveOrphanFilesResult> RemoveOrphanFiles(Catalog& catalog, storage::Storage& storage,
                                                  const std::vector<TableIdentifier>& identifiers,
                                                  const RemoveOrphanFilesOptions& options,
                                                  const MaintenanceContext& context, const Clock& clock) {
  return OrphanRemoval(catalog, storage, identifiers, options, context, clock).Run();
}

}  // namespace lifeboat::catalog
