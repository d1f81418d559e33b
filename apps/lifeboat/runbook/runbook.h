// Runbook: the numbered SQL scripts of runbook/, compiled into the binary, and how they are run in an
// account.
#ifndef LIFEBOAT_RUNBOOK_RUNBOOK_H_
#define LIFEBOAT_RUNBOOK_RUNBOOK_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "lifeboat/deployment/endpoints.h"
#include "lifeboat/driver/driver_client.h"

namespace lifeboat::app {

struct RunbookScript {
  std::string_view name;  // "00_roles_and_warehouses.sql"
  std::string_view text;
};

// In order of their numbers.
std::span<const RunbookScript> RunbookScripts();

// Sets the session variables that the scripts need, from the deployment's catalog.
Status SetRunbookVariables(driver::DriverClient& client, const CatalogEndpoint& catalog);

// Runs one script; `on_result` sees the result of every statement.
Status RunRunbookScript(driver::DriverClient& client, const RunbookScript& script,
                        const std::function<void(const driver::ResultSet&)>& on_result);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_RUNBOOK_RUNBOOK_H_
