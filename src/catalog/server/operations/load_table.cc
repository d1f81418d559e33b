#include <algorithm>
#include <set>

#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/storage_grant.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

Result<bool> WantsRefsOnly(const RestRequest& request) {
  const std::string snapshots = request.http.QueryParameter("snapshots");
  if (snapshots.empty() || snapshots == "all") return false;
  if (snapshots == "refs") return true;
  return Status::InvalidArgument("Invalid snapshots '{}': it must be all or refs", snapshots);
}

// The caller has this very answer already. "*" says nothing about the credentials it may hold.
bool Matches(const RestRequest& request, const std::string& etag, bool with_grant) {
  const std::string_view known = request.http.headers.Get("If-None-Match");
  return !known.empty() && ((known == "*" && !with_grant) || known.find(etag) != std::string_view::npos);
}

net::HttpResponse NotModified(const std::string& etag) {
  net::HttpResponse response;
  response.status = 304;
  response.headers.Set("ETag", etag);
  return response;
}

// How long a look at the metadata file holds: a table that is loaded tens of thousands of times a second is
// not looked at each time, yet no client can load a table, remove its file and load it again in so short a
// time.
constexpr int64_t kFileSeenForMicros = 100;

// A table whose metadata.json was taken away is damaged, though the store still has its metadata: whoever
// reads the file by its location (register, engines, replication) fails, and the rest of the table is likely
// gone too. On a local file system that takes microseconds to see. An object store is not asked, because a
// load would then wait for it; there the store's copy is served, and the next commit writes a whole new file.
bool MetadataFileIsGone(CatalogService& service, const LoadedTableVersion& table) {
  const std::string& location = table.metadata_location();
  if (storage::SchemeOf(location) != "file") return false;
  const int64_t now = service.clock().MonotonicMicros();
  if (now - table.file_seen_micros() < kFileSeenForMicros) return false;
  if (service.storage().Stat(location).status().code() == StatusCode::kNotFound) return true;
  table.FileSeenAt(now);
  return false;
}

Status MetadataFileIsMissing(const LoadedTableVersion& table) {
  return CatalogError(StatusCode::kNotFound, "NotFoundException",
                      fmt::format("Failed to open input stream for file: {}. It is the table's current "
                                  "metadata; restore it, or drop the table",
                                  table.metadata_location()));
}

Result<std::shared_ptr<const LoadedTableVersion>> LoadWithMetadataFile(CatalogService& service,
                                                                       const TableIdentifier& identifier) {
  LIFEBOAT_ASSIGN_OR_RETURN(auto table, service.Load(identifier));
  while (MetadataFileIsGone(service, *table)) {
    // Unless the table moved on meanwhile and its old file went with a purge or the trimming of old metadata.
    LIFEBOAT_ASSIGN_OR_RETURN(auto again, service.Load(identifier));
    if (again->version() == table->version()) return MetadataFileIsMissing(*table);
    table = std::move(again);
  }
  return table;
}

iceberg::TableMetadata WithReferencedSnapshotsOnly(const iceberg::TableMetadata& metadata) {
  std::set<int64_t> referenced;
  for (const auto& [name, ref] : metadata.refs) referenced.insert(ref.snapshot_id);
  if (metadata.current_snapshot_id) referenced.insert(*metadata.current_snapshot_id);
  iceberg::TableMetadata copy = metadata;
  std::erase_if(copy.snapshots,
                [&](const auto& snapshot) { return !referenced.contains(snapshot->snapshot_id); });
  return copy;
}

}  // namespace

std::optional<net::HttpResponse> LoadTableFromMemory(CatalogService& service, const RestRequest& request) {
  const Result<bool> refs_only = WantsRefsOnly(request);
  if (!refs_only.ok() || *refs_only) return std::nullopt;
  const auto table = service.LoadIfCached(request.identifier());
  if (table == nullptr || MetadataFileIsGone(service, *table)) return std::nullopt;
  std::string etag = ETagOf(table->version(), false);
  std::optional<StorageGrant> grant;
  if (AsksForStorage(service, request)) {
    const auto metadata = table->MetadataIfParsed();
    if (metadata == nullptr) return std::nullopt;
    grant = GrantStorageFromMemory(service, request, request.identifier(), *metadata);
    if (!grant) return std::nullopt;
    etag = ETagWithGrant(etag, *grant);
  }
  if (Matches(request, etag, grant.has_value())) return NotModified(etag);
  if (!grant) return TableResponse(table);
  net::HttpResponse response = TableResponse(*table);
  AddGrant(*grant, etag, &response);
  return response;
}

Result<net::HttpResponse> LoadTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const bool refs_only, WantsRefsOnly(request));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto table, LoadWithMetadataFile(service, request.identifier()));
  std::string etag = ETagOf(table->version(), refs_only);
  std::optional<StorageGrant> grant;
  if (AsksForStorage(service, request)) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, table->Metadata());
    LIFEBOAT_ASSIGN_OR_RETURN(grant, GrantStorage(service, request, request.identifier(), *metadata));
    if (grant) etag = ETagWithGrant(etag, *grant);
  }
  if (Matches(request, etag, grant.has_value())) return NotModified(etag);
  if (!refs_only && !grant) return TableResponse(table);
  net::HttpResponse response = TableResponse(*table);
  if (refs_only) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, table->Metadata());
    response.body = LoadTableResultJson(table->metadata_location(),
                                        iceberg::ToJsonText(WithReferencedSnapshotsOnly(*metadata)));
    response.headers.Set("ETag", etag);
  }
  if (grant) AddGrant(*grant, etag, &response);
  return response;
}

}  // namespace lifeboat::catalog
