#include "lifeboat/advertising/events.h"

#include <algorithm>

#include "lifeboat/advertising/dates.h"

namespace lifeboat::app::advertising {
namespace {

// `wanted` of the `count` rows from `first`, without replacement and in order (Knuth's algorithm S).
std::vector<int64_t> Sample(Dice dice, int64_t first, int64_t count, int64_t wanted) {
  std::vector<int64_t> chosen;
  chosen.reserve(static_cast<size_t>(wanted));
  for (int64_t i = 0; wanted > 0; ++i) {
    if (dice.Below(static_cast<uint64_t>(count - i)) < static_cast<uint64_t>(wanted)) {
      chosen.push_back(first + i);
      --wanted;
    }
  }
  return chosen;
}

}  // namespace

Impression DrawImpression(Dice& dice, const Plan& plan, const Campaign& campaign, int64_t row) {
  const int64_t from = campaign.start_day * kMicrosPerDay;
  const int64_t to = std::min(campaign.end_day, plan.options.to_day) * kMicrosPerDay;
  Impression impression;
  impression.row = row;
  impression.micros = dice.Between(from, to - 1);
  impression.device = static_cast<uint8_t>(dice.Below(std::size(kDevices)));
  impression.region =
      dice.Percent(70) ? campaign.region : static_cast<uint8_t>(dice.Below(std::size(kRegions)));
  impression.city = static_cast<uint8_t>(dice.Below(kCitiesPerRegion));
  return impression;
}

std::vector<int64_t> ClickedImpressions(const Plan& plan, const Block& block) {
  const Dice dice(plan.options.seed, Dice::kClickChoice, static_cast<uint64_t>(block.first_impression));
  return Sample(dice, block.first_impression, block.impressions, block.clicks);
}

std::vector<int64_t> ConvertingClicks(const Plan& plan, const Block& block) {
  const Dice dice(plan.options.seed, Dice::kConversionChoice, static_cast<uint64_t>(block.first_impression));
  return Sample(dice, block.first_click, block.clicks, block.conversions);
}

Click DrawClick(Dice& dice, const Plan& plan, const Campaign& campaign, int64_t row, int64_t impression_row) {
  Dice impression_dice(plan.options.seed, Dice::kImpression, static_cast<uint64_t>(impression_row));
  Click click;
  click.row = row;
  click.impression = DrawImpression(impression_dice, plan, campaign, impression_row);
  click.micros = click.impression.micros + dice.Between(kMicrosPerSecond, 30 * kMicrosPerSecond);
  return click;
}

}  // namespace lifeboat::app::advertising
