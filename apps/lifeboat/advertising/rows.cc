#include "lifeboat/advertising/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

#include "lifeboat/advertising/dates.h"
#include "lifeboat/advertising/events.h"
#include "lifeboat/advertising/fixed_text.h"

namespace lifeboat::app::advertising {
namespace {

// Columns are set by position: the numbers below follow tables.cc.
using account::RowChunk;
using Id = FixedText<32>;
using Timestamp = FixedText<32>;

Id NumberedId(std::string_view prefix, int64_t row, size_t width) {
  Id id;
  id.Text(prefix);
  id.Number(static_cast<uint64_t>(row), width);
  return id;
}

// Rows count from 0, ids from 1.
Id ImpressionId(int64_t row) {
  return NumberedId("IMP-", row + 1, 10);
}
Id ClickId(int64_t row) {
  return NumberedId("CLK-", row + 1, 10);
}
Id ConversionId(int64_t row) {
  return NumberedId("CNV-", row + 1, 10);
}

void SetTime(RowChunk& chunk, size_t i, int timestamp_column, int date_column, int64_t micros) {
  Timestamp text;
  text.Timestamp(micros);
  chunk.SetString(timestamp_column, i, text.view());
  chunk.SetString(date_column, i, text.view().substr(0, 10));
}

double Cents(int64_t cents) {
  return static_cast<double>(cents) / 100;
}

class CampaignRows final : public account::RowSource {
 public:
  explicit CampaignRows(std::span<const Campaign> campaigns) : campaigns_(campaigns) {}

  Result<size_t> Fill(RowChunk& chunk) override {
    const size_t count = std::min(chunk.capacity(), campaigns_.size());
    double* const budget = chunk.Doubles(4);
    double* const daily_budget = chunk.Doubles(5);
    double* const target_cpa = chunk.Doubles(6);
    for (size_t i = 0; i < count; ++i) {
      const Campaign& campaign = campaigns_[i];
      budget[i] = Cents(campaign.budget_cents);
      daily_budget[i] = Cents(campaign.daily_budget_cents);
      target_cpa[i] = Cents(campaign.target_cpa_cents);
      SetTexts(chunk, i, campaign);
    }
    campaigns_ = campaigns_.subspan(count);
    return count;
  }

 private:
  static void SetTexts(RowChunk& chunk, size_t i, const Campaign& campaign) {
    const Advertiser& advertiser = kAdvertisers[campaign.advertiser];
    chunk.SetString(0, i, CampaignId(campaign));
    chunk.SetString(
        1, i,
        fmt::format("{}{} - {} {}", campaign.appended ? "NEW: " : "", kCampaignThemes[campaign.theme],
                    advertiser.name, kRegions[campaign.region].name));
    chunk.SetString(2, i, kChannels[campaign.channel]);
    chunk.SetString(3, i, kAdFormats[campaign.ad_format]);
    chunk.SetString(7, i, kRegions[campaign.region].name);
    chunk.SetString(8, i, kStatuses[campaign.status]);
    chunk.SetString(9, i, FormatDate(campaign.start_day));
    chunk.SetString(10, i, FormatDate(campaign.end_day));
    chunk.SetString(11, i, advertiser.name);
    chunk.SetString(12, i, advertiser.industry);
    Timestamp created, updated;
    created.Timestamp(campaign.created_micros);
    updated.Timestamp(campaign.updated_micros);
    chunk.SetString(13, i, created.view());
    chunk.SetString(14, i, updated.view());
  }

  std::span<const Campaign> campaigns_;
};

// Walks the rows of a share of the plan's blocks; what a row looks like is the derived class's.
class BlockRows : public account::RowSource {
 public:
  BlockRows(const Plan& plan, std::span<const Block> blocks, Totals& totals)
      : plan_(plan), totals_(totals), blocks_(blocks) {}

  Result<size_t> Fill(RowChunk& chunk) final {
    while (done_in_block_ == rows_in_block_) {
      if (blocks_.empty()) return size_t{0};
      block_ = &blocks_.front();
      campaign_ = &plan_.campaigns[block_->campaign];
      campaign_id_ = CampaignId(*campaign_);
      blocks_ = blocks_.subspan(1);
      rows_in_block_ = BeginBlock(*block_);
      done_in_block_ = 0;
    }
    const size_t count = std::min(chunk.capacity(), static_cast<size_t>(rows_in_block_ - done_in_block_));
    FillRows(chunk, count, done_in_block_);
    done_in_block_ += static_cast<int64_t>(count);
    return count;
  }

 protected:
  // Returns the number of rows in the block.
  virtual int64_t BeginBlock(const Block& block) = 0;
  // Fills rows 0 … count-1 with the block's rows from `first`.
  virtual void FillRows(RowChunk& chunk, size_t count, int64_t first) = 0;

  const Block& block() const { return *block_; }
  const Campaign& campaign() const { return *campaign_; }
  const std::string& campaign_id() const { return campaign_id_; }

  const Plan& plan_;
  Totals& totals_;

 private:
  std::span<const Block> blocks_;
  const Block* block_ = nullptr;
  const Campaign* campaign_ = nullptr;
  std::string campaign_id_;
  int64_t rows_in_block_ = 0;
  int64_t done_in_block_ = 0;
};

class ImpressionRows final : public BlockRows {
 public:
  using BlockRows::BlockRows;

 private:
  int64_t BeginBlock(const Block& block) override { return block.impressions; }

  void FillRows(RowChunk& chunk, size_t count, int64_t first) override {
    int32_t* const hour = chunk.Ints(4);
    bool* const viewable = chunk.Booleans(12);
    double* const cost = chunk.Doubles(13);
    int64_t cost_tenth_mills = 0;
    for (size_t i = 0; i < count; ++i) {
      const int64_t row = block().first_impression + first + static_cast<int64_t>(i);
      Dice dice(plan_.options.seed, Dice::kImpression, static_cast<uint64_t>(row));
      const Impression impression = DrawImpression(dice, plan_, campaign(), row);
      const City& city = kRegions[impression.region].cities[impression.city];
      chunk.SetString(0, i, ImpressionId(row).view());
      chunk.SetString(1, i, campaign_id());
      SetTime(chunk, i, 2, 3, impression.micros);
      hour[i] = static_cast<int32_t>(impression.micros / (3600 * kMicrosPerSecond) % 24);
      chunk.SetString(5, i, kDevices[impression.device]);
      chunk.SetString(6, i, kRegions[impression.region].name);
      chunk.SetString(7, i, city.country);
      chunk.SetString(8, i, city.name);
      chunk.SetString(9, i, dice.Pick(kBrowsers));
      chunk.SetString(10, i, dice.Pick(kSystems));
      chunk.SetString(11, i, dice.Pick(kAdPositions));
      viewable[i] = dice.Percent(80);
      const int64_t tenth_mills = dice.Between(10, 500);
      cost[i] = static_cast<double>(tenth_mills) / 10'000;
      cost_tenth_mills += tenth_mills;
      chunk.SetString(14, i, NumberedId("PUB-", dice.Between(1, kPublishers), 4).view());
      chunk.SetString(15, i, NumberedId("PLC-", dice.Between(1, kPlacements), 5).view());
    }
    totals_.impression_cost_tenth_mills += cost_tenth_mills;
  }
};

class ClickRows final : public BlockRows {
 public:
  using BlockRows::BlockRows;

 private:
  int64_t BeginBlock(const Block& block) override {
    clicked_ = ClickedImpressions(plan_, block);
    return block.clicks;
  }

  void FillRows(RowChunk& chunk, size_t count, int64_t first) override {
    int32_t* const time_on_site = chunk.Ints(10);
    int32_t* const pages = chunk.Ints(11);
    bool* const bounce = chunk.Booleans(12);
    double* const cost = chunk.Doubles(13);
    const std::string_view domain = kAdvertisers[campaign().advertiser].domain;
    int64_t cost_cents = 0;
    for (size_t i = 0; i < count; ++i) {
      const int64_t in_block = first + static_cast<int64_t>(i);
      const int64_t row = block().first_click + in_block;
      Dice dice(plan_.options.seed, Dice::kClick, static_cast<uint64_t>(row));
      const Click click = DrawClick(dice, plan_, campaign(), row, clicked_[static_cast<size_t>(in_block)]);
      const Region& region = kRegions[click.impression.region];
      chunk.SetString(0, i, ClickId(row).view());
      chunk.SetString(1, i, ImpressionId(click.impression.row).view());
      chunk.SetString(2, i, campaign_id());
      SetTime(chunk, i, 3, 4, click.micros);
      chunk.SetString(5, i, kDevices[click.impression.device]);
      chunk.SetString(6, i, region.name);
      chunk.SetString(7, i, region.cities[click.impression.city].country);
      chunk.SetString(8, i, fmt::format("https://www.{}{}", domain, dice.Pick(kLandingPages)));
      if (dice.Percent(30)) {
        chunk.SetNull(9, i);
      } else {
        chunk.SetString(9, i, dice.Pick(kReferrers));
      }
      time_on_site[i] = static_cast<int32_t>(dice.Percent(60) ? dice.Between(5, 600) : dice.Between(1, 5));
      pages[i] = static_cast<int32_t>(dice.Between(1, 15));
      bounce[i] = dice.Percent(40);
      const int64_t cents = dice.Between(10, 200);
      cost[i] = Cents(cents);
      cost_cents += cents;
    }
    totals_.click_cost_cents += cost_cents;
  }

  std::vector<int64_t> clicked_;
};

class ConversionRows final : public BlockRows {
 public:
  using BlockRows::BlockRows;

 private:
  int64_t BeginBlock(const Block& block) override {
    clicked_ = ClickedImpressions(plan_, block);
    converting_ = ConvertingClicks(plan_, block);
    return block.conversions;
  }

  Click ClickOf(int64_t conversion_in_block) const {
    const int64_t row = converting_[static_cast<size_t>(conversion_in_block)];
    Dice dice(plan_.options.seed, Dice::kClick, static_cast<uint64_t>(row));
    return DrawClick(dice, plan_, campaign(), row, clicked_[static_cast<size_t>(row - block().first_click)]);
  }

  void FillRows(RowChunk& chunk, size_t count, int64_t first) override {
    double* const revenue = chunk.Doubles(7);
    int32_t* const quantity = chunk.Ints(8);
    bool* const new_customer = chunk.Booleans(12);
    constexpr int64_t kMinute = 60 * kMicrosPerSecond;
    int64_t revenue_cents = 0;
    for (size_t i = 0; i < count; ++i) {
      const int64_t in_block = first + static_cast<int64_t>(i);
      const int64_t row = block().first_conversion + in_block;
      const Click click = ClickOf(in_block);
      Dice dice(plan_.options.seed, Dice::kConversion, static_cast<uint64_t>(row));
      chunk.SetString(0, i, ConversionId(row).view());
      chunk.SetString(1, i, ClickId(click.row).view());
      chunk.SetString(2, i, ImpressionId(click.impression.row).view());
      chunk.SetString(3, i, campaign_id());
      const int64_t delay =
          dice.Percent(30) ? dice.Between(kMinute, 30 * kMinute) : dice.Between(kMinute, 7 * kMicrosPerDay);
      SetTime(chunk, i, 4, 5, click.micros + delay);
      chunk.SetString(6, i, dice.Pick(kConversionTypes));
      // 0.5 to 5 times what the campaign aims to pay, in whole cents.
      const int64_t cents =
          dice.Between((campaign().target_cpa_cents + 1) / 2, campaign().target_cpa_cents * 5);
      revenue[i] = Cents(cents);
      revenue_cents += cents;
      quantity[i] = static_cast<int32_t>(dice.Between(1, 5));
      chunk.SetString(9, i, "USD");
      FixedText<12> order;
      order.Text("ORD-");
      order.HexUpper(static_cast<uint32_t>(dice.Bits() >> 32));
      chunk.SetString(10, i, order.view());
      chunk.SetString(11, i, dice.Pick(kProductCategories));
      new_customer[i] = dice.Percent(40);
      chunk.SetString(13, i, kDevices[click.impression.device]);
      chunk.SetString(14, i, kRegions[click.impression.region].name);
      chunk.SetString(15, i, dice.Pick(kAttributionModels));
    }
    totals_.revenue_cents += revenue_cents;
  }

  std::vector<int64_t> clicked_;
  std::vector<int64_t> converting_;
};

// The blocks whose first impression lies in share `index` of `shares` equal parts of all impressions.
std::span<const Block> ShareOf(const Plan& plan, int index, int shares) {
  const auto boundary = [&](int share) {
    const int64_t row = plan.Rows(Table::kImpressions) / shares * share;
    if (share == shares) return plan.blocks.end();
    return std::lower_bound(
        plan.blocks.begin(), plan.blocks.end(), row,
        [](const Block& block, int64_t wanted) { return block.first_impression < wanted; });
  };
  return {boundary(index), boundary(index + 1)};
}

}  // namespace

double Totals::SpendUsd() const {
  return static_cast<double>(impression_cost_tenth_mills) / 10'000 + Cents(click_cost_cents);
}

double Totals::RevenueUsd() const {
  return Cents(revenue_cents);
}

std::unique_ptr<account::RowSource> MakeCampaignRows(const std::vector<Campaign>& campaigns) {
  return std::make_unique<CampaignRows>(campaigns);
}

std::vector<std::unique_ptr<account::RowSource>> MakeRowSources(const Plan& plan, Table table, int shares,
                                                                Totals& totals) {
  std::vector<std::unique_ptr<account::RowSource>> sources;
  if (table == Table::kCampaigns) {
    sources.push_back(MakeCampaignRows(plan.campaigns));
    return sources;
  }
  for (int i = 0; i < shares; ++i) {
    const std::span<const Block> blocks = ShareOf(plan, i, shares);
    if (blocks.empty()) continue;
    switch (table) {
      case Table::kImpressions:
        sources.push_back(std::make_unique<ImpressionRows>(plan, blocks, totals));
        break;
      case Table::kClicks:
        sources.push_back(std::make_unique<ClickRows>(plan, blocks, totals));
        break;
      default:
        sources.push_back(std::make_unique<ConversionRows>(plan, blocks, totals));
        break;
    }
  }
  return sources;
}

}  // namespace lifeboat::app::advertising
