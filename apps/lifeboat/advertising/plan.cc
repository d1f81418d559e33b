#include "lifeboat/advertising/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "lifeboat/advertising/dates.h"
#include "lifeboat/advertising/dice.h"

namespace lifeboat::app::advertising {
namespace {

constexpr int64_t kImpressionsPerBlock = 65'536;
constexpr std::string_view kAppendedPrefix = "CMP-NEW-";

template <size_t n>
uint8_t IndexInto(Dice& dice, const auto(&)[n]) {
  return static_cast<uint8_t>(dice.Below(n));
}

// What does not depend on when the campaign runs; the start day must be set.
void DrawDetails(Dice& dice, Campaign& campaign, int32_t last_day) {
  campaign.theme = IndexInto(dice, kCampaignThemes);
  campaign.advertiser = IndexInto(dice, kAdvertisers);
  campaign.channel = IndexInto(dice, kChannels);
  campaign.ad_format = IndexInto(dice, kAdFormats);
  campaign.region = IndexInto(dice, kRegions);
  campaign.end_day = campaign.start_day + static_cast<int32_t>(dice.Between(7, 90));
  campaign.budget_cents = static_cast<int32_t>(dice.Between(1'000'00, 500'000'00));
  campaign.daily_budget_cents = static_cast<int32_t>(dice.Between(100'00, 10'000'00));
  campaign.target_cpa_cents = static_cast<int32_t>(dice.Between(5'00, 100'00));
  const int64_t start = campaign.start_day * kMicrosPerDay;
  campaign.created_micros = start - dice.Between(0, 7 * kMicrosPerDay);
  campaign.updated_micros = dice.Between(campaign.created_micros, std::max(start, last_day * kMicrosPerDay));
}

Campaign DrawCampaign(Dice& dice, const PlanOptions& options, uint64_t number) {
  Campaign campaign;
  campaign.number = number;
  campaign.status = static_cast<CampaignStatus>(dice.Below(std::size(kStatuses)));
  campaign.start_day =
      static_cast<int32_t>(dice.Between(options.from_day, options.to_day - kShortestRangeDays));
  DrawDetails(dice, campaign, options.to_day);
  return campaign;
}

Status Check(const PlanOptions& options) {
  if (options.campaigns < 1 || options.campaigns > 100'000'000) {
    return Status::InvalidArgument("campaigns must be between 1 and 100,000,000, not {}", options.campaigns);
  }
  if (options.impressions_per_campaign < 0 || options.impressions_per_campaign > 1'000'000'000) {
    return Status::InvalidArgument("impressions per campaign must be between 0 and 1,000,000,000, not {}",
                                   options.impressions_per_campaign);
  }
  // Written so that NaN is refused too.
  if (!(options.click_rate >= 0 && options.click_rate <= 1)) {
    return Status::InvalidArgument("the click rate must be between 0 and 1, not {}", options.click_rate);
  }
  if (!(options.conversion_rate >= 0 && options.conversion_rate <= 1)) {
    return Status::InvalidArgument("the conversion rate must be between 0 and 1, not {}",
                                   options.conversion_rate);
  }
  if (options.to_day - options.from_day < kShortestRangeDays) {
    return Status::InvalidArgument(
        "the range {} to {} is shorter than {} days; choose an earlier start or a later end",
        FormatDate(options.from_day), FormatDate(options.to_day), kShortestRangeDays);
  }
  return Status::Ok();
}

// The block that follows `previous` in the running totals.
Block NextBlock(const PlanOptions& options, const Block& previous, uint32_t campaign, int64_t impressions) {
  const auto rounded = [](double rate, int64_t count) {
    return std::min<int64_t>(count, std::llround(rate * static_cast<double>(count)));
  };
  Block block;
  block.campaign = campaign;
  block.first_impression = previous.first_impression + previous.impressions;
  block.impressions = impressions;
  block.first_click = previous.first_click + previous.clicks;
  block.clicks = rounded(options.click_rate, block.first_impression + impressions) - block.first_click;
  block.first_conversion = previous.first_conversion + previous.conversions;
  block.conversions =
      rounded(options.conversion_rate, block.first_click + block.clicks) - block.first_conversion;
  return block;
}

}  // namespace

int64_t Plan::Rows(Table table) const {
  if (table == Table::kCampaigns) return static_cast<int64_t>(campaigns.size());
  if (blocks.empty()) return 0;
  const Block& last = blocks.back();
  switch (table) {
    case Table::kImpressions:
      return last.first_impression + last.impressions;
    case Table::kClicks:
      return last.first_click + last.clicks;
    default:
      return last.first_conversion + last.conversions;
  }
}

int64_t Plan::TotalRows() const {
  int64_t total = 0;
  for (const Table table : kTables) total += Rows(table);
  return total;
}

Result<Plan> MakePlan(const PlanOptions& options) {
  LIFEBOAT_RETURN_IF_ERROR(Check(options));
  Plan plan;
  plan.options = options;
  plan.campaigns.reserve(static_cast<size_t>(options.campaigns));
  Block previous;
  for (int64_t i = 0; i < options.campaigns; ++i) {
    Dice dice(options.seed, Dice::kCampaign, static_cast<uint64_t>(i));
    const Campaign& campaign =
        plan.campaigns.emplace_back(DrawCampaign(dice, options, static_cast<uint64_t>(i + 1)));
    if (campaign.status != kActive && campaign.status != kCompleted) continue;
    int64_t left = dice.Between(options.impressions_per_campaign / 2, options.impressions_per_campaign * 2);
    while (left > 0) {
      const int64_t size = std::min(left, kImpressionsPerBlock);
      previous = plan.blocks.emplace_back(NextBlock(options, previous, static_cast<uint32_t>(i), size));
      left -= size;
    }
  }
  return plan;
}

std::vector<Campaign> MakeAppendedCampaigns(uint64_t seed, uint64_t first_number, int64_t count,
                                            int32_t today) {
  std::vector<Campaign> campaigns;
  for (int64_t i = 0; i < count; ++i) {
    Campaign campaign;
    campaign.number = first_number + static_cast<uint64_t>(i);
    campaign.appended = true;
    Dice dice(seed, Dice::kAppendedCampaign, campaign.number);
    campaign.start_day = today - static_cast<int32_t>(dice.Between(0, 30));
    DrawDetails(dice, campaign, today);
    campaigns.push_back(campaign);
  }
  return campaigns;
}

std::string DatasetId(const PlanOptions& options) {
  return fmt::format("advertising/seed={}/campaigns={}/impressions={}/clicks={}/conversions={}/{}..{}",
                     options.seed, options.campaigns, options.impressions_per_campaign, options.click_rate,
                     options.conversion_rate, FormatDate(options.from_day), FormatDate(options.to_day));
}

std::string CampaignId(const Campaign& campaign) {
  return campaign.appended ? fmt::format("{}{}", kAppendedPrefix, campaign.number)
                           : fmt::format("CMP-{:06}", campaign.number);
}

int64_t AppendedCampaignNumber(std::string_view campaign_id) {
  if (!campaign_id.starts_with(kAppendedPrefix)) return -1;
  campaign_id.remove_prefix(kAppendedPrefix.size());
  int64_t number = -1;
  const auto [end, error] =
      std::from_chars(campaign_id.data(), campaign_id.data() + campaign_id.size(), number);
  return error == std::errc() && end == campaign_id.data() + campaign_id.size() && number >= 0 ? number : -1;
}

}  // namespace lifeboat::app::advertising
