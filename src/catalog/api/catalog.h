// Catalog: an Iceberg catalog as engines and tools use it, local or behind the REST protocol.
//
// Implementations: catalog/client (any Iceberg REST catalog). catalog/server serves the same operations over
// HTTP from a CatalogStore. Errors: kNotFound (namespace, table), kAlreadyExists, kFailedPrecondition
// (namespace not empty), kConflict (a requirement does not hold any more: reload and retry),
// kCommitStateUnknown, kFenced, kUnavailable, kUnauthenticated, kPermissionDenied. Source: Iceberg REST
// specification, format library 1.11.
#ifndef LIFEBOAT_CATALOG_API_CATALOG_H_
#define LIFEBOAT_CATALOG_API_CATALOG_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/api/identifier.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/model/table_update.h"

namespace lifeboat::catalog {

struct LoadedTable {
  std::string metadata_location;
  std::shared_ptr<const iceberg::TableMetadata> metadata;
  Properties config;  // per-table client configuration (credentials, …)
};

struct CreateTableRequest {
  std::string name;
  iceberg::Schema schema;
  std::optional<iceberg::PartitionSpec> partition_spec;
  std::optional<iceberg::SortOrder> sort_order;
  std::optional<std::string> location;
  Properties properties;
};

class Catalog {
 public:
  virtual ~Catalog() = default;

  virtual Result<std::vector<Namespace>> ListNamespaces(const Namespace& parent) = 0;  // {}: top level
  virtual Status CreateNamespace(const Namespace& name_space, const Properties& properties) = 0;
  virtual Result<Properties> LoadNamespace(const Namespace& name_space) = 0;
  virtual Status DropNamespace(const Namespace& name_space) = 0;

  virtual Result<std::vector<TableIdentifier>> ListTables(const Namespace& name_space) = 0;
  virtual Result<LoadedTable> CreateTable(const Namespace& name_space, const CreateTableRequest& request) = 0;
  virtual Result<LoadedTable> LoadTable(const TableIdentifier& identifier) = 0;
  virtual Result<bool> TableExists(const TableIdentifier& identifier) = 0;
  virtual Status DropTable(const TableIdentifier& identifier, bool purge) = 0;
  virtual Result<LoadedTable> CommitTable(const TableIdentifier& identifier,
                                          const std::vector<iceberg::TableRequirement>& requirements,
                                          const std::vector<iceberg::TableUpdate>& updates) = 0;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_API_CATALOG_H_
