#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "account/sql/parser.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/shell/run_script.h"

namespace lifeboat::app {
namespace {

enum class LineEvent { kLine, kInterrupt, kEnd };

// Lines from a file descriptor, able to stop waiting when Ctrl-C is pressed.
class LineReader {
 public:
  explicit LineReader(int file) : file_(file) {}

  LineEvent Next(std::string& line) {
    while (true) {
      const size_t end = pending_.find('\n');
      if (end != std::string::npos) {
        line = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        return LineEvent::kLine;
      }
      if (WaitUnlessInterrupted(file_)) return LineEvent::kInterrupt;
      char buffer[4096];
      const ssize_t count = read(file_, buffer, sizeof buffer);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return LineEvent::kEnd;
      pending_.append(buffer, static_cast<size_t>(count));
    }
  }

 private:
  int file_;
  std::string pending_;
};

// A script is complete when text put behind it would begin a new statement.
bool IsComplete(const std::string& script) {
  const std::string probe = script + "\nSELECT";
  const auto statements = account::sql::SplitStatements(probe);
  return statements.size() >= 2 && statements.back().text == "SELECT";
}

// "ICEBERG_ANALYST@ICEBERG_PROD.ADVERTISING> ", leaving out what is not set.
std::string Prompt(const driver::CurrentObjects& current) {
  std::string prompt = current.role;
  if (!current.database.empty()) prompt += "@" + current.database;
  if (!current.schema.empty()) prompt += "." + current.schema;
  return prompt + "> ";
}

bool IsBlank(const std::string& script) {
  return account::sql::SplitStatements(script).empty();
}

}  // namespace

Status RunInteractively(driver::DriverClient& client, driver::ResultFormat format) {
  fmt::print("Statements end with a semicolon; Ctrl-C cancels, Ctrl-D leaves.\n");
  LineReader reader(STDIN_FILENO);
  std::string script;
  while (true) {
    const std::string prompt = script.empty() ? Prompt(client.current()) : "   -> ";
    fmt::print("{}", prompt);
    std::fflush(stdout);
    std::string line;
    const LineEvent event = reader.Next(line);
    if (event == LineEvent::kEnd) {
      fmt::print("\n");
      return Status::Ok();
    }
    if (event == LineEvent::kInterrupt) {
      if (!ForgetInterrupt()) return Status::Ok();
      script.clear();
      fmt::print("\n");
      continue;
    }
    script += line + "\n";
    if (IsBlank(script)) script.clear();
    if (script.empty() || !IsComplete(script)) continue;
    const int64_t started = SystemClock().MonotonicMicros();
    const Status status = RunScript(client, script, "input", [&](const driver::ResultSet& result) {
      const double seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
      fmt::print("{}{}\n", driver::FormatResult(result, format), ShortDuration(seconds));
    });
    if (!status.ok()) fmt::print(stderr, "{}\n", status.message());
    script.clear();
    if (Interrupted() && !ForgetInterrupt()) return Status::Ok();
  }
}

}  // namespace lifeboat::app
