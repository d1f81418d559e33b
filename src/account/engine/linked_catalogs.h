// LinkedCatalogs: how an account sees the catalogs it is linked to: which schemas and tables they hold
// (discovery), and the current snapshot of each table (at query time).
//
// Discovery runs inside CREATE DATABASE … LINKED_CATALOG, on ALTER DATABASE … REFRESH, and in the background
// every SYNC_INTERVAL_SECONDS. A query asks the catalog for a table's metadata unless that was done a moment
// ago; a catalog that does not answer is not asked again for a few seconds, and the metadata last seen, kept
// on disk, stands in for it. Thread-safe.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_LINKED_CATALOGS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_LINKED_CATALOGS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/embedded_account.h"
#include "account/engine/iceberg_scan.h"
#include "account/objects/object_store.h"
#include "base/executor.h"
#include "base/mutex.h"

namespace lifeboat::account {

// What SYSTEM$CATALOG_LINK_STATUS reports.
struct LinkStatus {
  std::string execution_state = "RUNNING";  // RUNNING, FAILED, SUSPENDED
  std::string failure_reason, failure_code;
  int64_t last_attempt_micros = 0;  // 0: none yet
  struct Failure {
    std::string entity, domain, operation, code, message;
  };
  std::vector<Failure> failures;  // of single schemas and tables
};

// A schema as discovery found it.
struct DiscoveredTable {
  std::string name;  // in the catalog
  catalog::LoadedTable loaded;
};
struct DiscoveredSchema {
  catalog::Namespace name_space;
  std::vector<DiscoveredTable> tables;
};
struct Discovery {
  std::vector<DiscoveredSchema> schemas;
  std::vector<LinkStatus::Failure> failures;
};

class LinkedCatalogs {
 public:
  LinkedCatalogs(const EmbeddedAccountOptions& options, ObjectStore& store);
  ~LinkedCatalogs();

  // What `link` shows of its catalog now. Errors are the catalog's.
  Result<Discovery> Discover(const Snapshot& snapshot, const LinkedCatalog& link);
  // Makes the schemas and tables of a linked database those of `discovery`, within the caller's transaction.
  Status Apply(const Discovery& discovery, ObjectId database, Transaction& transaction);
  // Keeps the metadata that discovery saw for times without the catalog. After the transaction is committed.
  void Remember(const Discovery& discovery, ObjectId database);

  // Discover, Apply, Remember, and note the outcome.
  Status Sync(ObjectId database);
  LinkStatus StatusOf(const Object& database) const;

  // The table at its current snapshot. `warning` is set when the catalog did not answer and older metadata
  // stands in.
  Result<std::shared_ptr<const IcebergScan>> Scan(const Snapshot& snapshot, const Object& table,
                                                  std::string* warning);

  // Syncs each linked database in the background when it is due, until this object goes.
  void StartBackground();

 private:
  struct TableState;
  struct ClientState;

  Result<std::shared_ptr<ClientState>> ClientFor(const Snapshot& snapshot, const std::string& integration);
  // The client's catalog, connecting first if that is yet to be done.
  Result<catalog::Catalog*> Connect(ClientState& state);
  std::shared_ptr<TableState> StateOf(ObjectId table);
  Result<std::shared_ptr<const IcebergScan>> Load(const Snapshot& snapshot, const Object& table,
                                                  TableState& state, std::string* warning);
  Status RestoreRemembered(const Object& table, TableState& state);
  Status Install(const Snapshot& snapshot, const Object& table, const std::string& metadata_location,
                 std::shared_ptr<const iceberg::TableMetadata> metadata, TableState& state);
  void SyncDue();
  void ProbeDown();

  const EmbeddedAccountOptions& options_;
  ObjectStore& store_;
  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<ClientState>> clients_ GUARDED_BY(mutex_);  // by integration
  std::map<ObjectId, std::shared_ptr<TableState>> tables_ GUARDED_BY(mutex_);
  std::map<ObjectId, LinkStatus> statuses_ GUARDED_BY(mutex_);
  std::map<ObjectId, int64_t> next_sync_micros_ GUARDED_BY(mutex_);  // monotonic
  std::unique_ptr<PeriodicThread> background_;
};

// The columns of an Iceberg schema as a linked table has them.
std::vector<TableColumn> ToTableColumns(const iceberg::Schema& schema, bool case_sensitive);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_LINKED_CATALOGS_H_
