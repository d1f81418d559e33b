#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/deployment.h"

namespace lifeboat::app {
namespace {

struct Options {
  std::string dir = DefaultDeploymentDir();
  int grace_seconds = 10;
};

Status Run(const Options& options) {
  LIFEBOAT_ASSIGN_OR_RETURN(Deployment deployment, Deployment::At(options.dir));
  LIFEBOAT_ASSIGN_OR_RETURN(const int stopped, deployment.Down(std::chrono::seconds(options.grace_seconds)));
  if (stopped == 0) {
    fmt::print("nothing was running in {}\n", deployment.dir());
  } else {
    fmt::print("down: {} processes stopped; the state stays in {}\n", stopped, deployment.dir());
  }
  return Status::Ok();
}

}  // namespace

void AddDownCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command = AddCommand(set, "down", "Stop the local deployment; its state stays",
                                 "lifeboat down --dir ~/lake", [options] { return Run(*options); });
  command.add_option("--dir", options->dir, "Folder of the deployment's state");
  command.add_option("--grace", options->grace_seconds, "Seconds a process has to end by itself")
      ->check(CLI::Range(0, 600));
}

}  // namespace lifeboat::app
