#include "catalog/maintenance/maintenance.h"

namespace lifeboat::catalog {

Result<RemovedFiles> RemoveFiles(storage::Storage& storage, const FileSet& files,
                                 const MaintenanceContext& context, bool dry_run) {
  RemovedFiles removed;
  uint64_t seen = 0;
  for (const FileKind kind : kFileKinds) {
    for (const std::string& location : files.OfKind(kind)) {
      LIFEBOAT_RETURN_IF_ERROR(context.check());
      const Status status = dry_run ? Status::Ok() : storage.Delete(location);
      if (status.ok()) {
        ++removed.by_kind[kind];
        ++removed.deleted;
      } else {
        if (removed.failed++ == 0) removed.first_error = status.message();
      }
      context.progress(dry_run ? "finding files" : "deleting files", ++seen, files.size());
    }
  }
  return removed;
}

}  // namespace lifeboat::catalog
