#include "lifeboat/lake/change_log_files.h"

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "catalog/api/catalog_error.h"
#include "lifeboat/server/catalog_clients.h"

namespace lifeboat::app {
namespace {

constexpr int kMaxAttempts = 5;  // the beginning of the log may be trimmed while it is read

using Names = std::map<std::string, std::set<std::string>>;

void Note(const catalog::ChangeLogEntry& entry, Names* names) {
  for (const catalog::LoggedChange& change : entry.changes) {
    // Of what was before an entry a follower has its own copy, or the entry before it in the log.
    if (change.object != catalog::ObjectKind::kTable || change.metadata_location.empty()) continue;
    (*names)[change.uuid].insert(change.metadata_location);
  }
}

Status ReadAll(const CatalogEndpoint& endpoint, const catalog::StopCheck& check, Names* names) {
  LIFEBOAT_ASSIGN_OR_RETURN(const catalog::ChangeLogBounds bounds,
                            MakeChangeLogReader(endpoint, 0)->ReadBounds());
  const auto reader = MakeChangeLogReader(endpoint, bounds.first_position - 1);
  while (reader->position() < bounds.last_position) {
    LIFEBOAT_RETURN_IF_ERROR(check());
    LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<catalog::ChangeLogEntry> entry,
                              reader->Next(std::chrono::seconds(10)));
    if (!entry) break;
    Note(*entry, names);
  }
  return Status::Ok();
}

}  // namespace

Result<catalog::LoggedMetadata> ReadLoggedMetadata(const CatalogEndpoint& endpoint,
                                                   const catalog::StopCheck& check) {
  Names names;
  for (int attempt = 1;; ++attempt) {
    const Status status = ReadAll(endpoint, check, &names);
    if (status.ok()) break;
    const bool trimmed = catalog::ErrorTypeOf(status) == "ChangesTrimmedException";
    // Only Lifeboat's catalogs have the endpoint.
    if (status.code() == StatusCode::kNotFound && !trimmed) return catalog::LoggedMetadata();
    if (!trimmed || attempt == kMaxAttempts)
      return status.WithContext("the catalog's change log cannot be read");
  }
  catalog::LoggedMetadata logged;
  for (auto& [uuid, locations] : names) logged[uuid].assign(locations.begin(), locations.end());
  return logged;
}

}  // namespace lifeboat::app
