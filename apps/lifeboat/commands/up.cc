#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/cli/progress.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/commands/storage_options.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {
namespace {

struct Options {
  std::string dir = DefaultDeploymentDir();
  UpOptions up;
  int port_base = 0;
  bool json = false;
};

void PrintHowToConnect(const std::string& dir, const Endpoints& endpoints) {
  const ConnectionEndpoint& connection = endpoints.connection;
  const AccountEndpoint& primary = endpoints.accounts.front();
  const CatalogEndpoint& catalog = endpoints.catalogs.front();
  const std::string dir_option = DirOption(dir);
  fmt::print(
      "\nPython (snowflake-connector-python 4.x or 5.x)\n"
      "  snowflake.connector.connect(account=\"{}\", host=\"{}\", port={}, protocol=\"{}\",\n"
      "                              user=\"{}\", password=\"{}\")\n",
      connection.account, connection.host, connection.port, connection.protocol, primary.user,
      primary.password);
  fmt::print(
      "\nsnow CLI\n  SNOWFLAKE_PASSWORD={} snow sql -x --account {} --host {} --port {} --protocol {} --user "
      "{} -q "
      "\"select 1\"\n",
      primary.password, connection.account, connection.host, connection.port, connection.protocol,
      primary.user);
  fmt::print("\nlifeboat's own shell\n  lifeboat sql{} -q \"select current_account_name()\"\n", dir_option);
  fmt::print(
      "\nPyIceberg, or any other Iceberg REST client\n"
      "  load_catalog(\"lake\", type=\"rest\", uri=\"{}\", warehouse=\"{}\", credential=\"{}:{}\")\n",
      catalog.uri, catalog.warehouse, catalog.client_id, catalog.client_secret);
  fmt::print(
      "\nAll addresses and secrets: {0}\nNext: lifeboat load{1} && lifeboat runbook{1}    Stop: lifeboat "
      "down{1}\n",
      EndpointsPath(dir), dir_option);
}

Status Run(Options& options) {
  if (options.port_base != 0) options.up.port_base = options.port_base;
  LIFEBOAT_ASSIGN_OR_RETURN(Deployment deployment, Deployment::At(options.dir));
  Progress progress("start", 4, "processes");
  options.up.on_ready = [&](const std::string&) { progress.Advance(1); };
  LIFEBOAT_ASSIGN_OR_RETURN(const bool was_up, deployment.Up(options.up));
  progress.Finish(was_up ? "all were up already" : "");
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
  if (options.json) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(EndpointsPath(deployment.dir())));
    fmt::print("{}", text);
    return Status::Ok();
  }
  fmt::print("{} in {}\n", was_up ? "already up" : "up", deployment.dir());
  PrintHowToConnect(deployment.dir(), endpoints);
  return Status::Ok();
}

}  // namespace

void AddUpCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command = AddCommand(
      set, "up", "Start a local deployment: a catalog, accounts PRIMARY and SECONDARY, and a gateway",
      "lifeboat up --dir ~/lake --port-base 18100", [options] { return Run(*options); });
  command.add_option("--dir", options->dir, "Folder of the deployment's state");
  command.add_option("--topology", options->up.topology, "shared: one catalog for both accounts");
  AddStorageOptions(command, options->up);
  command
      .add_option("--port-base", options->port_base,
                  "First of five ports in a row (default: free ones, then kept)")
      ->check(CLI::Range(1, 65'530))
      ->default_str("");
  command.add_flag("--json", options->json, "Print endpoints.json");
}

}  // namespace lifeboat::app
