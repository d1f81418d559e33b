#include "lifeboat/commands/data_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "lifeboat/advertising/dates.h"
#include "lifeboat/cli/command.h"

namespace lifeboat::app {
namespace {

constexpr int32_t kDefaultRangeDays = 90;

}  // namespace

void AddDataOptions(CLI::App& command, DataOptions& options) {
  command.add_option("--campaigns", options.plan.campaigns, "Number of campaigns");
  command.add_option("--impressions-per-campaign,--impressions", options.plan.impressions_per_campaign,
                     "n: every running campaign has n/2 to 2n impressions");
  command.add_option("--click-rate", options.plan.click_rate, "Clicks per impression");
  command.add_option("--conversion-rate", options.plan.conversion_rate, "Conversions per click");
  command.add_option("--start", options.start, "First day, YYYY-MM-DD (default: 90 days before the end)");
  command.add_option("--end", options.end, "Day after the last, YYYY-MM-DD (default: today, UTC)");
  command.add_option("--seed", options.plan.seed, "Same seed and options, same rows");
}

int32_t Today(const Clock& clock) {
  return static_cast<int32_t>(clock.NowMicros() / advertising::kMicrosPerDay);
}

Result<advertising::Plan> MakePlan(const DataOptions& options, const Clock& clock) {
  advertising::PlanOptions plan = options.plan;
  plan.to_day = Today(clock);
  if (!options.end.empty()) {
    Result<int32_t> end = advertising::ParseDate(options.end);
    if (!end.ok()) return UsageError(end.status().message());
    plan.to_day = *end;
  }
  plan.from_day = plan.to_day - kDefaultRangeDays;
  if (!options.start.empty()) {
    Result<int32_t> start = advertising::ParseDate(options.start);
    if (!start.ok()) return UsageError(start.status().message());
    plan.from_day = *start;
  }
  Result<advertising::Plan> made = advertising::MakePlan(plan);
  if (!made.ok()) return UsageError(made.status().message());
  return made;
}

int DefaultThreads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace lifeboat::app
