#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> LoadNamespace(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(NamespaceRecord record, service.store().LoadNamespace(request.name_space));
  // Trino chooses a table's location itself, below this one; where it is told none it refuses to create
  // tables.
  record.properties.try_emplace("location", service.NamespaceLocation(record));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("namespace", record.name_space);
  writer.Member("properties", record.properties);
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
