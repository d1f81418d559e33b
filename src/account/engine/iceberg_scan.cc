#include "account/engine/iceberg_scan.h"

namespace lifeboat::account {

Status CheckReadable(const IcebergScan& scan) {
  for (const iceberg::PlannedFile& file : scan.plan->files) {
    if (file.file.file_format != "PARQUET") {
      return Status::Unsupported("table {} has data files in format {}; only Parquet can be read",
                                 scan.table_name, file.file.file_format);
    }
  }
  for (const iceberg::DeleteFile& deletes : scan.plan->delete_files) {
    if (deletes.file.content == iceberg::FileContent::kEqualityDeletes) {
      return Status::Unsupported(
          "table {} has equality deletes, which cannot be applied here; compact the table first",
          scan.table_name);
    }
    if (deletes.file.file_format != "PARQUET") {
      return Status::Unsupported(
          "table {} has delete files in format {}, which cannot be applied here; compact the "
          "table first",
          scan.table_name, deletes.file.file_format);
    }
  }
  return Status::Ok();
}

std::string IcebergScanRegistry::Add(std::shared_ptr<const IcebergScan> scan) {
  MutexLock lock(mutex_);
  std::string id = std::to_string(next_++);
  scans_.emplace(id, std::move(scan));
  return id;
}

void IcebergScanRegistry::Remove(const std::string& id) {
  MutexLock lock(mutex_);
  scans_.erase(id);
}

std::shared_ptr<const IcebergScan> IcebergScanRegistry::Find(const std::string& id) const {
  MutexLock lock(mutex_);
  const auto found = scans_.find(id);
  return found == scans_.end() ? nullptr : found->second;
}

}  // namespace lifeboat::account
