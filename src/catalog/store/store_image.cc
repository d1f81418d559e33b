#include "catalog/store/store_image.h"

namespace lifeboat::catalog {

Status CheckStoreIsEmpty(const StoreState& state) {
  if (state.last_position == 0) return Status::Ok();
  return Status::FailedPrecondition(
      "the catalog store is not empty, its log is at position {}; import into a new store",
      state.last_position);
}

}  // namespace lifeboat::catalog
