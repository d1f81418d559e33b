#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/commands/data_options.h"
#include "lifeboat/commands/storage_options.h"
#include "lifeboat/demo/story.h"

namespace lifeboat::app {
namespace {

constexpr int64_t kFastCampaigns = 12;
constexpr int64_t kFastImpressions = 400;

struct Options {
  StoryOptions story;
  DataOptions data;
  bool fast = false;
  bool json = false;
};

void PrintText(const Report& report, const std::string& dir) {
  for (const ReportCheck& check : report.checks) {
    fmt::print("{} {}: {}\n", check.held ? "ok    " : "FAILED", check.name, check.detail);
  }
  for (const auto& [table, before] : report.counts_before) {
    const auto after = report.counts_after.find(table);
    if (after == report.counts_after.end()) continue;
    fmt::print("{:<12} {:>12} before, {:>12} after\n", table, WithThousands(static_cast<uint64_t>(before)),
               WithThousands(static_cast<uint64_t>(after->second)));
  }
  int64_t failed = 0;
  for (const FailoverTrial& trial : report.trials) failed += trial.failed;
  if (!report.trials.empty()) {
    fmt::print(
        "SIGKILL to the first answered query: {:.2f} s median, {:.2f} s at the 95th percentile of {}; {} "
        "failed queries\n",
        SecondsQuantile(report.trials, 0.5), SecondsQuantile(report.trials, 0.95), report.trials.size(),
        failed);
  }
  fmt::print("Report: {}/report.md\n", dir);
}

Status Run(Options& options) {
  if (options.fast) {
    options.data.plan.campaigns = kFastCampaigns;
    options.data.plan.impressions_per_campaign = kFastImpressions;
    options.data.plan.click_rate = 0.2;
    options.data.plan.conversion_rate = 0.2;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(options.story.plan, MakePlan(options.data, SystemClock()));
  LIFEBOAT_ASSIGN_OR_RETURN(const Report report, TellStory(options.story));
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(ReportJson(report)));
  } else {
    PrintText(report, options.story.dir);
  }
  if (report.Succeeded()) return Status::Ok();
  return Status::FailedPrecondition("the demo failed: {} (report: {}/report.md)",
                                    report.error.empty() ? "a check did not hold" : report.error,
                                    options.story.dir);
}

}  // namespace

void AddDemoCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  options->story.dir = "build/demo";
  options->story.threads = DefaultThreads();
  CLI::App& command =
      AddCommand(set, "demo", "A site dies and the analysts' queries go on: the whole story, with a report",
                 "lifeboat demo --dir build/demo --runs 20", [options] { return Run(*options); });
  command.add_option("--dir", options->story.dir, "Folder of the demo; cleared at each start");
  command.add_flag("--fast", options->fast, "Little data");
  command.add_option("--runs", options->story.trials, "How often the primary is killed")
      ->check(CLI::Range(1, 1000));
  AddStorageOptions(command, options->story.up);
  AddDataOptions(command, options->data);
  command.add_flag("--json", options->json, "Print the report as JSON");
}

}  // namespace lifeboat::app
