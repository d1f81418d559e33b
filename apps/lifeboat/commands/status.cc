#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "lifeboat/cli/interrupt.h"
#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/deployment.h"
#include "lifeboat/deployment/health.h"

namespace lifeboat::app {
namespace {

struct Options {
  std::string dir = DefaultDeploymentDir();
  bool json = false;
  bool watch = false;
};

struct Picture {
  std::vector<ProcessState> processes;
  Result<ConnectionSummary> connection = Status::Unavailable("the gateway is not running");
  bool all_healthy = true;
};

Picture Look(const Deployment& deployment) {
  Picture picture;
  picture.processes = deployment.State();
  for (const ProcessState& process : picture.processes) {
    picture.all_healthy = picture.all_healthy && process.healthy;
    if (process.name != kGatewayProcess || !process.healthy) continue;
    const Result<Endpoints> endpoints = deployment.ReadEndpoints();
    if (endpoints.ok()) picture.connection = DescribeConnection(endpoints->connection.port);
  }
  return picture;
}

void PrintJson(const Deployment& deployment, const Picture& picture) {
  boost::json::array processes;
  for (const ProcessState& process : picture.processes) {
    boost::json::object entry{{"name", process.name},
                              {"running", process.pid.has_value()},
                              {"healthy", process.healthy},
                              {"log", process.log}};
    if (process.pid.has_value()) entry["pid"] = *process.pid;
    processes.push_back(std::move(entry));
  }
  boost::json::object root{{"dir", deployment.dir()},
                           {"healthy", picture.all_healthy},
                           {"processes", processes},
                           {"audit_log", AuditLogPath(deployment.dir())}};
  if (picture.connection.ok()) {
    root["connection"] = boost::json::object{{"name", picture.connection->name},
                                             {"primary", picture.connection->primary},
                                             {"epoch", picture.connection->epoch}};
  }
  fmt::print("{}\n", boost::json::serialize(root));
}

void PrintText(const Deployment& deployment, const Picture& picture) {
  fmt::print("deployment in {}\n", deployment.dir());
  for (const ProcessState& process : picture.processes) {
    const char* state = !process.pid.has_value() ? "stopped" : process.healthy ? "healthy" : "NOT ANSWERING";
    fmt::print("  {:<18} {:<14} {}\n", process.name, state,
               process.pid.has_value() ? fmt::format("process {}", *process.pid) : "");
  }
  fmt::print("audit log of the catalog: {}\n", AuditLogPath(deployment.dir()));
  if (picture.connection.ok()) {
    fmt::print("connection {}: primary is {}, epoch {}\n", picture.connection->name,
               picture.connection->primary.empty() ? "nobody" : picture.connection->primary,
               picture.connection->epoch);
  }
}

Status Run(const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Deployment deployment, Deployment::At(options.dir));
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  while (true) {
    const Picture picture = Look(deployment);
    if (options.watch && terminal && !options.json) fmt::print("\x1b[H\x1b[2J");
    options.json ? PrintJson(deployment, picture) : PrintText(deployment, picture);
    std::fflush(stdout);
    if (!options.watch) {
      return picture.all_healthy
                 ? Status::Ok()
                 : Status::Unavailable("not everything is running; start it with lifeboat up --dir {}",
                                       deployment.dir());
    }
    // Being stopped is how watching ends.
    if (SleepUnlessInterrupted(std::chrono::seconds(1))) return Status::Ok();
  }
}

}  // namespace

void AddStatusCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command = AddCommand(
      set, "status", "Show what runs and which account is primary; exit code 1 unless all is healthy",
      "lifeboat status --watch", [options] { return Run(*options); });
  command.add_option("--dir", options->dir, "Folder of the deployment's state");
  command.add_flag("--json", options->json, "Print as JSON");
  command.add_flag("--watch", options->watch, "Look again every second until Ctrl-C");
}

}  // namespace lifeboat::app
