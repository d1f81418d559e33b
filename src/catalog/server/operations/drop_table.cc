#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> DropTable(CatalogService& service, const RestRequest& request) {
  const std::string purge = request.http.QueryParameter("purgeRequested");
  if (!purge.empty() && purge != "true" && purge != "false") {
    return Status::InvalidArgument("Invalid purgeRequested '{}': it must be true or false", purge);
  }
  const TableIdentifier identifier = request.identifier();
  const TableLocks::Holder turn(service.locks(), {identifier});
  LIFEBOAT_RETURN_IF_ERROR(
      service.Apply({DropTableChange{.identifier = identifier, .purge = purge == "true"}}).status());
  service.cache().Erase(identifier);
  return NoContent();
}

}  // namespace lifeboat::catalog
