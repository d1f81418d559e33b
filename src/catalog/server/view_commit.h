// Views of the catalog: loading one version, and publishing and applying the next.
#ifndef LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_
#define LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/server/operations.h"
#include "iceberg/model/view_metadata.h"

namespace lifeboat::catalog {

struct LoadedView {
  uint64_t version = 0;
  std::string metadata_location;
  std::string metadata_json;
  iceberg::ViewMetadata metadata;
};

Result<LoadedView> LoadStoredView(CatalogService& service, const TableIdentifier& identifier);

// The LoadViewResult after `updates` to `base`; null creates the view. kConflict when `base` is not the
// newest version any more.
Result<net::HttpResponse> CommitViewUpdates(CatalogService& service, const RestRequest& request,
                                            const TableIdentifier& identifier, const LoadedView* base,
                                            const std::vector<iceberg::ViewUpdate>& updates);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_VIEW_COMMIT_H_
