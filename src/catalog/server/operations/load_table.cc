#include <algorithm>
#include <set>

#include "catalog/server/operations.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

Result<bool> WantsRefsOnly(const RestRequest& request) {
  const std::string snapshots = request.http.QueryParameter("snapshots");
  if (snapshots.empty() || snapshots == "all") return false;
  if (snapshots == "refs") return true;
  return Status::InvalidArgument("Invalid snapshots '{}': it must be all or refs", snapshots);
}

// The caller has this very answer already.
bool Matches(const RestRequest& request, const std::string& etag) {
  const std::string_view known = request.http.headers.Get("If-None-Match");
  return !known.empty() && (known == "*" || known.find(etag) != std::string_view::npos);
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
  const std::string etag = ETagOf(table->version(), false);
  return Matches(request, etag) ? NotModified(etag) : TableResponse(*table);
}

Result<net::HttpResponse> LoadTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const bool refs_only, WantsRefsOnly(request));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(request.identifier()));
  const std::string etag = ETagOf(table->version(), refs_only);
  if (Matches(request, etag)) return NotModified(etag);
  if (!refs_only) return TableResponse(*table);
  LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, table->Metadata());
  net::HttpResponse response = net::HttpResponse::Json(
      200, LoadTableResultJson(table->metadata_location(),
                               iceberg::ToJsonText(WithReferencedSnapshotsOnly(*metadata))));
  response.headers.Set("ETag", etag);
  return response;
}

}  // namespace lifeboat::catalog
