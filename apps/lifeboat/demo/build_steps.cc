// Steps 1 to 4: data, deployment, lake, accounts.

#include "lifeboat/cli/progress.h"
#include "lifeboat/demo/stage.h"
#include "lifeboat/lake/catalog_choice.h"
#include "lifeboat/lake/dataset_sources.h"
#include "lifeboat/lake/load_tables.h"
#include "lifeboat/runbook/runbook.h"

namespace lifeboat::app {

Result<std::string> GenerateData(Stage& stage) {
  advertising::GenerateRequest request;
  request.dir = stage.DataDir();
  request.threads = stage.options.threads;
  request.overwrite = true;
  LIFEBOAT_ASSIGN_OR_RETURN(stage.generated, advertising::Generate(stage.options.plan, request));
  return fmt::format("{} rows, revenue {:.2f} USD, spend {:.2f} USD",
                     WithThousands(static_cast<uint64_t>(stage.generated.TotalRows())),
                     stage.generated.revenue_usd, stage.generated.spend_usd);
}

Result<std::string> StartDeployment(Stage& stage) {
  Progress progress("start", 4, "processes");
  UpOptions options = stage.options.up;
  options.on_ready = [&](const std::string&) { progress.Advance(1); };
  LIFEBOAT_RETURN_IF_ERROR(stage.deployment.Up(options).status());
  progress.Finish();
  return std::string("catalog, account PRIMARY, account SECONDARY, gateway");
}

Result<std::string> LoadLake(Stage& stage) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<storage::Storage> storage, stage.deployment.OpenStorage());
  LIFEBOAT_ASSIGN_OR_RETURN(const Dataset dataset, DatasetOfFolder(stage.DataDir(), storage));
  CatalogChoice choice;
  choice.dir = stage.deployment.dir();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<catalog::Catalog> catalog, OpenCatalog(choice));
  LoadOptions options;
  options.threads = stage.options.threads;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<LoadedRows> tables,
                            LoadTables(*catalog, storage, dataset, options));
  int64_t rows = 0, files = 0;
  for (const LoadedRows& table : tables) {
    rows += table.rows;
    files += table.files;
  }
  stage.report.Check("every generated row was loaded", rows == stage.generated.TotalRows(),
                     fmt::format("{} of {}", rows, stage.generated.TotalRows()));
  return fmt::format("{} rows in {} data files, 4 commits", WithThousands(static_cast<uint64_t>(rows)),
                     files);
}

Result<std::string> SetUpAccounts(Stage& stage) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, stage.deployment.ReadEndpoints());
  Progress progress("set up accounts", endpoints.accounts.size() * RunbookScripts().size(), "scripts");
  int statements = 0;
  for (const AccountEndpoint& account : endpoints.accounts) {
    LIFEBOAT_ASSIGN_OR_RETURN(const auto client, Connect(stage, account.site));
    LIFEBOAT_RETURN_IF_ERROR(SetRunbookVariables(*client, endpoints.catalogs.front()));
    for (const RunbookScript& script : RunbookScripts()) {
      LIFEBOAT_RETURN_IF_ERROR(RunRunbookScript(*client, script, [&](const driver::ResultSet&) {
                                 ++statements;
                               }).WithContext(account.site));
      progress.Advance(1);
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const auto counts, CountTables(*client));
    for (size_t i = 0; i < advertising::kTables.size(); ++i) {
      const std::string table(advertising::TableName(advertising::kTables[i]));
      stage.report.Check(fmt::format("account {} sees all {}", account.site, table),
                         counts.at(table) == stage.generated.rows[i],
                         fmt::format("{} of {}", counts.at(table), stage.generated.rows[i]));
    }
    LIFEBOAT_RETURN_IF_ERROR(client->Close());
  }
  progress.Finish(fmt::format("{} statements", statements));
  return fmt::format("{} statements in {} accounts", statements, endpoints.accounts.size());
}

}  // namespace lifeboat::app
