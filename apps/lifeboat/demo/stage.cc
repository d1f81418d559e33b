#include "lifeboat/demo/stage.h"

#include <charconv>

#include "lifeboat/advertising/tables.h"
#include "lifeboat/shell/connection_choice.h"
#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {

Result<std::unique_ptr<driver::DriverClient>> Connect(const Stage& stage, const std::string& site) {
  ConnectionChoice choice;
  choice.dir = stage.deployment.dir();
  choice.site = site;
  LIFEBOAT_ASSIGN_OR_RETURN(const driver::ConnectOptions options, ResolveConnection(choice));
  return driver::DriverClient::Connect(options);
}

Result<int64_t> QueryInteger(driver::DriverClient& client, const std::string& sql) {
  const Result<driver::ResultSet> result = client.Execute(sql);
  if (!result.ok())
    return Status::Make(result.status().code(), "{}: {}", sql, DescribeSqlError(result.status()));
  int64_t number = 0;
  if (result->rows.size() == 1 && result->rows[0].size() == 1 && result->rows[0][0].has_value()) {
    const std::string& text = *result->rows[0][0];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return Status::Internal("{}: the answer is not one whole number", sql);
}

Result<std::map<std::string, int64_t>> CountTables(driver::DriverClient& client) {
  std::map<std::string, int64_t> counts;
  for (const advertising::Table table : advertising::kTables) {
    const std::string name(advertising::TableName(table));
    LIFEBOAT_ASSIGN_OR_RETURN(
        counts[name],
        QueryInteger(client, fmt::format("SELECT COUNT(*) FROM ICEBERG_PROD.ADVERTISING.{}", name)));
  }
  return counts;
}

}  // namespace lifeboat::app
