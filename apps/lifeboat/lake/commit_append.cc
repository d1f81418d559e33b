#include "lifeboat/lake/commit_append.h"

#include <utility>

#include "lifeboat/cli/interrupt.h"

namespace lifeboat::app {
namespace {

constexpr int kAttempts = 20;
constexpr std::chrono::milliseconds kPause{500};

// Runs `operation` until it is answered by anything but kUnavailable, which promises that nothing was
// applied.
template <typename Operation>
auto WhenAvailable(Operation operation) {
  auto result = operation();
  for (int attempt = 1; attempt < kAttempts && result.status().code() == StatusCode::kUnavailable;
       ++attempt) {
    if (SleepUnlessInterrupted(kPause)) break;
    result = operation();
  }
  return result;
}

// What became of a commit whose answer was lost.
Result<catalog::LoadedTable> LookUp(catalog::Catalog& catalog, const catalog::TableIdentifier& identifier,
                                    int64_t snapshot_id, const Status& lost) {
  Result<catalog::LoadedTable> table = WhenAvailable([&] { return catalog.LoadTable(identifier); });
  if (!table.ok()) return lost;
  if (table->metadata->FindSnapshot(snapshot_id) != nullptr) return table;
  return Status::Conflict("the commit to {} was lost on its way; run the same command again",
                          catalog::ToString(identifier));
}

}  // namespace

Result<catalog::LoadedTable> CommitAppend(catalog::Catalog& catalog, storage::Storage& storage,
                                          const catalog::TableIdentifier& identifier,
                                          const iceberg::TableMetadata& base,
                                          const std::vector<iceberg::DataFile>& files,
                                          const iceberg::StringMap& summary) {
  iceberg::AppendOptions options;
  options.summary = summary;
  Result<iceberg::PreparedAppend> append = iceberg::AppendFiles(storage, base, files, options);
  Result<catalog::LoadedTable> table =
      append.status().ok() ? Status::Internal("not committed") : append.status();
  if (append.ok()) {
    table =
        WhenAvailable([&] { return catalog.CommitTable(identifier, append->requirements, append->updates); });
    if (table.status().code() == StatusCode::kCommitStateUnknown) {
      table = LookUp(catalog, identifier, append->snapshot_id, table.status());
    }
  }
  // Files that a commit may have made part of the table are not ours to remove.
  if (table.ok() || table.status().code() == StatusCode::kCommitStateUnknown) return table;
  // The first error is the one to report; what cannot be deleted now is unreachable and harms nobody.
  if (append.ok()) (void)iceberg::DiscardAppend(storage, *append);
  for (const iceberg::DataFile& file : files) (void)storage.Delete(file.file_path);
  return table;
}

}  // namespace lifeboat::app
