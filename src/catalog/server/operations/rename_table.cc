#include "catalog/server/operations.h"

namespace lifeboat::catalog {

Result<net::HttpResponse> RenameTable(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Rename rename, ParseRename(service, request));
  const TableLocks::Holder turn(service.locks(), {rename.from, rename.to});
  LIFEBOAT_RETURN_IF_ERROR(service
                               .Apply({RenameTableChange{.identifier = rename.from, .renamed_to = rename.to}},
                                      {request.idempotency})
                               .status());
  service.cache().Erase(rename.from);
  return NoContent();
}

}  // namespace lifeboat::catalog
