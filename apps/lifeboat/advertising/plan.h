// Plan: the whole advertising data set, decided but not yet written out.
//
// Making a plan draws the campaigns and how many impressions each has, and cuts the impressions into blocks.
// Clicks and conversions are drawn per block (sampled without replacement), with counts rounded over the
// running total so that their sums are round(rate × all). Every row is then a function of plan and row number
// (see dice.h): the data do not depend on how many threads write them, nor on which table is written first.
#ifndef LIFEBOAT_ADVERTISING_PLAN_H_
#define LIFEBOAT_ADVERTISING_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "lifeboat/advertising/tables.h"
#include "lifeboat/advertising/vocabulary.h"

namespace lifeboat::app::advertising {

inline constexpr uint64_t kDefaultSeed = 20'260'101;
inline constexpr int32_t kShortestRangeDays = 30;

struct PlanOptions {
  uint64_t seed = kDefaultSeed;
  int64_t campaigns = 50;
  int64_t impressions_per_campaign = 10'000;  // n; each campaign has n/2 … 2n
  double click_rate = 0.02;
  double conversion_rate = 0.05;
  int32_t from_day = 0;  // days since the epoch; events lie in [from, to)
  int32_t to_day = 0;
};

struct Campaign {
  uint64_t number = 0;    // in its id
  bool appended = false;  // CMP-NEW-<number> instead of CMP-000001
  uint8_t theme = 0, advertiser = 0, channel = 0, ad_format = 0, region = 0;
  CampaignStatus status = kActive;
  int32_t start_day = 0, end_day = 0;
  int32_t budget_cents = 0, daily_budget_cents = 0, target_cpa_cents = 0;
  int64_t created_micros = 0, updated_micros = 0;
};

// Impressions of one campaign that are drawn together.
struct Block {
  uint32_t campaign = 0;  // index into Plan::campaigns
  int64_t first_impression = 0;
  int64_t impressions = 0;
  int64_t first_click = 0, clicks = 0;
  int64_t first_conversion = 0, conversions = 0;
};

struct Plan {
  PlanOptions options;
  std::vector<Campaign> campaigns;
  std::vector<Block> blocks;

  int64_t Rows(Table table) const;
  int64_t TotalRows() const;
};

// kInvalidArgument for options that make no data: a range under 30 days, rates outside [0, 1], …
Result<Plan> MakePlan(const PlanOptions& options);

// `count` campaigns numbered from `first_number`, started within the 30 days before `today`.
std::vector<Campaign> MakeAppendedCampaigns(uint64_t seed, uint64_t first_number, int64_t count,
                                            int32_t today);

// Names the rows a plan makes: same id, same rows.
std::string DatasetId(const PlanOptions& options);

std::string CampaignId(const Campaign& campaign);
// The number of an id of appended campaigns ("CMP-NEW-1007" → 1007), or -1.
int64_t AppendedCampaignNumber(std::string_view campaign_id);
inline constexpr uint64_t kFirstAppendedNumber = 1000;

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_PLAN_H_
