#include "catalog/server/view_commit.h"

#include <string>
#include <utility>

#include "catalog/api/catalog_error.h"
#include "catalog/server/commit_attempts.h"
#include "catalog/server/table_placement.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

// As for tables: only another server can outrun a commit that has the view's turn.
// Publishes and applies what `updates` make of the view; `base` null creates it. kConflict when the view has
// moved on since `base` was read.
Result<net::HttpResponse> TryCommit(CatalogService& service, const TableIdentifier& identifier,
                                    const TableRecord* base, const iceberg::ViewMetadata* base_metadata,
                                    const std::vector<iceberg::ViewUpdate>& updates,
                                    const std::optional<IdempotentRequest>& idempotency) {
  const Result<iceberg::ViewMetadata> metadata =
      iceberg::ApplyViewUpdates(base_metadata, updates, service.clock());
  if (!metadata.ok()) return InvalidUpdate(metadata.status());
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(metadata->location));
  std::string json = iceberg::ToJsonText(*metadata);
  if (base != nullptr && json == *base->metadata_json) {
    return net::HttpResponse::Json(200, LoadTableResultJson(base->metadata_location, json));
  }
  std::optional<std::vector<std::string>> places;
  if (base == nullptr || MovesFiles(base_metadata->location, base_metadata->properties, metadata->location,
                                    metadata->properties)) {
    LIFEBOAT_ASSIGN_OR_RETURN(places,
                              CheckedPlaces(service, identifier, metadata->location, metadata->properties));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(
      const CatalogService::Published published,
      service.Publish(iceberg::NewMetadataLocation(metadata->location, metadata->properties,
                                                   base == nullptr ? std::string() : base->metadata_location),
                      std::move(json)));
  std::vector<Change> changes;
  if (base == nullptr) {
    changes.push_back(CreateTableChange{.object = ObjectKind::kView,
                                        .identifier = identifier,
                                        .uuid = metadata->view_uuid,
                                        .metadata_location = published.location,
                                        .metadata_json = published.json,
                                        .file_is_durable = published.is_durable,
                                        .places = *std::move(places)});
  } else {
    changes.push_back(CommitTableChange{.object = ObjectKind::kView,
                                        .identifier = identifier,
                                        .expected_version = base->version,
                                        .uuid = metadata->view_uuid,
                                        .metadata_location = published.location,
                                        .metadata_json = published.json,
                                        .file_is_durable = published.is_durable,
                                        .places = std::move(places)});
  }
  std::string body = LoadTableResultJson(published.location, published.json);
  const Status applied = service.Apply(std::move(changes), {idempotency, 200, body}).status();
  if (!applied.ok()) {
    service.Unpublish(published.location, applied);
    return applied;
  }
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace

Result<ViewCommit> ParseViewCommit(const boost::json::value& value, TableIdentifier identifier) {
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  ViewCommit commit{std::move(identifier), {}, {}};
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "requirements", /*required=*/false,
      [&](const boost::json::value& element, const iceberg::JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(auto requirement, iceberg::ParseViewRequirement(element, path));
        commit.requirements.push_back(std::move(requirement));
        return Status::Ok();
      }));
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("updates", /*required=*/true,
                     [&](const boost::json::value& element, const iceberg::JsonPath& path) -> Status {
                       LIFEBOAT_ASSIGN_OR_RETURN(auto update, iceberg::ParseViewUpdate(element, path));
                       commit.updates.push_back(std::move(update));
                       return Status::Ok();
                     }));
  return commit;
}

Result<net::HttpResponse> CommitNewView(CatalogService& service, const TableIdentifier& identifier,
                                        const std::vector<iceberg::ViewUpdate>& updates,
                                        const std::optional<IdempotentRequest>& idempotency) {
  return TryCommit(service, identifier, nullptr, nullptr, updates, idempotency);
}

Result<net::HttpResponse> CommitView(CatalogService& service, const ViewCommit& commit,
                                     const std::optional<IdempotentRequest>& idempotency) {
  const TableLocks::Holder turn(service.locks(), {commit.identifier});
  Result<net::HttpResponse> response = Status::Internal("no attempt was made");
  for (CommitAttempts attempts; attempts.Next();) {
    LIFEBOAT_ASSIGN_OR_RETURN(const TableRecord base,
                              service.store().LoadTable(commit.identifier, ObjectKind::kView));
    LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::ViewMetadata metadata,
                              iceberg::ParseViewMetadata(*base.metadata_json, base.metadata_location));
    for (const iceberg::AssertViewUuid& requirement : commit.requirements) {
      LIFEBOAT_RETURN_IF_ERROR(iceberg::CheckViewRequirement(metadata, requirement));
    }
    response = TryCommit(service, commit.identifier, &base, &metadata, commit.updates, idempotency);
    if (response.status().code() != StatusCode::kConflict) break;
  }
  return response;
}

}  // namespace lifeboat::catalog
