#include "lifeboat/advertising/rows.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "base/testing.h"
#include "lifeboat/advertising/column_chunk.h"
#include "lifeboat/advertising/dates.h"

namespace lifeboat::app::advertising {
namespace {

// A table's cells as text, by column name.
using Row = std::map<std::string, std::string>;

std::vector<Row> Drain(Table table, std::vector<std::unique_ptr<account::RowSource>> sources) {
  std::vector<Row> rows;
  ColumnChunk chunk(Columns(table));
  for (const auto& source : sources) {
    while (true) {
      chunk.Reset();
      Result<size_t> count = source->Fill(chunk);
      EXPECT_TRUE(count.ok());
      if (!count.ok() || *count == 0) break;
      for (size_t i = 0; i < *count; ++i) {
        Row& row = rows.emplace_back();
        int column = 0;
        for (const ColumnDefinition& definition : Columns(table)) {
          std::string& cell = row[std::string(definition.name)];
          if (chunk.IsNull(column, i)) {
            cell = "NULL";
          } else {
            switch (definition.type) {
              case ColumnType::kString:
                cell = chunk.String(column, i);
                break;
              case ColumnType::kInt:
                cell = fmt::format("{}", chunk.Ints(column)[i]);
                break;
              case ColumnType::kDouble:
                cell = fmt::format("{}", chunk.Doubles(column)[i]);
                break;
              case ColumnType::kBoolean:
                cell = chunk.Booleans(column)[i] ? "true" : "false";
                break;
            }
          }
          ++column;
        }
      }
    }
  }
  return rows;
}

class RowsTest : public ::testing::Test {
 protected:
  static PlanOptions Options() {
    PlanOptions options;
    options.campaigns = 40;
    options.impressions_per_campaign = 1'000;
    options.click_rate = 0.2;
    options.conversion_rate = 0.25;
    options.from_day = *ParseDate("2026-01-01");
    options.to_day = *ParseDate("2026-04-01");
    return options;
  }

  std::vector<Row> Rows(Table table, int shares = 1) {
    return Drain(table, MakeRowSources(plan_, table, shares, totals_));
  }

  Plan plan_ = *MakePlan(Options());
  Totals totals_;
};

TEST_F(RowsTest, RowsDoNotDependOnHowTheyAreShared) {
  for (const Table table : kTables) {
    const std::vector<Row> once = Rows(table, 1);
    EXPECT_EQ(once.size(), static_cast<size_t>(plan_.Rows(table)));
    EXPECT_EQ(once, Rows(table, 7)) << TableName(table);
  }
}

TEST_F(RowsTest, SeedDecides) {
  PlanOptions other = Options();
  other.seed += 1;
  ASSERT_OK_AND_ASSIGN(const Plan plan, MakePlan(other));
  EXPECT_NE(Rows(Table::kCampaigns),
            Drain(Table::kCampaigns, MakeRowSources(plan, Table::kCampaigns, 1, totals_)));
}

TEST_F(RowsTest, EveryForeignKeyResolvesAndTimesFollow) {
  std::map<std::string, Row> campaigns, impressions, clicks;
  for (Row& row : Rows(Table::kCampaigns)) campaigns[row["campaign_id"]] = row;
  for (Row& row : Rows(Table::kImpressions)) {
    const Row& campaign = campaigns.at(row["campaign_id"]);
    EXPECT_TRUE(campaign.at("status") == "active" || campaign.at("status") == "completed");
    EXPECT_GE(row["date_key"], campaign.at("start_date"));
    EXPECT_LT(row["date_key"], std::min<std::string>(campaign.at("end_date"), "2026-04-01"));
    EXPECT_EQ(row["timestamp"].substr(0, 10), row["date_key"]);
    EXPECT_EQ(std::stoi(row["timestamp"].substr(11, 2)), std::stoi(row["hour"]));
    EXPECT_TRUE(impressions.emplace(row["impression_id"], row).second)
        << "duplicate " << row["impression_id"];
  }
  for (Row& row : Rows(Table::kClicks)) {
    const Row& impression = impressions.at(row["impression_id"]);
    EXPECT_EQ(row["campaign_id"], impression.at("campaign_id"));
    EXPECT_EQ(row["geo_country"], impression.at("geo_country"));
    EXPECT_EQ(row["device_type"], impression.at("device_type"));
    EXPECT_GT(row["timestamp"], impression.at("timestamp"));
    EXPECT_TRUE(clicks.emplace(row["click_id"], row).second);
  }
  std::set<std::string> clicked;
  for (const auto& [id, click] : clicks) clicked.insert(click.at("impression_id"));
  EXPECT_EQ(clicked.size(), clicks.size()) << "an impression was clicked twice";
  for (Row& row : Rows(Table::kConversions)) {
    const Row& click = clicks.at(row["click_id"]);
    EXPECT_EQ(row["impression_id"], click.at("impression_id"));
    EXPECT_EQ(row["campaign_id"], click.at("campaign_id"));
    EXPECT_GT(row["timestamp"], click.at("timestamp"));
    const double target = std::stod(campaigns.at(row["campaign_id"]).at("target_cpa_usd"));
    EXPECT_GE(std::stod(row["revenue_usd"]) + 1e-9, 0.5 * target);
    EXPECT_LE(std::stod(row["revenue_usd"]) - 1e-9, 5 * target);
  }
}

TEST_F(RowsTest, CountsAreTheRatesOfTheWhole) {
  const int64_t impressions = plan_.Rows(Table::kImpressions);
  EXPECT_EQ(plan_.Rows(Table::kClicks), std::llround(0.2 * static_cast<double>(impressions)));
  EXPECT_EQ(plan_.Rows(Table::kConversions),
            std::llround(0.25 * static_cast<double>(plan_.Rows(Table::kClicks))));
  std::map<std::string, int64_t> per_campaign;
  for (Row& row : Rows(Table::kImpressions)) ++per_campaign[row["campaign_id"]];
  for (const auto& [id, count] : per_campaign) {
    EXPECT_GE(count, 500) << id;
    EXPECT_LE(count, 2'000) << id;
  }
}

// Shares of a few thousand draws, with limits some six standard deviations wide.
TEST_F(RowsTest, DistributionsAreTheDocumentedOnes) {
  std::map<std::string, std::string> home;
  for (Row& row : Rows(Table::kCampaigns)) home[row["campaign_id"]] = row["target_region"];
  const std::vector<Row> impressions = Rows(Table::kImpressions);
  double viewable = 0, at_home = 0;
  std::set<std::string> publishers, placements;
  for (const Row& row : impressions) {
    viewable += row.at("viewable") == "true";
    at_home += row.at("geo_region") == home.at(row.at("campaign_id"));
    publishers.insert(row.at("publisher_id"));
    placements.insert(row.at("placement_id"));
    const double cost = std::stod(row.at("cost_usd"));
    ASSERT_GE(cost, 0.001);
    ASSERT_LE(cost, 0.05);
  }
  const double count = static_cast<double>(impressions.size());
  EXPECT_NEAR(viewable / count, 0.8, 0.02);
  EXPECT_NEAR(at_home / count, 0.7 + 0.3 / 8, 0.02);
  EXPECT_EQ(publishers.size(), 500u);
  EXPECT_NEAR(static_cast<double>(placements.size()), 2'000, 5);

  double bounce = 0, no_referrer = 0;
  const std::vector<Row> clicks = Rows(Table::kClicks);
  for (const Row& row : clicks) {
    bounce += row.at("bounce") == "true";
    no_referrer += row.at("referrer_url") == "NULL";
  }
  EXPECT_NEAR(bounce / static_cast<double>(clicks.size()), 0.4, 0.05);
  EXPECT_NEAR(no_referrer / static_cast<double>(clicks.size()), 0.3, 0.05);
}

TEST_F(RowsTest, TotalsAreTheSumsOfTheRows) {
  double spend = 0, revenue = 0;
  for (Row& row : Rows(Table::kImpressions)) spend += std::stod(row["cost_usd"]);
  for (Row& row : Rows(Table::kClicks)) spend += std::stod(row["cost_usd"]);
  for (Row& row : Rows(Table::kConversions)) revenue += std::stod(row["revenue_usd"]);
  EXPECT_NEAR(totals_.SpendUsd(), spend, 0.01);
  EXPECT_NEAR(totals_.RevenueUsd(), revenue, 0.01);
}

TEST(PlanTest, RefusesWhatMakesNoData) {
  PlanOptions options;
  options.from_day = 20'000;
  options.to_day = 20'029;
  EXPECT_STATUS(StatusCode::kInvalidArgument, MakePlan(options));
  options.to_day = 20'030;
  EXPECT_OK(MakePlan(options));
  options.click_rate = 1.5;
  EXPECT_STATUS(StatusCode::kInvalidArgument, MakePlan(options));
  options.click_rate = std::numeric_limits<double>::quiet_NaN();
  EXPECT_STATUS(StatusCode::kInvalidArgument, MakePlan(options));
  options.click_rate = 1;
  options.campaigns = 0;
  EXPECT_STATUS(StatusCode::kInvalidArgument, MakePlan(options));
}

TEST(PlanTest, EverythingClicked) {
  PlanOptions options;
  options.campaigns = 5;
  options.impressions_per_campaign = 70'000;  // more than a block
  options.click_rate = 1;
  options.conversion_rate = 1;
  options.to_day = 90;
  ASSERT_OK_AND_ASSIGN(const Plan plan, MakePlan(options));
  EXPECT_GT(plan.blocks.size(), 1u);
  EXPECT_EQ(plan.Rows(Table::kImpressions), plan.Rows(Table::kConversions));
}

TEST(PlanTest, AppendedCampaignsContinueTheirNumbers) {
  const std::vector<Campaign> campaigns = MakeAppendedCampaigns(1, 1004, 3, 20'000);
  ASSERT_EQ(campaigns.size(), 3u);
  EXPECT_EQ(CampaignId(campaigns[0]), "CMP-NEW-1004");
  EXPECT_EQ(CampaignId(campaigns[2]), "CMP-NEW-1006");
  for (const Campaign& campaign : campaigns) {
    EXPECT_LE(campaign.start_day, 20'000);
    EXPECT_GE(campaign.start_day, 19'970);
  }
  std::vector<std::unique_ptr<account::RowSource>> sources;
  sources.push_back(MakeCampaignRows(campaigns));
  const std::vector<Row> rows = Drain(Table::kCampaigns, std::move(sources));
  EXPECT_TRUE(rows[0].at("campaign_name").starts_with("NEW: "));
}

TEST(PlanTest, AppendedCampaignNumberReadsOnlyItsOwnForm) {
  EXPECT_EQ(AppendedCampaignNumber("CMP-NEW-1007"), 1007);
  EXPECT_EQ(AppendedCampaignNumber("CMP-000001"), -1);
  EXPECT_EQ(AppendedCampaignNumber("CMP-NEW-"), -1);
  EXPECT_EQ(AppendedCampaignNumber("CMP-NEW-12x"), -1);
}

TEST(DatesTest, ParsesOnlyRealDates) {
  ASSERT_OK_AND_ASSIGN(const int32_t day, ParseDate("2026-02-28"));
  EXPECT_EQ(FormatDate(day + 1), "2026-03-01");
  for (const char* wrong :
       {"2026-02-30", "2026-2-28", "28.02.2026", "", "2026-02-28T", "0000-01-01", "2026-1x-01"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, ParseDate(wrong));
  }
}

}  // namespace
}  // namespace lifeboat::app::advertising
