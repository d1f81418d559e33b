// FileRemover: deletes files many at a time, by a few requests side by side.
//
// It decides nothing: what may go, and in which order, is the caller's. A caller that must look around
// between deletions hands over kFilesAtOnce files at a time, which keep all requests busy.
#ifndef LIFEBOAT_CATALOG_MAINTENANCE_FILE_REMOVER_H_
#define LIFEBOAT_CATALOG_MAINTENANCE_FILE_REMOVER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::catalog {

class FileRemover {
 public:
  static constexpr size_t kRequestsAtOnce = 8;
  static constexpr size_t kFilesPerRequest = 500;
  static constexpr size_t kFilesAtOnce = kRequestsAtOnce * kFilesPerRequest;

  explicit FileRemover(storage::Storage& storage) : storage_(storage) {}

  // The outcome of each file, in their order; a file that is not there is deleted.
  std::vector<Status> Delete(const std::vector<std::string>& locations);

 private:
  storage::Storage& storage_;
  std::unique_ptr<ThreadPool> threads_;  // once there is work for more than one
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_MAINTENANCE_FILE_REMOVER_H_
