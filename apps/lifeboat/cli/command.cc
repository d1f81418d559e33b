#include "lifeboat/cli/command.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "lifeboat/cli/interrupt.h"

namespace lifeboat::app {

CLI::App& AddCommand(CommandSet& set, const std::string& name, const std::string& summary,
                     const std::string& example, std::function<Status()> run) {
  return AddGroupedCommand(set, set.root, name, summary, example, std::move(run));
}

CLI::App& AddCommandGroup(CommandSet& set, const std::string& name, const std::string& summary) {
  CLI::App* group = set.root.add_subcommand(name, summary);
  group->require_subcommand(1);
  return *group;
}

CLI::App& AddGroupedCommand(CommandSet& set, CLI::App& group, const std::string& name,
                            const std::string& summary, const std::string& example,
                            std::function<Status()> run) {
  CLI::App* command = group.add_subcommand(name, summary);
  command->footer("Example:\n  " + example);
  command->callback([&set, run = std::move(run)] { set.chosen = run; });
  return *command;
}

Status UsageError(std::string message) {
  return Status(StatusCode::kInvalidArgument, std::move(message), std::make_shared<UsageErrorDetail>());
}

int RunCommandLine(int argc, char** argv, const std::function<void(CommandSet&)>& add_commands) {
  CLI::App root(
      "Lifeboat keeps an Apache Iceberg lakehouse answering when a region, a catalog or a SQL account goes "
      "down.",
      "lifeboat");
  root.require_subcommand(1);
  root.option_defaults()->always_capture_default();
  root.get_formatter()->column_width(34);
  CommandSet set{root, nullptr};
  add_commands(set);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  InstallInterruptHandler();
  const Status status = set.chosen();
  if (status.ok()) return kExitDone;
  fmt::print(stderr, "lifeboat: {}\n", status.message());
  return status.detail<UsageErrorDetail>() != nullptr ? kExitUsage : kExitFailed;
}

}  // namespace lifeboat::app
