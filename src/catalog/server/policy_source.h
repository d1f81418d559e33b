// PolicySource: the access policy of a catalog as this server knows it, kept up to date from the store's
// records.
//
// The server that changes a record refreshes at once; the others see it within kRefreshInterval. A refresh
// asks the store for one number and reads the records only when that has changed. When they cannot be read,
// what was known last stays in force.
#ifndef LIFEBOAT_CATALOG_SERVER_POLICY_SOURCE_H_
#define LIFEBOAT_CATALOG_SERVER_POLICY_SOURCE_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "catalog/access/policy.h"
#include "catalog/store/catalog_store.h"

namespace lifeboat::catalog {

class PolicySource {
 public:
  static constexpr std::chrono::milliseconds kRefreshInterval{500};

  // Knows an empty policy until the first Refresh.
  PolicySource(CatalogStore& store, std::string warehouse_location);

  // Never null. For an I/O thread too.
  std::shared_ptr<const access::Policy> Current() const;
  // kCorruption when a record cannot be read.
  Status Refresh();

 private:
  CatalogStore& store_;
  const std::string warehouse_location_;
  Mutex refreshing_;  // one at a time; taken before mutex_
  mutable Mutex mutex_;
  std::shared_ptr<const access::Policy> current_ GUARDED_BY(mutex_);
  uint64_t records_version_ GUARDED_BY(refreshing_) = 0;  // of what was read last; 0: there are no records
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_POLICY_SOURCE_H_
