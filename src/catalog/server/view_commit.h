// Committing views: from requirements and updates to a transaction of the store.
//
// Commits of one view queue like those of a table (table_commit.h) and are built again while their
// requirements hold.
#ifndef LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_
#define LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_

#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "base/result.h"
#include "catalog/api/identifier.h"
#include "catalog/server/catalog_service.h"
#include "iceberg/model/view_metadata.h"
#include "net/http.h"

namespace lifeboat::catalog {

struct ViewCommit {
  TableIdentifier identifier;
  std::vector<iceberg::AssertViewUuid> requirements;
  std::vector<iceberg::ViewUpdate> updates;
};

// "requirements" and "updates" of a CommitViewRequest.
Result<ViewCommit> ParseViewCommit(const boost::json::value& value, TableIdentifier identifier);

// The LoadViewResult of a view made by `updates`; kAlreadyExists when a table or view has its name.
Result<net::HttpResponse> CommitNewView(CatalogService& service, const TableIdentifier& identifier,
                                        const std::vector<iceberg::ViewUpdate>& updates,
                                        const std::optional<IdempotentRequest>& idempotency);

// The LoadViewResult of the view's next version; kNotFound without the view.
Result<net::HttpResponse> CommitView(CatalogService& service, const ViewCommit& commit,
                                     const std::optional<IdempotentRequest>& idempotency);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_
