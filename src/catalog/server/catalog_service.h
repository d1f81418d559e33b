// CatalogService: what the operations of the REST protocol work with.
//
// An operation (operations/<name>.cc) is one function of the service and a request. The functions below are
// the steps that several operations share.
#ifndef LIFEBOAT_CATALOG_SERVER_CATALOG_SERVICE_H_
#define LIFEBOAT_CATALOG_SERVER_CATALOG_SERVICE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/api/commit_guard.h"
#include "catalog/server/append_rebase.h"
#include "catalog/server/bearer_token.h"
#include "catalog/server/catalog_server.h"
#include "catalog/server/idempotency.h"
#include "catalog/server/planning/plan_registry.h"
#include "catalog/server/planning/plan_task_key.h"
#include "catalog/server/policy_source.h"
#include "catalog/server/purge_runner.h"
#include "catalog/server/table_cache.h"
#include "catalog/server/table_locks.h"
#include "catalog/store/catalog_store.h"
#include "iceberg/model/table_metadata.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

class CatalogService {
 public:
  CatalogService(const CatalogServerOptions& options, CatalogStore& store, storage::Storage& storage,
                 CommitGuard& guard, const Clock& clock);

  const CatalogServerOptions& options() const { return options_; }
  CatalogStore& store() { return store_; }
  storage::Storage& storage() { return storage_; }
  const Clock& clock() const { return clock_; }
  const BearerTokens& tokens() const { return tokens_; }
  PolicySource& policy() { return policy_; }
  TableCache& cache() { return cache_; }
  TableLocks& locks() { return locks_; }
  AppendRebase& append_rebase() { return append_rebase_; }
  PlanTaskKey& plan_task_key() { return plan_task_key_; }
  // Null once stopped.
  PlanRegistry* plans() { return plans_.get(); }

  // The table as the store has it now, from memory when that is current.
  Result<std::shared_ptr<const LoadedTableVersion>> Load(const TableIdentifier& identifier);
  // As Load, if that needs no more than a look at memory and a local store; null otherwise.
  std::shared_ptr<const LoadedTableVersion> LoadIfCached(const TableIdentifier& identifier);

  // While it lives, this thread works for the caller, who owns what it creates (see grant_changes.h) and is
  // named in the change log. The caller must outlive it.
  class ActingFor {
   public:
    explicit ActingFor(const access::Caller& caller);
    ~ActingFor();
    ActingFor(const ActingFor&) = delete;
    ActingFor& operator=(const ActingFor&) = delete;
  };

  // Whether whom this thread works for may know that there is such a table or view.
  bool ActingCallerMayDescribe(const TableIdentifier& identifier);

  // One transaction under the guard's epoch, which also keeps the answer to an idempotent request, and the
  // grants in step with the objects.
  struct AnswerToKeep {
    const std::optional<IdempotentRequest>& request;  // none: nothing is kept
    int http_status = 204;
    std::string_view body = {};
  };
  Result<Applied> Apply(std::vector<Change> changes, const AnswerToKeep& answer,
                        const CatalogStore::Queued& queued = nullptr);

  // `listener` is told the position of every transaction this service applies. Call before serving.
  void OnApplied(std::function<void(uint64_t position)> listener) { on_applied_ = std::move(listener); }

  // Publishes a new metadata.json, without waiting for the disk.
  struct Published {
    std::string location;
    std::string json;
    bool is_durable = false;
  };
  Result<Published> Publish(std::string location, std::string json);
  // The same in two steps. What takes as long as a network does is written by the first; what a local disk has
  // in microseconds is left to the second, which CatalogStore::Queued may call.
  Result<Published> BeginPublish(std::string location, std::string json);
  Status FinishPublish(const Published& published);
  // The content of a metadata.json that a client names (register). kNotFound without the file.
  Result<std::string> ReadMetadataFile(const std::string& location);
  // Removes a metadata.json that no transaction names, because `reason` kept its transaction from being
  // applied. It stays when that is not certain.
  void Unpublish(const std::string& location, const Status& reason);

  PurgeRunner& purges() { return purges_; }
  // Gives up the scans being planned. REQUIRES: no request is under way or will come.
  void StopPlanning() { plans_.reset(); }

  // Below which tables of a namespace are put: its property `location`, or the warehouse's location and its
  // levels.
  std::string NamespaceLocation(const NamespaceRecord& record) const;
  // Where the namespace's tables live unless it has a location of its own.
  std::string WarehouseFolder(const Namespace& name_space) const;
  // Where a table of that name lives unless it was told otherwise. kNotFound without its namespace.
  Result<std::string> DefaultLocation(const TableIdentifier& identifier);
  // A location for a new table: below its namespace's, where nothing is stored yet, or apart from what is, by
  // a UUID that continues one of its components (access::Policy::CheckPlacement knows it by that).
  Result<std::string> ChooseTableLocation(const TableIdentifier& identifier);

 private:
  // No transaction names the file yet: whatever becomes of it, the outcome of the commit is not in doubt.
  Status WriteMetadataFile(const Published& published);

  const CatalogServerOptions& options_;
  CatalogStore& store_;
  storage::Storage& storage_;
  CommitGuard& guard_;
  const Clock& clock_;
  BearerTokens tokens_;
  PolicySource policy_;
  TableCache cache_;
  TableLocks locks_;
  AppendRebase append_rebase_;
  std::function<void(uint64_t)> on_applied_;
  PurgeRunner purges_;
  PlanTaskKey plan_task_key_;
  std::unique_ptr<PlanRegistry> plans_;
};

// kInvalidArgument for a location that cannot be a table's: no scheme, control characters, "..".
Status ValidateTableLocation(std::string_view location);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_CATALOG_SERVICE_H_
