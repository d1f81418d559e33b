#include "lifeboat/runbook/runbook.h"

#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {
namespace {

std::string SqlString(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  return out + "'";
}

}  // namespace

Status SetRunbookVariables(driver::DriverClient& client, const CatalogEndpoint& catalog) {
  for (const auto& [name, value] :
       {std::pair{"catalog_uri", &catalog.uri}, std::pair{"catalog_warehouse", &catalog.warehouse},
        std::pair{"catalog_client_id", &catalog.client_id},
        std::pair{"catalog_client_secret", &catalog.client_secret}}) {
    const Result<driver::ResultSet> set = client.Execute(fmt::format("SET {} = {}", name, SqlString(*value)));
    if (!set.ok())
      return Status::Make(set.status().code(), "SET {}: {}", name, DescribeSqlError(set.status()));
  }
  return Status::Ok();
}

Status RunRunbookScript(driver::DriverClient& client, const RunbookScript& script,
                        const std::function<void(const driver::ResultSet&)>& on_result) {
  return RunScript(client, script.text, fmt::format("runbook/{}", script.name), on_result);
}

}  // namespace lifeboat::app
