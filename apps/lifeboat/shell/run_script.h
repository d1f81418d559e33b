// Running SQL text statement by statement through a driver session.
#ifndef LIFEBOAT_SHELL_RUN_SCRIPT_H_
#define LIFEBOAT_SHELL_RUN_SCRIPT_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lifeboat/driver/driver_client.h"
#include "lifeboat/driver/format_result.h"

namespace lifeboat::app {

// "002003 (42S02): SQL compilation error: …" where the server gave a code.
std::string DescribeSqlError(const Status& status);

// Runs the statements of `script` in order and stops at the first error, which names `source` and the line of
// the statement. Ctrl-C cancels the running statement. `on_result` sees each result.
Status RunScript(driver::DriverClient& client, std::string_view script, std::string_view source,
                 const std::function<void(const driver::ResultSet&)>& on_result);

// Reads statements from standard input, a terminal, until Ctrl-D.
Status RunInteractively(driver::DriverClient& client, driver::ResultFormat format);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SHELL_RUN_SCRIPT_H_
