// Command: one subcommand of `lifeboat`, and the rules all of them share.
//
// A command is a CLI11 subcommand plus an action that returns a Status. Exit codes: 0 done, 1 failed, 2 wrong
// usage. Failures are one sentence on standard error; facts go to standard output, as JSON with --json.
#ifndef LIFEBOAT_CLI_COMMAND_H_
#define LIFEBOAT_CLI_COMMAND_H_

#include <functional>
#include <string>

#include "base/status.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

// The subcommands of one command line and, after parsing, the action of the one that was named.
struct CommandSet {
  CLI::App& root;
  std::function<Status()> chosen;
};

// Adds a subcommand whose --help ends with `example`. `run` is called after the whole line has been parsed.
CLI::App& AddCommand(CommandSet& set, const std::string& name, const std::string& summary,
                     const std::string& example, std::function<Status()> run);

// As AddCommand, below a subcommand that groups several ("catalog export"): `group` of AddCommandGroup.
CLI::App& AddCommandGroup(CommandSet& set, const std::string& name, const std::string& summary);
CLI::App& AddGroupedCommand(CommandSet& set, CLI::App& group, const std::string& name,
                            const std::string& summary, const std::string& example,
                            std::function<Status()> run);

// An option that CLI11 could not judge by itself is wrong: exit code 2 instead of 1.
struct UsageErrorDetail : StatusDetail {};
Status UsageError(std::string message);

// Parses, runs and reports; returns the process's exit code.
int RunCommandLine(int argc, char** argv, const std::function<void(CommandSet&)>& add_commands);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_CLI_COMMAND_H_
