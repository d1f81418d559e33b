#include "catalog/server/view_commit.h"

#include <utility>

#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<LoadedView> LoadStoredView(CatalogService& service, const TableIdentifier& identifier) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableRecord record,
                            service.store().LoadTable(identifier, ObjectKind::kView));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value,
                            iceberg::ParseJson(*record.metadata_json, record.metadata_location));
  LoadedView view{record.version, record.metadata_location, *record.metadata_json, {}};
  LIFEBOAT_ASSIGN_OR_RETURN(view.metadata, iceberg::ParseViewMetadata(value));
  return view;
}

Result<net::HttpResponse> CommitViewUpdates(CatalogService& service, const RestRequest& request,
                                            const TableIdentifier& identifier, const LoadedView* base,
                                            const std::vector<iceberg::ViewUpdate>& updates) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      const iceberg::ViewMetadata metadata,
      iceberg::ApplyViewUpdates(base == nullptr ? nullptr : &base->metadata, updates, service.clock()));
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(metadata.location));
  std::string json = iceberg::ToJsonText(metadata);
  if (base != nullptr && json == base->metadata_json) {
    return net::HttpResponse::Json(200, LoadTableResultJson(base->metadata_location, json));
  }
  // Metadata files of views are named as those of tables.
  iceberg::TableMetadata place;
  place.location = metadata.location;
  LIFEBOAT_ASSIGN_OR_RETURN(
      CatalogService::Published published,
      service.Publish(place, std::move(json), base == nullptr ? std::string() : base->metadata_location));
  const std::string body = LoadTableResultJson(published.location, published.json);
  std::vector<Change> changes;
  if (base == nullptr) {
    changes.push_back(CreateTableChange{.object = ObjectKind::kView,
                                        .identifier = identifier,
                                        .uuid = metadata.view_uuid,
                                        .metadata_location = published.location,
                                        .metadata_json = published.json});
  } else {
    changes.push_back(CommitTableChange{.object = ObjectKind::kView,
                                        .identifier = identifier,
                                        .expected_version = base->version,
                                        .uuid = metadata.view_uuid,
                                        .metadata_location = published.location,
                                        .metadata_json = published.json});
  }
  const Status applied = service.Apply(std::move(changes), {request.idempotency, 200, body}).status();
  if (!applied.ok()) {
    service.Unpublish(published.location, applied);
    return applied;
  }
  return net::HttpResponse::Json(200, body);
}

}  // namespace lifeboat::catalog
