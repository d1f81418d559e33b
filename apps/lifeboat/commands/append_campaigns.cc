#include "lifeboat/lake/append_campaigns.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/advertising/dates.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/commands/data_options.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/lake/catalog_choice.h"

namespace lifeboat::app {
namespace {

constexpr size_t kPreviewRows = 5;

struct Options {
  CatalogChoice catalog;
  int64_t count = 5;
  uint64_t seed = advertising::kDefaultSeed;
  bool json = false;
};

void PrintJson(const AppendedCampaigns& appended) {
  fmt::print("{{\"campaign_ids\":[");
  for (size_t i = 0; i < appended.campaigns.size(); ++i) {
    fmt::print("{}\"{}\"", i == 0 ? "" : ",", advertising::CampaignId(appended.campaigns[i]));
  }
  fmt::print(
      "],\"rows_before\":{},\"rows_after\":{},\"snapshots_before\":{},\"snapshots_after\":{},\"snapshot_id\":"
      "{}}}\n",
      appended.rows_before, appended.rows_after, appended.snapshots_before, appended.snapshots_after,
      appended.snapshot_id);
}

void PrintText(const AppendedCampaigns& appended, const std::string& dir) {
  for (size_t i = 0; i < appended.campaigns.size() && i < kPreviewRows; ++i) {
    const advertising::Campaign& campaign = appended.campaigns[i];
    fmt::print("{:<14} {:<10} {} to {}  {}\n", advertising::CampaignId(campaign),
               advertising::kStatuses[campaign.status], advertising::FormatDate(campaign.start_day),
               advertising::FormatDate(campaign.end_day),
               advertising::kAdvertisers[campaign.advertiser].name);
  }
  if (appended.campaigns.size() > kPreviewRows) {
    fmt::print("… and {} more\n", appended.campaigns.size() - kPreviewRows);
  }
  fmt::print("rows      {} -> {}\nsnapshots {} -> {} (current: {})\n",
             WithThousands(static_cast<uint64_t>(appended.rows_before)),
             WithThousands(static_cast<uint64_t>(appended.rows_after)), appended.snapshots_before,
             appended.snapshots_after, appended.snapshot_id);
  fmt::print(
      "See them: lifeboat sql{} -q \"select campaign_id, campaign_name from "
      "iceberg_prod.advertising.campaigns "
      "where "
      "campaign_id like 'CMP-NEW-%' order by campaign_id\"\n",
      DirOption(dir));
}

Status Run(const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<catalog::Catalog> catalog, OpenCatalog(options.catalog));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<storage::Storage> storage, OpenStorage(options.catalog));
  LIFEBOAT_ASSIGN_OR_RETURN(
      const AppendedCampaigns appended,
      AppendCampaigns(*catalog, storage, options.count, options.seed, Today(SystemClock())));
  options.json ? PrintJson(appended) : PrintText(appended, options.catalog.dir);
  return Status::Ok();
}

}  // namespace

void AddAppendCampaignsCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      AddCommand(set, "append-campaigns", "Append new campaigns, CMP-NEW-1000 and on, by one commit",
                 "lifeboat append-campaigns --count 5", [options] { return Run(*options); });
  AddCatalogOptions(command, options->catalog);
  command.add_option("--count", options->count, "Number of campaigns")->check(CLI::Range(1, 1'000'000));
  command.add_option("--seed", options->seed, "Same seed and numbers, same campaigns");
  command.add_flag("--json", options->json, "Print the result as JSON");
}

}  // namespace lifeboat::app
