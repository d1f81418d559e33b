#include "lifeboat/runbook/runbook.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/driver/format_result.h"
#include "lifeboat/shell/connection_choice.h"

namespace lifeboat::app {
namespace {

struct Options {
  std::string dir = DefaultDeploymentDir();
  std::string site;
  std::string step;
  bool list = false, print = false, quiet = false;
};

bool Chosen(const Options& options, const RunbookScript& script) {
  return options.step.empty() || script.name.substr(0, options.step.size()) == options.step;
}

Status RunAtSite(const Options& options, const Endpoints& endpoints, const std::string& site) {
  ConnectionChoice choice;
  choice.dir = options.dir;
  choice.site = site;
  LIFEBOAT_ASSIGN_OR_RETURN(const driver::ConnectOptions connect, ResolveConnection(choice));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto client, driver::DriverClient::Connect(connect));
  LIFEBOAT_RETURN_IF_ERROR(SetRunbookVariables(*client, endpoints.catalogs.front()));
  for (const RunbookScript& script : RunbookScripts()) {
    if (!Chosen(options, script)) continue;
    int statements = 0;
    LIFEBOAT_RETURN_IF_ERROR(RunRunbookScript(*client, script, [&](const driver::ResultSet& result) {
      ++statements;
      if (!options.quiet) fmt::print("{}", driver::FormatResult(result, driver::ResultFormat::kTable));
    }));
    fmt::print("{}: {}: {} statements\n", site, script.name, statements);
    std::fflush(stdout);
  }
  return client->Close();
}

Status Run(const Options& options) {
  bool any = false;
  for (const RunbookScript& script : RunbookScripts()) {
    if (!Chosen(options, script)) continue;
    any = true;
    if (options.print) fmt::print("{}", script.text);
    if (options.list) fmt::print("{}\n", script.name);
  }
  if (!any)
    return UsageError(fmt::format("the runbook has no step '{}'; see lifeboat runbook --list", options.step));
  if (options.print || options.list) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(options.dir));
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
  if (!options.site.empty() && endpoints.FindAccount(options.site) == nullptr) {
    return UsageError(fmt::format("there is no site '{}' in this deployment", options.site));
  }
  for (const AccountEndpoint& account : endpoints.accounts) {
    if (!options.site.empty() && endpoints.FindAccount(options.site) != &account) continue;
    LIFEBOAT_RETURN_IF_ERROR(RunAtSite(options, endpoints, account.site));
  }
  return Status::Ok();
}

}  // namespace

void AddRunbookCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command = AddCommand(
      set, "runbook",
      "Run the numbered SQL scripts that set up roles, the linked database and the production views",
      "lifeboat runbook --step 15 --site SECONDARY", [options] { return Run(*options); });
  command.add_option("--dir", options->dir, "Folder of the local deployment");
  command.add_option("--site", options->site, "Only this account (default: every account)");
  command.add_option("--step", options->step, "Only the script of this number, such as 00");
  command.add_flag("--list", options->list, "List the scripts");
  command.add_flag("--print", options->print, "Print their SQL");
  command.add_flag("--quiet", options->quiet, "Do not print results");
}

}  // namespace lifeboat::app
