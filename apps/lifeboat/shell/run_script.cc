#include "lifeboat/shell/run_script.h"

#include <fmt/format.h>

#include <atomic>
#include <vector>

#include "account/sql/parser.h"
#include "base/executor.h"
#include "lifeboat/cli/interrupt.h"

namespace lifeboat::app {
namespace {

constexpr std::chrono::milliseconds kInterruptPollInterval{50};

}  // namespace

std::string DescribeSqlError(const Status& status) {
  const driver::StatementError* error = status.detail<driver::StatementError>();
  if (error == nullptr || error->code.empty()) return status.message();
  return fmt::format("{} ({}): {}", error->code, error->sql_state, status.message());
}

Status RunScript(driver::DriverClient& client, std::string_view script, std::string_view source,
                 const std::function<void(const driver::ResultSet&)>& on_result) {
  for (const account::sql::ScriptStatement& statement : account::sql::SplitStatements(script)) {
    LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
    std::atomic<bool> cancelled{false};
    const PeriodicThread watcher("cancel", kInterruptPollInterval, [&client, &cancelled] {
      if (Interrupted() && !cancelled.exchange(true)) client.Cancel();
    });
    const Result<driver::ResultSet> result = client.Execute(std::string(statement.text));
    if (!result.ok()) {
      return Status::Make(result.status().code(), "{}:{}: {}", source, statement.line,
                          DescribeSqlError(result.status()));
    }
    on_result(*result);
  }
  return Status::Ok();
}

}  // namespace lifeboat::app
