// IcebergScan: one Iceberg table at one snapshot, as one query sees it; IcebergScanRegistry: the scans that
// running queries name.
//
// DuckDB SQL reads a scan as lb_iceberg_scan('<id>'): the files of its plan, narrowed by the query's filters
// with Iceberg's own statistics, columns matched by field id, deleted rows left out.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/scan/plan_scan.h"

namespace lifeboat::account {

struct IcebergScan {
  std::string table_name;  // for messages: DB.SCHEMA.TABLE
  std::shared_ptr<const iceberg::TableMetadata> metadata;
  std::shared_ptr<const iceberg::ScanPlan> plan;  // every file of the snapshot
};

// kUnsupported names the table and the first thing in it that cannot be read: delete files of a kind this
// engine does not apply, files that are not Parquet, column types without a SQL counterpart.
Status CheckReadable(const IcebergScan& scan);

class IcebergScanRegistry {
 public:
  // The id by which SQL names the scan until Remove.
  std::string Add(std::shared_ptr<const IcebergScan> scan);
  void Remove(const std::string& id);
  // Null for an unknown id.
  std::shared_ptr<const IcebergScan> Find(const std::string& id) const;

 private:
  mutable Mutex mutex_;
  int64_t next_ GUARDED_BY(mutex_) = 1;
  std::map<std::string, std::shared_ptr<const IcebergScan>> scans_ GUARDED_BY(mutex_);
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_SCAN_H_
