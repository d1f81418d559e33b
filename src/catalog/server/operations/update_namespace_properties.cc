#include <set>

#include "catalog/api/catalog_error.h"
#include "catalog/server/commit_attempts.h"
#include "catalog/server/operations.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

struct Outcome {
  std::vector<std::string> updated;
  std::vector<std::string> removed;
  std::vector<std::string> missing;  // asked to be removed, but not there
};

Outcome Update(const std::vector<std::string>& removals, const Properties& updates, Properties* properties) {
  Outcome outcome;
  for (const std::string& key : std::set<std::string>(removals.begin(), removals.end())) {
    (properties->erase(key) > 0 ? outcome.removed : outcome.missing).push_back(key);
  }
  for (const auto& [key, value] : updates) {
    (*properties)[key] = value;
    outcome.updated.push_back(key);
  }
  return outcome;
}

std::string ToJsonText(const Outcome& outcome) {
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Member("updated", outcome.updated);
  writer.Member("removed", outcome.removed);
  writer.Member("missing", outcome.missing);
  writer.EndObject();
  return body;
}

}  // namespace

Result<net::HttpResponse> UpdateNamespaceProperties(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto removals, reader.GetOr<std::vector<std::string>>("removals", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(const Properties updates, reader.GetOr<iceberg::StringMap>("updates", {}));
  for (const std::string& key : removals) {
    if (updates.contains(key)) {
      return CatalogError(StatusCode::kFailedPrecondition, "UnprocessableEntityException",
                          "Invalid namespace update, cannot simultaneously set and remove: " + key);
    }
  }
  if (const auto location = updates.find("location"); location != updates.end()) {
    LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(location->second));
  }
  std::string body;
  Status status;
  for (CommitAttempts attempts; attempts.Next();) {
    LIFEBOAT_ASSIGN_OR_RETURN(NamespaceRecord record, service.store().LoadNamespace(request.name_space));
    const Outcome outcome = Update(removals, updates, &record.properties);
    body = ToJsonText(outcome);
    if (outcome.updated.empty() && outcome.removed.empty()) break;
    status = service
                 .Apply({UpdateNamespaceChange{request.name_space, record.version, record.properties}},
                        {request.idempotency, 200, body})
                 .status();
    if (status.code() != StatusCode::kConflict) break;
  }
  LIFEBOAT_RETURN_IF_ERROR(status);
  return net::HttpResponse::Json(200, std::move(body));
}

}  // namespace lifeboat::catalog
