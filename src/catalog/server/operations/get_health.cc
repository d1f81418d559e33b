#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> GetHealth(CatalogService& service, const RestRequest&) {
  LIFEBOAT_ASSIGN_OR_RETURN(const StoreState state, service.store().State());
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("status", "ok");
  writer.Member("warehouse", service.options().warehouse);
  writer.Member("epoch", state.epoch);
  writer.Member("position", state.last_position);
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
