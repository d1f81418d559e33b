#include <algorithm>
#include <set>

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
  if (table == nullptr) return std::nullopt;
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
  LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(request.identifier()));
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
