#include <CLI/CLI.hpp>
#include <memory>

#include "lifeboat/commands/commands.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {

void AddServerCommand(CommandSet& set) {
  auto config = std::make_shared<std::string>();
  CLI::App& command = AddCommand(
      set, "server", "Run the parts that a configuration file names, in the foreground, until SIGTERM",
      "lifeboat server --config /etc/lifeboat/catalog.toml", [config] { return RunServer(*config); });
  command.add_option("--config", *config, "TOML file with a [catalog], [account] or [gateway] section")
      ->required();
}

}  // namespace lifeboat::app
