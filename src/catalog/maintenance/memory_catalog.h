// MemoryCatalog: a Catalog in memory over a real storage, for tests. Included by tests only.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_MEMORY_CATALOG_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_MEMORY_CATALOG_H_

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "catalog/api/catalog.h"
#include "catalog/api/catalog_error.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

class MemoryCatalog : public Catalog {
 public:
  MemoryCatalog(storage::Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  Result<std::vector<Namespace>> ListNamespaces(const Namespace& parent) override {
    std::set<Namespace> found;
    for (const auto& [identifier, table] : tables_) {
      const Namespace& name_space = identifier.name_space;
      if (name_space.size() <= parent.size()) continue;
      if (!std::equal(parent.begin(), parent.end(), name_space.begin())) continue;
      found.insert(Namespace(name_space.begin(), name_space.begin() + static_cast<long>(parent.size()) + 1));
    }
    return std::vector<Namespace>(found.begin(), found.end());
  }
  Status CreateNamespace(const Namespace&, const Properties&) override { return Status::Ok(); }
  Result<Properties> LoadNamespace(const Namespace&) override { return Properties(); }
  Status DropNamespace(const Namespace&) override { return Status::Ok(); }

  Result<std::vector<TableIdentifier>> ListTables(const Namespace& name_space) override {
    std::vector<TableIdentifier> found;
    for (const auto& [identifier, table] : tables_) {
      if (identifier.name_space == name_space) found.push_back(identifier);
    }
    return found;
  }
  Result<LoadedTable> CreateTable(const Namespace&, const CreateTableRequest&) override {
    return Status::Unsupported("tables are put");
  }
  Result<LoadedTable> LoadTable(const TableIdentifier& identifier) override {
    const auto table = tables_.find(identifier);
    if (table == tables_.end()) return NoSuchTable(identifier);
    return table->second;
  }
  Result<bool> TableExists(const TableIdentifier& identifier) override {
    return tables_.contains(identifier);
  }
  Status DropTable(const TableIdentifier& identifier, bool) override {
    return tables_.erase(identifier) > 0 ? Status::Ok() : NoSuchTable(identifier);
  }
  Result<LoadedTable> CommitTable(const TableIdentifier& identifier,
                                  const std::vector<iceberg::TableRequirement>& requirements,
                                  const std::vector<iceberg::TableUpdate>& updates) override {
    if (before_commit) std::exchange(before_commit, nullptr)();
    LIFEBOAT_ASSIGN_OR_RETURN(const LoadedTable table, LoadTable(identifier));
    LIFEBOAT_RETURN_IF_ERROR(iceberg::CheckRequirements(table.metadata.get(), requirements));
    LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata metadata,
                              iceberg::ApplyUpdates(table.metadata.get(), updates,
                                                    {.base_location = table.metadata_location}, clock_));
    LIFEBOAT_RETURN_IF_ERROR(Put(identifier, std::move(metadata), table.metadata_location));
    if (answer_unknown) return Status(StatusCode::kCommitStateUnknown, "the answer was lost");
    return LoadTable(identifier);
  }

  // Stores the metadata as a new version of the table.
  Status Put(const TableIdentifier& identifier, iceberg::TableMetadata metadata,
             const std::string& previous_location = "") {
    LoadedTable table;
    table.metadata_location = iceberg::NewMetadataLocation(metadata, previous_location);
    LIFEBOAT_RETURN_IF_ERROR(
        storage_.Write(table.metadata_location, iceberg::ToJsonText(metadata), {.durable = false}));
    metadata_files[metadata.table_uuid].push_back(table.metadata_location);
    table.metadata = std::make_shared<const iceberg::TableMetadata>(std::move(metadata));
    tables_[identifier] = std::move(table);
    return Status::Ok();
  }
  // Another name for the same metadata, as by registering it.
  void Register(const TableIdentifier& identifier, const LoadedTable& table) { tables_[identifier] = table; }

  std::function<void()> before_commit;  // runs once, before the next commit is looked at
  bool answer_unknown = false;
  std::map<std::string, std::vector<std::string>> metadata_files;  // by uuid: as a change log would name them

 private:
  storage::Storage& storage_;
  const Clock& clock_;
  std::map<TableIdentifier, LoadedTable> tables_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_MEMORY_CATALOG_H_
