// PlanTaskKey: the secret that plan tasks, and other text that clients hand back (signed_text.h), are signed
// with, the same on all servers of a store.
//
// It is a record of the store, made when first needed. A server that may not write and finds none signs with
// a key of its own until it may.
#ifndef LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_KEY_H_
#define LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_KEY_H_

#include <functional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

class PlanTaskKey {
 public:
  using Apply = std::function<Status(std::vector<Change> changes)>;
  PlanTaskKey(CatalogStore& store, Apply apply) : store_(store), apply_(std::move(apply)) {}

  Result<std::string> Get();

 private:
  Result<std::string> Find() REQUIRES_LOCK(mutex_);

  CatalogStore& store_;
  const Apply apply_;
  Mutex mutex_;
  std::string key_ GUARDED_BY(mutex_);      // of the store
  std::string own_key_ GUARDED_BY(mutex_);  // of this server
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_PLANNING_PLAN_TASK_KEY_H_
