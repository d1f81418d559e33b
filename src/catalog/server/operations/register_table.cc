#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/route_access.h"
#include "catalog/server/table_placement.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

// The change that makes `identifier` point at the metadata; in the place of what is there when `overwrite`.
Result<std::vector<Change>> ChangesFor(CatalogService& service, const TableIdentifier& identifier,
                                       bool overwrite, CreateTableChange create) {
  const Result<std::shared_ptr<const LoadedTableVersion>> existing = service.Load(identifier);
  std::vector<Change> changes;
  if (existing.ok()) {
    if (!overwrite) return NameIsTaken(identifier, ObjectKind::kTable, ObjectKind::kTable);
    changes.push_back(DropTableChange{.identifier = identifier});
  } else if (existing.status().code() != StatusCode::kNotFound) {
    return existing.status();
  }
  changes.push_back(std::move(create));
  return changes;
}

}  // namespace

Result<net::HttpResponse> RegisterTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableIdentifier identifier{request.name_space, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string location, reader.Get<std::string>("metadata-location"));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool overwrite, reader.GetOr<bool>("overwrite", false));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());

  LIFEBOAT_ASSIGN_OR_RETURN(const std::string content, service.ReadMetadataFile(location));
  Result<iceberg::TableMetadata> parsed = iceberg::ParseTableMetadata(content, location);
  if (!parsed.ok()) return Status::InvalidArgument("Cannot register {}", parsed.status().message());
  iceberg::TableMetadata metadata = std::move(parsed).value();
  LIFEBOAT_RETURN_IF_ERROR(
      CheckRegisteredPlaces(service, request, identifier, metadata.location, metadata.properties));
  LIFEBOAT_RETURN_IF_ERROR(CheckRegisteredFiles(request, metadata));
  CreateTableChange create{.identifier = identifier,
                           .uuid = metadata.table_uuid,
                           .metadata_location = location,
                           .metadata_json = iceberg::ToJsonText(metadata),
                           .file_is_durable = true};
  const std::string json = create.metadata_json;
  const TableLocks::Holder turn(service.locks(), {identifier});
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<Change> changes,
                            ChangesFor(service, identifier, overwrite, std::move(create)));
  LIFEBOAT_ASSIGN_OR_RETURN(std::get<CreateTableChange>(changes.back()).places,
                            CheckedPlaces(service, identifier, metadata.location, metadata.properties));
  LIFEBOAT_ASSIGN_OR_RETURN(
      const Applied applied,
      service.Apply(std::move(changes), {request.idempotency, 200, LoadTableResultJson(location, json)}));
  const auto table = std::make_shared<const LoadedTableVersion>(
      applied.position, location, json, std::make_shared<const iceberg::TableMetadata>(std::move(metadata)));
  service.cache().Put(identifier, table);
  return TableResponse(*table);
}

}  // namespace lifeboat::catalog
