#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/commands/commands.h"

namespace lifeboat::app {

void AddVersionCommand(CommandSet& set) {
  auto json = std::make_shared<bool>(false);
  CLI::App& command = AddCommand(set, "version", "Print the version", "lifeboat version --json", [json] {
    if (*json) {
      fmt::print("{{\"name\":\"lifeboat\",\"version\":\"{}\"}}\n", LIFEBOAT_VERSION);
    } else {
      fmt::print("lifeboat {}\n", LIFEBOAT_VERSION);
    }
    return Status::Ok();
  });
  command.add_flag("--json", *json, "Print as JSON");
}

}  // namespace lifeboat::app
