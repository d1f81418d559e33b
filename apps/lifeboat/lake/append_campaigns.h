// AppendCampaigns: new campaigns, numbered on from the highest that is there, appended by one commit.
#ifndef LIFEBOAT_LAKE_APPEND_CAMPAIGNS_H_
#define LIFEBOAT_LAKE_APPEND_CAMPAIGNS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "catalog/api/catalog.h"
#include "lifeboat/advertising/plan.h"
#include "storage/storage.h"

namespace lifeboat::app {

struct AppendedCampaigns {
  std::vector<advertising::Campaign> campaigns;
  int64_t snapshots_before = 0, snapshots_after = 0;
  int64_t rows_before = 0, rows_after = 0;
  int64_t snapshot_id = 0;
};

// Two appends at the same time do not deal out a number twice: the later one starts over.
Result<AppendedCampaigns> AppendCampaigns(catalog::Catalog& catalog,
                                          const std::shared_ptr<storage::Storage>& storage, int64_t count,
                                          uint64_t seed, int32_t today);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_APPEND_CAMPAIGNS_H_
