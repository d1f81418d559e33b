#include "catalog/maintenance/maintenance.h"

#include <algorithm>

#include "catalog/maintenance/file_remover.h"

namespace lifeboat::catalog {

Result<RemovedFiles> RemoveFiles(storage::Storage& storage, const FileSet& files,
                                 const MaintenanceContext& context, bool dry_run) {
  RemovedFiles removed;
  uint64_t seen = 0;
  FileRemover remover(storage);
  for (const FileKind kind : kFileKinds) {
    std::vector<std::string> left = files.OfKind(kind);
    while (!left.empty()) {
      LIFEBOAT_RETURN_IF_ERROR(context.check());
      const size_t count = std::min(left.size(), FileRemover::kFilesAtOnce);
      const std::vector<std::string> group(left.end() - static_cast<ptrdiff_t>(count), left.end());
      left.resize(left.size() - count);
      const std::vector<Status> outcomes = dry_run ? std::vector<Status>(count) : remover.Delete(group);
      for (const Status& status : outcomes) {
        if (status.ok()) {
          ++removed.by_kind[kind];
          ++removed.deleted;
        } else {
          if (removed.failed++ == 0) removed.first_error = status.message();
        }
      }
      context.progress(dry_run ? "finding files" : "deleting files", seen += count, files.size());
    }
  }
  return removed;
}

}  // namespace lifeboat::catalog
