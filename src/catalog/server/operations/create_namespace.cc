#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> CreateNamespace(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(Namespace name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(Properties properties, reader.GetOr<iceberg::StringMap>("properties", {}));
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(name_space));
  if (const auto location = properties.find("location"); location != properties.end()) {
    LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(location->second));
  }
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("namespace", name_space);
  writer.Member("properties", properties);
  writer.EndObject();
  LIFEBOAT_RETURN_IF_ERROR(
      service.Apply({CreateNamespaceChange{name_space, properties}}, {request.idempotency, 200, body})
          .status());
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
