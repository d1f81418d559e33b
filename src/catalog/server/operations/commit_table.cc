#include "catalog/server/operations.h"
#include "catalog/server/table_commit.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> CommitTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const TableIdentifier identifier = request.identifier();
  LIFEBOAT_ASSIGN_OR_RETURN(TableCommit commit, ParseTableCommit(value, &identifier));
  std::vector<TableCommit> commits;
  commits.push_back(std::move(commit));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto tables,
                            CommitTables(service, commits, request.idempotency, CommitAnswer::kTable));
  return TableResponse(*tables.front());
}

}  // namespace lifeboat::catalog
