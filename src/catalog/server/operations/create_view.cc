#include "catalog/server/operations.h"
#include "catalog/server/view_commit.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> CreateView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableIdentifier identifier{request.name_space, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  LIFEBOAT_ASSIGN_OR_RETURN(std::string location, reader.GetOr<std::string>("location", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::StringMap properties,
                            reader.GetOr<iceberg::StringMap>("properties", {}));
  const boost::json::value* schema = reader.Find("schema");
  const boost::json::value* version = reader.Find("view-version");
  if (schema == nullptr) return Status::InvalidArgument("schema: missing");
  if (version == nullptr) return Status::InvalidArgument("view-version: missing");
  iceberg::view_update::AddSchema add_schema;
  iceberg::view_update::AddViewVersion add_version;
  LIFEBOAT_ASSIGN_OR_RETURN(add_schema.schema, iceberg::ParseSchema(*schema, reader.PathOf("schema")));
  LIFEBOAT_ASSIGN_OR_RETURN(add_version.version,
                            iceberg::ParseViewVersion(*version, reader.PathOf("view-version")));
  add_version.version.schema_id = -1;  // the schema of this request, whatever id it came with
  if (location.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(location, service.ChooseTableLocation(identifier));
  }
  return CommitNewView(
      service, identifier,
      {iceberg::view_update::SetLocation{location}, iceberg::view_update::SetProperties{properties},
       add_schema, add_version, iceberg::view_update::SetCurrentViewVersion{}},
      request.idempotency);
}

}  // namespace lifeboat::catalog
