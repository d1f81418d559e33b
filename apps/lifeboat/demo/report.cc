#include "lifeboat/demo/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <iterator>

#include "base/clock.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/deployment/private_file.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

constexpr double kLongestUnplannedSeconds = 600;  // what users of a hand-run failover are told to expect

boost::json::object CountsJson(const std::map<std::string, int64_t>& counts) {
  boost::json::object object;
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

boost::json::object TrialJson(const FailoverTrial& trial) {
  boost::json::object object{{"killed", trial.killed},
                             {"moved_to", trial.moved_to},
                             {"seconds_from_sigkill_to_first_answer", trial.seconds_to_first_answer},
                             {"queries_answered", trial.answered},
                             {"queries_failed", trial.failed},
                             {"wrong_counts", trial.wrong_counts},
                             {"session_renewals", trial.renewals},
                             {"session_survived", trial.session_survived}};
  if (!trial.first_error.empty()) object["first_error"] = trial.first_error;
  return object;
}

// The trials in the short form that benchmarks read.
boost::json::array KillsJson(const Report& report) {
  boost::json::array kills;
  for (const FailoverTrial& trial : report.trials) {
    kills.push_back(boost::json::object{{"seconds_to_first_answer", trial.seconds_to_first_answer},
                                        {"failed_queries", trial.failed},
                                        {"failed_sessions", trial.session_survived ? 0 : 1}});
  }
  return kills;
}

int64_t FailedQueries(const Report& report) {
  int64_t failed = 0;
  for (const FailoverTrial& trial : report.trials) failed += trial.failed;
  return failed;
}

void AppendSteps(std::string& out, const Report& report) {
  out += "\n## Steps\n\n| | step | seconds | |\n|---|---|---|---|\n";
  int number = 0;
  for (const ReportStep& step : report.steps) {
    fmt::format_to(std::back_inserter(out), "| {} | {} | {:.2f} | {} |\n", ++number, step.name, step.seconds,
                   step.done ? step.note : "not finished");
  }
}

void AppendFailover(std::string& out, const Report& report) {
  if (report.trials.empty()) return;
  fmt::format_to(
      std::back_inserter(out),
      "\n## The site dies\n\nSIGKILL to the first answered query: {:.2f} s (median of {}), {:.2f} s at the "
      "95th percentile. Failed queries: {}.\nA failover by hand is planned with up to {:.0f} s.\n\n"
      "| killed | moved to | seconds | answered | failed | session |\n|---|---|---|---|---|---|\n",
      SecondsQuantile(report.trials, 0.5), report.trials.size(), SecondsQuantile(report.trials, 0.95),
      FailedQueries(report), kLongestUnplannedSeconds);
  for (const FailoverTrial& trial : report.trials) {
    fmt::format_to(std::back_inserter(out), "| {} | {} | {:.2f} | {} | {} | {} |\n", trial.killed,
                   trial.moved_to, trial.seconds_to_first_answer, trial.answered, trial.failed,
                   trial.session_survived ? "survived" : "LOST");
  }
}

void AppendCounts(std::string& out, const Report& report) {
  if (report.counts_before.empty()) return;
  out += "\n## Counts\n\n| table | before | after |\n|---|---|---|\n";
  for (const auto& [table, count] : report.counts_before) {
    const auto after = report.counts_after.find(table);
    fmt::format_to(
        std::back_inserter(out), "| {} | {} | {} |\n", table, WithThousands(static_cast<uint64_t>(count)),
        after == report.counts_after.end() ? "-" : WithThousands(static_cast<uint64_t>(after->second)));
  }
}

}  // namespace

void Report::Check(std::string name, bool held, std::string detail) {
  checks.push_back({std::move(name), held, std::move(detail)});
}

bool Report::Succeeded() const {
  return error.empty() && !checks.empty() &&
         std::all_of(checks.begin(), checks.end(), [](const ReportCheck& check) { return check.held; });
}

double SecondsQuantile(const std::vector<FailoverTrial>& trials, double q) {
  if (trials.empty()) return 0;
  std::vector<double> seconds;
  for (const FailoverTrial& trial : trials) seconds.push_back(trial.seconds_to_first_answer);
  std::sort(seconds.begin(), seconds.end());
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(seconds.size())));
  return seconds[std::clamp<size_t>(rank, 1, seconds.size()) - 1];
}

boost::json::object ReportJson(const Report& report) {
  boost::json::array steps, checks, trials;
  for (const ReportStep& step : report.steps) {
    steps.push_back(boost::json::object{
        {"name", step.name}, {"seconds", step.seconds}, {"done", step.done}, {"note", step.note}});
  }
  for (const ReportCheck& check : report.checks) {
    checks.push_back(
        boost::json::object{{"name", check.name}, {"held", check.held}, {"detail", check.detail}});
  }
  for (const FailoverTrial& trial : report.trials) trials.push_back(TrialJson(trial));
  boost::json::object root{
      {"succeeded", report.Succeeded()},
      {"started", FormatUtc(report.started_micros)},
      {"seconds", report.seconds},
      {"steps", std::move(steps)},
      {"counts", boost::json::object{{"before", CountsJson(report.counts_before)},
                                     {"after", CountsJson(report.counts_after)}}},
      {"failover", boost::json::object{{"trials", std::move(trials)},
                                       {"seconds_median", SecondsQuantile(report.trials, 0.5)},
                                       {"seconds_p95", SecondsQuantile(report.trials, 0.95)},
                                       {"queries_failed", FailedQueries(report)}}},
      {"kills", KillsJson(report)},
      {"checks", std::move(checks)}};
  if (!report.error.empty()) root["error"] = report.error;
  return root;
}

std::string ReportMarkdown(const Report& report) {
  std::string out = fmt::format("# Lifeboat demo\n\n{} on {}, {:.1f} s in all.\n",
                                report.Succeeded() ? "Every check held" : "**FAILED**",
                                FormatUtc(report.started_micros), report.seconds);
  if (!report.error.empty()) out += "\n" + report.error + "\n";
  AppendSteps(out, report);
  AppendFailover(out, report);
  AppendCounts(out, report);
  out += "\n## Checks\n\n| | check | |\n|---|---|---|\n";
  for (const ReportCheck& check : report.checks) {
    fmt::format_to(std::back_inserter(out), "| {} | {} | {} |\n", check.held ? "ok" : "FAILED", check.name,
                   check.detail);
  }
  return out;
}

Status WriteReport(const Report& report, const std::string& dir) {
  const std::unique_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  LIFEBOAT_RETURN_IF_ERROR(
      storage->Write(storage::FileLocation(dir + "/report.json"), PrettyJson(ReportJson(report))));
  return storage->Write(storage::FileLocation(dir + "/report.md"), ReportMarkdown(report));
}

}  // namespace lifeboat::app
