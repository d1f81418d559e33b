// Committing tables: from requirements and updates to a transaction of the store.
//
// Commits of one table queue here. Each is built on the newest version and, when another server got in
// between, built again as long as its requirements hold: a client sees a conflict only if there is one.
#ifndef LIFEBOAT_CATALOG_SERVER_TABLE_COMMIT_H_
#define LIFEBOAT_CATALOG_SERVER_TABLE_COMMIT_H_

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "catalog/api/identifier.h"
#include "catalog/server/catalog_service.h"
#include "catalog/server/table_cache.h"
#include "iceberg/model/table_update.h"

namespace lifeboat::catalog {

struct TableCommit {
  TableIdentifier identifier;
  std::vector<iceberg::TableRequirement> requirements;
  std::vector<iceberg::TableUpdate> updates;
};

// "requirements" and "updates" of a CommitTableRequest; the identifier is its "identifier" member or
// `from_path`, and the two must agree.
Result<TableCommit> ParseTableCommit(const boost::json::value& value, const TableIdentifier* from_path);

// What the client is answered: the one table, or nothing.
enum class CommitAnswer { kTable, kNoContent };

// Commits all of them in one transaction and returns the tables' new versions, in order. A table without the
// requirement assert-create must exist. No table may appear twice.
Result<std::vector<std::shared_ptr<const LoadedTableVersion>>> CommitTables(
    CatalogService& service, const std::vector<TableCommit>& commits,
    const std::optional<IdempotentRequest>& idempotency, CommitAnswer answer);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_TABLE_COMMIT_H_
