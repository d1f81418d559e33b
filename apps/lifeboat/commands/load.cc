#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/commands/data_options.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/lake/catalog_choice.h"
#include "lifeboat/lake/dataset_sources.h"
#include "lifeboat/lake/load_tables.h"

namespace lifeboat::app {
namespace {

struct Options {
  CatalogChoice catalog;
  DataOptions data;
  LoadOptions load;
  std::string from;
  bool json = false;
};

void PrintJson(const std::vector<LoadedRows>& tables) {
  fmt::print("{{\"namespace\":\"{}\",\"tables\":[", advertising::kNamespace);
  for (size_t i = 0; i < tables.size(); ++i) {
    const LoadedRows& loaded = tables[i];
    fmt::print("{}{{\"name\":\"{}\",\"rows\":{},\"data_files\":{},\"already_loaded\":{},\"seconds\":{:.3f}}}",
               i == 0 ? "" : ",", advertising::TableName(loaded.table), loaded.rows, loaded.files,
               loaded.was_loaded, loaded.seconds);
  }
  fmt::print("]}}\n");
}

void PrintText(const std::vector<LoadedRows>& tables, const std::string& dir) {
  for (const LoadedRows& loaded : tables) {
    fmt::print("{}.{:<12} {:>14} rows{}\n", advertising::kNamespace, advertising::TableName(loaded.table),
               WithThousands(static_cast<uint64_t>(loaded.rows)), loaded.was_loaded ? ", loaded before" : "");
  }
  fmt::print("Next: lifeboat runbook{0}, then lifeboat sql{0}\n", DirOption(dir));
}

Status Run(const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<storage::Storage> storage, OpenStorage(options.catalog));
  Dataset dataset;
  if (options.from.empty()) {
    LIFEBOAT_ASSIGN_OR_RETURN(advertising::Plan plan, MakePlan(options.data, SystemClock()));
    dataset = DatasetOfPlan(std::move(plan));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(dataset, DatasetOfFolder(options.from, storage));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<catalog::Catalog> catalog, OpenCatalog(options.catalog));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<LoadedRows> tables,
                            LoadTables(*catalog, storage, dataset, options.load));
  options.json ? PrintJson(tables) : PrintText(tables, options.catalog.dir);
  return Status::Ok();
}

}  // namespace

void AddLoadCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  options->load.threads = DefaultThreads();
  CLI::App& command = AddCommand(
      set, "load", "Load the advertising data into Iceberg tables through the catalog, one commit a table",
      "lifeboat load --from advertising-data", [options] { return Run(*options); });
  AddCatalogOptions(command, options->catalog);
  command.add_option("--from", options->from,
                     "Folder written by lifeboat generate (default: make the rows now)");
  AddDataOptions(command, options->data);
  command.add_option("--threads", options->load.threads, "Threads")->check(CLI::Range(1, 256));
  command.add_flag("--replace", options->load.replace, "Drop tables that hold rows and load them anew");
  command.add_flag("--json", options->json, "Print the result as JSON");
}

}  // namespace lifeboat::app
