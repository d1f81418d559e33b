#include "lifeboat/shell/connection_choice.h"

#include <strings.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "lifeboat/cli/command.h"
#include "lifeboat/deployment/deployment.h"

namespace lifeboat::app {
namespace {

Result<driver::ConnectOptions> FromHost(const ConnectionChoice& choice) {
  const char* password = std::getenv("LIFEBOAT_PASSWORD");
  if (choice.port == 0 || choice.account.empty() || choice.user.empty() || password == nullptr) {
    return UsageError(
        "--host needs --port, --account and --user, and the password in the environment's LIFEBOAT_PASSWORD");
  }
  driver::ConnectOptions options;
  options.protocol = choice.protocol;
  options.host = choice.host;
  options.port = choice.port;
  options.account = choice.account;
  options.user = choice.user;
  options.password = password;
  return options;
}

Result<driver::ConnectOptions> FromDeployment(const ConnectionChoice& choice) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(choice.dir));
  LIFEBOAT_ASSIGN_OR_RETURN(const Endpoints endpoints, deployment.ReadEndpoints());
  const AccountEndpoint* account = &endpoints.accounts.front();
  if (!choice.site.empty()) {
    account = endpoints.FindAccount(choice.site);
    if (account == nullptr) {
      std::string sites;
      for (const AccountEndpoint& known : endpoints.accounts)
        sites += (sites.empty() ? "" : ", ") + known.site;
      return UsageError(fmt::format("there is no site '{}'; this deployment has {}", choice.site, sites));
    }
  }
  driver::ConnectOptions options;
  options.user = account->user;
  options.password = account->password;
  if (!choice.site.empty()) {
    options.protocol = account->protocol;
    options.host = account->host;
    options.port = account->port;
    options.account = account->organization + "-" + account->account;
    return options;
  }
  const ConnectionEndpoint& connection = endpoints.connection;
  if (!choice.connection.empty() && strcasecmp(choice.connection.c_str(), connection.name.c_str()) != 0) {
    return UsageError(fmt::format("there is no connection '{}'; this deployment has {}", choice.connection,
                                  connection.name));
  }
  options.protocol = connection.protocol;
  options.host = connection.host;
  options.port = connection.port;
  options.account = connection.account;
  return options;
}

}  // namespace

void AddConnectionOptions(CLI::App& command, ConnectionChoice& choice) {
  choice.dir = DefaultDeploymentDir();
  command.add_option("--dir", choice.dir, "Folder of the local deployment");
  CLI::Option* connection = command.add_option("--connection", choice.connection,
                                               "Name of the connection (default: the deployment's)");
  CLI::Option* site =
      command.add_option("--site", choice.site, "One site's account instead: PRIMARY or SECONDARY");
  CLI::Option* host =
      command.add_option("--host", choice.host, "Any other server; password in $LIFEBOAT_PASSWORD");
  site->excludes(connection);
  host->excludes(connection)->excludes(site);
  command.add_option("--port", choice.port, "Its port")->needs(host)->default_str("");
  command.add_option("--protocol", choice.protocol, "http or https")->needs(host);
  command.add_option("--account", choice.account, "Account to log in to")->needs(host);
  command.add_option("--user", choice.user, "User to log in as")->needs(host);
  command.add_option("--role", choice.role, "Role to start with");
  command.add_option("--warehouse", choice.warehouse, "Warehouse to start with");
  command.add_option("--database", choice.database, "Database to start with");
  command.add_option("--schema", choice.schema, "Schema to start with");
}

Result<driver::ConnectOptions> ResolveConnection(const ConnectionChoice& choice) {
  Result<driver::ConnectOptions> options = choice.host.empty() ? FromDeployment(choice) : FromHost(choice);
  if (!options.ok()) return options;
  options->role = choice.role;
  options->warehouse = choice.warehouse;
  options->database = choice.database;
  options->schema = choice.schema;
  return options;
}

}  // namespace lifeboat::app
