#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/route_access.h"
#include "catalog/server/table_placement.h"
#include "iceberg/model/json.h"
#include "iceberg/model/view_metadata.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> RegisterView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableIdentifier identifier{request.name_space, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());

  LIFEBOAT_ASSIGN_OR_RETURN(const std::string content, service.ReadMetadataFile(location));
  const Result<iceberg::ViewMetadata> metadata = iceberg::ParseViewMetadata(content, location);
  if (!metadata.ok()) return Status::InvalidArgument("Cannot register {}", metadata.status().message());
  LIFEBOAT_RETURN_IF_ERROR(
      CheckRegisteredPlaces(service, request, identifier, metadata->location, metadata->properties));
  CreateTableChange create{.object = ObjectKind::kView,
                           .identifier = identifier,
                           .uuid = metadata->view_uuid,
                           .metadata_location = location,
                           .metadata_json = iceberg::ToJsonText(*metadata),
                           .file_is_durable = true};
  // The store says so, too; but what has the name is told before what has the place.
  for (const ObjectKind kind : {ObjectKind::kView, ObjectKind::kTable}) {
    const Status existing = service.store().LoadTable(identifier, kind).status();
    if (existing.ok()) return NameIsTaken(identifier, ObjectKind::kView, kind);
    if (existing.code() != StatusCode::kNotFound) return existing;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(create.places,
                            CheckedPlaces(service, identifier, metadata->location, metadata->properties));
  std::string body = LoadTableResultJson(location, create.metadata_json);
  LIFEBOAT_RETURN_IF_ERROR(service.Apply({std::move(create)}, {request.idempotency, 200, body}).status());
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
