// Steps 5 and 6: the analysts' queries, before and while the primary dies.
#include <cmath>
#include <cstdlib>

#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/data_options.h"
#include "lifeboat/demo/failover_trial.h"
#include "lifeboat/demo/stage.h"
#include "lifeboat/deployment/health.h"
#include "lifeboat/lake/append_campaigns.h"
#include "lifeboat/lake/catalog_choice.h"
#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {
namespace {

constexpr char kPerformanceQuery[] =
    "SELECT campaign_id, impressions, clicks, conversions, revenue_usd FROM "
    "ICEBERG_PROD.ADVERTISING.V_CAMPAIGN_PERFORMANCE ORDER BY campaign_id";
// How long an append may take to be seen through a link.
constexpr int kVisiblePolls = 200;
constexpr std::chrono::milliseconds kVisiblePause{50};

double Number(const std::optional<std::string>& cell) {
  return cell.has_value() ? std::strtod(cell->c_str(), nullptr) : 0;
}

Status CheckForeignKeys(Stage& stage, driver::DriverClient& client) {
  struct Key {
    const char *child, *column, *parent;
  };
  for (const Key& key :
       {Key{"IMPRESSIONS", "campaign_id", "CAMPAIGNS"}, Key{"CLICKS", "impression_id", "IMPRESSIONS"},
        Key{"CONVERSIONS", "click_id", "CLICKS"}}) {
    LIFEBOAT_ASSIGN_OR_RETURN(
        const int64_t orphans,
        QueryInteger(client,
                     fmt::format("SELECT COUNT(*) FROM ICEBERG_PROD.ADVERTISING.{0} c LEFT JOIN "
                                 "ICEBERG_PROD.ADVERTISING.{2} p ON p.{1} = c.{1} WHERE p.{1} IS NULL",
                                 key.child, key.column, key.parent)));
    stage.report.Check(fmt::format("every {} of {} resolves", key.column, key.child), orphans == 0,
                       fmt::format("{} do not", orphans));
  }
  return Status::Ok();
}

Status CheckPerformance(Stage& stage, driver::DriverClient& client) {
  const Result<driver::ResultSet> result = client.Execute(kPerformanceQuery);
  if (!result.ok()) {
    return Status::Make(result.status().code(), "campaign performance: {}",
                        DescribeSqlError(result.status()));
  }
  double sums[4] = {};
  for (const auto& row : result->rows) {
    for (size_t i = 0; i < 4 && i + 1 < row.size(); ++i) sums[i] += Number(row[i + 1]);
  }
  const auto& expected = stage.generated.rows;
  stage.report.Check("campaign performance has one row a campaign",
                     static_cast<int64_t>(result->rows.size()) == expected[0],
                     fmt::format("{} rows, {} campaigns", result->rows.size(), expected[0]));
  stage.report.Check(
      "campaign performance counts every event once",
      sums[0] == static_cast<double>(expected[1]) && sums[1] == static_cast<double>(expected[2]) &&
          sums[2] == static_cast<double>(expected[3]),
      fmt::format("{:.0f} impressions, {:.0f} clicks, {:.0f} conversions", sums[0], sums[1], sums[2]));
  stage.report.Check(
      "campaign performance earns what was generated",
      std::abs(sums[3] - stage.generated.revenue_usd) < 0.01 * static_cast<double>(expected[0]),
      fmt::format("{:.2f} of {:.2f} USD", sums[3], stage.generated.revenue_usd));
  return Status::Ok();
}

// Waits until the account shows the appended campaigns through its link.
Result<bool> SeesCampaigns(driver::DriverClient& client, int64_t wanted) {
  for (int poll = 0; poll < kVisiblePolls; ++poll) {
    LIFEBOAT_ASSIGN_OR_RETURN(
        const int64_t seen,
        QueryInteger(client,
                     "SELECT COUNT(*) FROM ICEBERG_DEMO_CLD.ICEBERG_ADVERTISING_DB.CAMPAIGNS WHERE "
                     "campaign_id LIKE 'CMP-NEW-%'"));
    if (seen == wanted) return true;
    if (SleepUnlessInterrupted(kVisiblePause)) return CheckInterrupted();
  }
  return false;
}

Status AppendAndSee(Stage& stage) {
  CatalogChoice choice;
  choice.dir = stage.deployment.dir();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<catalog::Catalog> catalog, OpenCatalog(choice));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<storage::Storage> storage, stage.deployment.OpenStorage());
  LIFEBOAT_ASSIGN_OR_RETURN(const AppendedCampaigns appended,
                            AppendCampaigns(*catalog, storage, stage.options.appended_campaigns,
                                            stage.options.plan.options.seed, Today(SystemClock())));
  stage.report.Check("the append added one snapshot",
                     appended.snapshots_after == appended.snapshots_before + 1,
                     fmt::format("{} -> {}", appended.snapshots_before, appended.snapshots_after));
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, stage.deployment.ReadEndpoints());
  for (const AccountEndpoint& account : endpoints.accounts) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto client, Connect(stage, account.site));
    LIFEBOAT_ASSIGN_OR_RETURN(const bool seen, SeesCampaigns(*client, stage.options.appended_campaigns));
    stage.report.Check(fmt::format("account {} sees the appended campaigns through its link", account.site),
                       seen, fmt::format("{} campaigns", stage.options.appended_campaigns));
    LIFEBOAT_RETURN_IF_ERROR(client->Close());
  }
  return Status::Ok();
}

}  // namespace

Result<std::string> QueryAndAppend(Stage& stage) {
  Progress progress("query", 4, "checks");
  LIFEBOAT_ASSIGN_OR_RETURN(const auto client, Connect(stage));
  LIFEBOAT_RETURN_IF_ERROR(CheckForeignKeys(stage, *client));
  progress.Advance(1);
  LIFEBOAT_RETURN_IF_ERROR(CheckPerformance(stage, *client));
  progress.Advance(1);
  LIFEBOAT_RETURN_IF_ERROR(AppendAndSee(stage));
  progress.Advance(1);
  LIFEBOAT_ASSIGN_OR_RETURN(stage.report.counts_before, CountTables(*client));
  progress.Advance(1);
  progress.Finish();
  LIFEBOAT_RETURN_IF_ERROR(client->Close());
  return fmt::format("{} campaigns appended", stage.options.appended_campaigns);
}

Result<std::string> KillPrimary(Stage& stage) {
  Report& report = stage.report;
  for (int i = 0; i < stage.options.trials; ++i) {
    LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
    if (i > 0) LIFEBOAT_RETURN_IF_ERROR(RestoreAfterTrial(stage.deployment));
    LIFEBOAT_ASSIGN_OR_RETURN(const FailoverTrial trial, RunFailoverTrial(stage.deployment));
    report.trials.push_back(trial);
    const std::string round = stage.options.trials == 1 ? "" : fmt::format(" (round {})", i + 1);
    report.Check("the connection moved by itself" + round,
                 !trial.moved_to.empty() && trial.moved_to != trial.killed,
                 fmt::format("{} -> {}", trial.killed, trial.moved_to.empty() ? "nobody" : trial.moved_to));
    report.Check("no query failed" + round, trial.failed == 0,
                 trial.failed == 0 ? fmt::format("{} answered", trial.answered)
                                   : fmt::format("{} failed, first: {}", trial.failed, trial.first_error));
    report.Check("every answer had the same count" + round, trial.wrong_counts == 0,
                 fmt::format("{} differed", trial.wrong_counts));
    report.Check(
        "the open session survived" + round, trial.session_survived && trial.renewals > 0,
        trial.session_survived ? fmt::format("renewed {} times", trial.renewals) : trial.first_error);
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const auto client, Connect(stage));
  LIFEBOAT_ASSIGN_OR_RETURN(report.counts_after, CountTables(*client));
  LIFEBOAT_RETURN_IF_ERROR(client->Close());
  for (const auto& [table, before] : report.counts_before) {
    report.Check(fmt::format("the same count of {} comes back", table),
                 report.counts_after.at(table) == before,
                 fmt::format("{} before, {} after", before, report.counts_after.at(table)));
  }
  return fmt::format("{:.2f} s from SIGKILL to the first answer", SecondsQuantile(report.trials, 0.5));
}

}  // namespace lifeboat::app
