#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/table_placement.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"

namespace lifeboat::catalog {
namespace {

struct Requested {
  TableIdentifier identifier;
  iceberg::NewTable table;
  bool stage = false;  // only make metadata; a later commit with assert-create creates the table
};

Result<Requested> ParseRequest(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  Requested requested;
  requested.identifier.name_space = request.name_space;
  LIFEBOAT_ASSIGN_OR_RETURN(requested.identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(requested.identifier));
  const boost::json::value* schema = reader.Find("schema");
  if (schema == nullptr) return Status::InvalidArgument("schema: missing");
  LIFEBOAT_ASSIGN_OR_RETURN(requested.table.schema, iceberg::ParseSchema(*schema, reader.PathOf("schema")));
  if (const boost::json::value* spec = reader.Find("partition-spec")) {
    LIFEBOAT_ASSIGN_OR_RETURN(requested.table.spec,
                              iceberg::ParsePartitionSpec(*spec, reader.PathOf("partition-spec")));
  }
  if (const boost::json::value* order = reader.Find("write-order")) {
    LIFEBOAT_ASSIGN_OR_RETURN(requested.table.sort_order,
                              iceberg::ParseSortOrder(*order, reader.PathOf("write-order")));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(requested.table.location, reader.GetOr<std::string>("location", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(requested.table.properties, reader.GetOr<iceberg::StringMap>("properties", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(requested.stage, reader.GetOr<bool>("stage-create", false));
  return requested;
}

}  // namespace

Result<net::HttpResponse> CreateTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(Requested requested, ParseRequest(service, request));
  // The store checks both again; here they save the work and give a staged create the same answers.
  LIFEBOAT_RETURN_IF_ERROR(service.store().LoadNamespace(request.name_space).status());
  const Status existing = service.Load(requested.identifier).status();
  if (existing.ok()) return NameIsTaken(requested.identifier, ObjectKind::kTable, ObjectKind::kTable);
  if (existing.code() != StatusCode::kNotFound) return existing;

  if (requested.table.location.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(requested.table.location, service.ChooseTableLocation(requested.identifier));
  }
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(requested.table.location));
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata metadata,
                            iceberg::NewTableMetadata(requested.table, service.clock()));
  LIFEBOAT_ASSIGN_OR_RETURN(
      std::vector<std::string> places,
      CheckedPlaces(service, requested.identifier, metadata.location, metadata.properties));
  if (requested.stage) {
    return net::HttpResponse::Json(200, LoadTableResultJson("", iceberg::ToJsonText(metadata)));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(
      CatalogService::Published published,
      service.Publish(iceberg::NewMetadataLocation(metadata, ""), iceberg::ToJsonText(metadata)));
  const Result<Applied> applied =
      service.Apply({CreateTableChange{.identifier = requested.identifier,
                                       .uuid = metadata.table_uuid,
                                       .metadata_location = published.location,
                                       .metadata_json = published.json,
                                       .file_is_durable = published.is_durable,
                                       .places = std::move(places)}},
                    {request.idempotency, 200, LoadTableResultJson(published.location, published.json)});
  if (!applied.ok()) {
    service.Unpublish(published.location, applied.status());
    return applied.status();
  }
  const auto table = std::make_shared<const LoadedTableVersion>(
      applied->position, published.location, published.json,
      std::make_shared<const iceberg::TableMetadata>(std::move(metadata)));
  service.cache().Put(requested.identifier, table);
  return TableResponse(*table);
}

}  // namespace lifeboat::catalog
