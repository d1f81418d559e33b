#include "catalog/server/operations.h"
#include "catalog/server/table_commit.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> CommitTransaction(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  std::vector<TableCommit> commits;
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("table-changes", /*required=*/true,
                     [&](const boost::json::value& change, const iceberg::JsonPath& path) {
                       Result<TableCommit> commit = ParseTableCommit(change, nullptr);
                       if (!commit.ok()) return commit.status().WithContext(path.ToString());
                       commits.push_back(std::move(commit).value());
                       return Status::Ok();
                     }));
  if (commits.empty()) return Status::InvalidArgument("table-changes: a transaction needs at least one");
  LIFEBOAT_RETURN_IF_ERROR(
      CommitTables(service, commits, request.idempotency, CommitAnswer::kNoContent).status());
  return NoContent();
}

}  // namespace lifeboat::catalog
