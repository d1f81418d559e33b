#include "catalog/server/operations.h"
#include "catalog/server/view_commit.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> ReplaceView(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  LIFEBOAT_ASSIGN_OR_RETURN(const ViewCommit commit, ParseViewCommit(value, request.identifier()));
  return CommitView(service, commit, request.idempotency);
}

}  // namespace lifeboat::catalog
