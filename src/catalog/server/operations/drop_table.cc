#include "catalog/server/operations.h"

namespace lifeboat::catalog {

namespace {

// Clients write it as their language writes a boolean: "true", "True".
Result<bool> PurgeRequested(const RestRequest& request) {
  const std::string text = request.http.QueryParameter("purgeRequested");
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text.empty() || text == "false" || text == "False" || text == "FALSE") return false;
  return Status::InvalidArgument("Invalid purgeRequested '{}': it must be true or false", text);
}

}  // namespace

Result<net::HttpResponse> DropTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const bool purge, PurgeRequested(request));
  const TableIdentifier identifier = request.identifier();
  const TableLocks::Holder turn(service.locks(), {identifier});
  std::shared_ptr<const LoadedTableVersion> table;
  if (purge) {
    LIFEBOAT_ASSIGN_OR_RETURN(table, service.Load(identifier));
  }
  LIFEBOAT_RETURN_IF_ERROR(
      service.Apply({DropTableChange{.identifier = identifier, .purge = purge}}, {request.idempotency})
          .status());
  service.cache().Erase(identifier);
  if (table != nullptr) service.PurgeInBackground(identifier, std::move(table));
  return NoContent();
}

}  // namespace lifeboat::catalog
