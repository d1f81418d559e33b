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
  std::vector<Change> changes = {DropTableChange{.identifier = identifier, .purge = purge}};
  if (purge) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(identifier));
    LIFEBOAT_ASSIGN_OR_RETURN(const auto metadata, table->Metadata());
    // The job starts from this file, also after a crash, and the store keeps its bytes no longer.
    LIFEBOAT_RETURN_IF_ERROR(service.storage().Sync({table->metadata_location()}));
    const PurgeJob job =
        service.purges().NewJob(identifier, metadata->table_uuid, table->metadata_location());
    changes.push_back(PurgeRunner::RecordOf(job, 0));
  }
  LIFEBOAT_RETURN_IF_ERROR(service.Apply(std::move(changes), {request.idempotency}).status());
  service.cache().Erase(identifier);
  if (purge) service.purges().Wake();
  return NoContent();
}

}  // namespace lifeboat::catalog
