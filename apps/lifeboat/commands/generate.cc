#include "lifeboat/advertising/generate.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <memory>

#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/commands/data_options.h"

namespace lifeboat::app {
namespace {

using advertising::GenerateSummary;
using advertising::kTables;
using advertising::TableName;

struct Options {
  DataOptions data;
  advertising::GenerateRequest request;
  std::string format = "parquet";
  bool json = false;
};

void PrintJson(const Options& options, const GenerateSummary& summary) {
  fmt::print("{{\"output\":{},\"format\":\"{}\",\"rows\":{{",
             boost::json::serialize(boost::json::string(options.request.dir)), options.format);
  for (size_t i = 0; i < kTables.size(); ++i) {
    fmt::print("{}\"{}\":{}", i == 0 ? "" : ",", TableName(kTables[i]), summary.rows[i]);
  }
  fmt::print("}},\"revenue_usd\":{:.2f},\"spend_usd\":{:.4f},\"roas\":{:.4f},\"seconds\":{:.3f}}}\n",
             summary.revenue_usd, summary.spend_usd, summary.ReturnOnAdSpend(), summary.seconds);
}

void PrintText(const Options& options, const GenerateSummary& summary) {
  for (size_t i = 0; i < kTables.size(); ++i) {
    fmt::print("{:<12} {:>14} rows\n", TableName(kTables[i]),
               WithThousands(static_cast<uint64_t>(summary.rows[i])));
  }
  const double rate = static_cast<double>(summary.TotalRows()) / std::max(summary.seconds, 1e-6);
  fmt::print("revenue {:.2f} USD, spend {:.2f} USD, return on ad spend {:.2f}\n", summary.revenue_usd,
             summary.spend_usd, summary.ReturnOnAdSpend());
  fmt::print("{} rows in {} ({} rows/s) as {} in {}\n",
             WithThousands(static_cast<uint64_t>(summary.TotalRows())), ShortDuration(summary.seconds),
             WithThousands(static_cast<uint64_t>(rate)), options.format, options.request.dir);
  fmt::print("Next: lifeboat load --from {}\n", options.request.dir);
}

Status Run(Options& options) {
  Result<advertising::FileFormat> format = advertising::ParseFileFormat(options.format);
  if (!format.ok()) return UsageError(format.status().message());
  options.request.format = *format;
  LIFEBOAT_ASSIGN_OR_RETURN(const advertising::Plan plan, MakePlan(options.data, SystemClock()));
  LIFEBOAT_ASSIGN_OR_RETURN(const GenerateSummary summary, advertising::Generate(plan, options.request));
  options.json ? PrintJson(options, summary) : PrintText(options, summary);
  return Status::Ok();
}

}  // namespace

void AddGenerateCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  options->request.dir = "advertising-data";
  options->request.threads = DefaultThreads();
  CLI::App& command = AddCommand(
      set, "generate", "Generate advertising data: campaigns, impressions, clicks, conversions",
      "lifeboat generate --output data --campaigns 200 --format csv", [options] { return Run(*options); });
  command.add_option("-o,--output", options->request.dir, "Folder to write to");
  AddDataOptions(command, options->data);
  command.add_option("--format", options->format, "parquet or csv");
  command.add_option("--threads", options->request.threads, "Threads")->check(CLI::Range(1, 256));
  command.add_flag("--overwrite", options->request.overwrite, "Replace a data set that is there");
  command.add_flag("--json", options->json, "Print the summary as JSON");
}

}  // namespace lifeboat::app
