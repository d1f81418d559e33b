#include "lifeboat/advertising/tables.h"

namespace lifeboat::app::advertising {
namespace {

using enum ColumnType;

constexpr ColumnDefinition kCampaignColumns[] = {
    {"campaign_id"},
    {"campaign_name"},
    {"channel"},
    {"ad_format"},
    {"budget_usd", kDouble},
    {"daily_budget_usd", kDouble},
    {"target_cpa_usd", kDouble},
    {"target_region"},
    {"status"},
    {"start_date"},
    {"end_date"},
    {"advertiser_name"},
    {"advertiser_industry"},
    {"created_at"},
    {"updated_at"},
};

constexpr ColumnDefinition kImpressionColumns[] = {
    {"impression_id"},      {"campaign_id"},       {"timestamp"},    {"date_key"},
    {"hour", kInt},         {"device_type"},       {"geo_region"},   {"geo_country"},
    {"geo_city"},           {"browser"},           {"os"},           {"ad_position"},
    {"viewable", kBoolean}, {"cost_usd", kDouble}, {"publisher_id"}, {"placement_id"},
};

constexpr ColumnDefinition kClickColumns[] = {
    {"click_id"},
    {"impression_id"},
    {"campaign_id"},
    {"timestamp"},
    {"date_key"},
    {"device_type"},
    {"geo_region"},
    {"geo_country"},
    {"landing_page_url"},
    {"referrer_url", kString, true},
    {"time_on_site_seconds", kInt},
    {"pages_viewed", kInt},
    {"bounce", kBoolean},
    {"cost_usd", kDouble},
};

constexpr ColumnDefinition kConversionColumns[] = {
    {"conversion_id"},
    {"click_id"},
    {"impression_id"},
    {"campaign_id"},
    {"timestamp"},
    {"date_key"},
    {"conversion_type"},
    {"revenue_usd", kDouble},
    {"quantity", kInt},
    {"currency"},
    {"order_id"},
    {"product_category"},
    {"new_customer", kBoolean},
    {"device_type"},
    {"geo_region"},
    {"attribution_model"},
};

}  // namespace

std::string_view TableName(Table table) {
  switch (table) {
    case Table::kCampaigns:
      return "campaigns";
    case Table::kImpressions:
      return "impressions";
    case Table::kClicks:
      return "clicks";
    case Table::kConversions:
      return "conversions";
  }
  return "";
}

std::span<const ColumnDefinition> Columns(Table table) {
  switch (table) {
    case Table::kCampaigns:
      return kCampaignColumns;
    case Table::kImpressions:
      return kImpressionColumns;
    case Table::kClicks:
      return kClickColumns;
    case Table::kConversions:
      return kConversionColumns;
  }
  return {};
}

std::string_view PartitionColumn(Table table) {
  return table == Table::kCampaigns ? "" : "date_key";
}

}  // namespace lifeboat::app::advertising
