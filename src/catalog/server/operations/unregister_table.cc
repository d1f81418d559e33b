#include "catalog/server/commit_attempts.h"
#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

// {"metadata-location":…,"metadata":…}
std::string UnregisterTableResultJson(const LoadedTableVersion& table) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("metadata-location", table.metadata_location());
  writer.Key("metadata");
  writer.Raw(table.metadata_json());
  writer.EndObject();
  return body;
}

}  // namespace

// What is answered holds every commit of the table: the store drops the very version that was read, or
// refuses.
Result<net::HttpResponse> UnregisterTable(CatalogService& service, const RestRequest& request) {
  const TableIdentifier identifier = request.identifier();
  const TableLocks::Holder turn(service.locks(), {identifier});
  Status status;
  for (CommitAttempts attempts; attempts.Next();) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto table, service.Load(identifier));
    std::string body = UnregisterTableResultJson(*table);
    DropTableChange drop{.identifier = identifier, .expected_version = table->version()};
    status = service.Apply({std::move(drop)}, {request.idempotency, 200, body}).status();
    if (status.ok()) {
      service.cache().Erase(identifier);
      return net::HttpResponse::Json(200, std::move(body));
    }
    if (status.code() != StatusCode::kConflict) break;
  }
  return status;
}

}  // namespace lifeboat::catalog
