#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <memory>

#include "lifeboat/commands/commands.h"
#include "lifeboat/deployment/private_file.h"
#include "lifeboat/shell/connection_choice.h"
#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {
namespace {

struct Options {
  ConnectionChoice choice;
  std::string query, file;
  std::string format = "table";
};

Status RunText(driver::DriverClient& client, const std::string& text, const std::string& source,
               driver::ResultFormat format) {
  return RunScript(client, text, source, [format](const driver::ResultSet& result) {
    fmt::print("{}", driver::FormatResult(result, format));
    std::fflush(stdout);
  });
}

Status Run(const Options& options) {
  const Result<driver::ResultFormat> format = driver::ParseResultFormat(options.format);
  if (!format.ok()) return UsageError(format.status().message());
  const bool from_stdin = options.query.empty() && (options.file == "-" || options.file.empty());
  std::string text = options.query;
  std::string source = options.query.empty() ? options.file : "query";
  if (!options.query.empty() && !options.file.empty()) return UsageError("give either -q or -f, not both");
  const bool interactive = from_stdin && options.file.empty() && isatty(STDIN_FILENO) == 1;
  if (options.query.empty() && !interactive) {
    if (from_stdin) source = "standard input";
    LIFEBOAT_ASSIGN_OR_RETURN(text, ReadWholeFile(from_stdin ? "/dev/stdin" : options.file));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const driver::ConnectOptions connect, ResolveConnection(options.choice));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<driver::DriverClient> client,
                            driver::DriverClient::Connect(connect));
  const Status status =
      interactive ? RunInteractively(*client, *format) : RunText(*client, text, source, *format);
  // What the statements did is done, whether or not the session could still be closed.
  (void)client->Close();
  return status;
}

}  // namespace

void AddSqlCommand(CommandSet& set) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      AddCommand(set, "sql", "Run SQL through the connection, or as a shell on a terminal",
                 "lifeboat sql -q \"select count(*) from iceberg_prod.advertising.campaigns\" --format json",
                 [options] { return Run(*options); });
  AddConnectionOptions(command, options->choice);
  command.add_option("-q,--query", options->query, "Statements to run");
  command.add_option("-f,--file", options->file, "File of statements to run; - is standard input");
  command.add_option("--format", options->format, "table, json or csv");
}

}  // namespace lifeboat::app
