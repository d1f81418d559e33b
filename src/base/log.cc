#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/clock.h"
#include "base/json_string.h"

namespace lifeboat::log {
namespace {

struct State {
  Options options;
  std::shared_ptr<spdlog::logger> logger = [] {
    auto logger = std::make_shared<spdlog::logger>("lifeboat", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
  }();
};

State& GlobalState() {
  static State state;
  return state;
}

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "?";
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '=') return true;
  }
  return false;
}

}  // namespace

void Configure(const Options& options) { GlobalState().options = options; }

void Write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  State& state = GlobalState();
  if (level < state.options.level) return;
  std::string line;
  const std::string time = FormatUtc(SystemClock().NowMicros());
  if (state.options.json) {
    line = fmt::format(R"({{"time":"{}","level":"{}")", time, LevelName(level));
    if (!state.options.process.empty()) {
      line += R"(,"process":)";
      AppendJsonString(line, state.options.process);
    }
    line += R"(,"message":)";
    AppendJsonString(line, message);
    for (const Field& field : fields) {
      line.push_back(',');
      AppendJsonString(line, field.key);
      line.push_back(':');
      if (field.is_number) line += field.value;
      else AppendJsonString(line, field.value);
    }
    line.push_back('}');
  } else {
    line = fmt::format("{} {:<7} ", time, LevelName(level));
    if (!state.options.process.empty()) line += fmt::format("[{}] ", state.options.process);
    line += message;
    for (const Field& field : fields) {
      line += fmt::format(" {}=", field.key);
      if (NeedsQuotes(field.value)) AppendJsonString(line, field.value);
      else line += field.value;
    }
  }
  state.logger->log(spdlog::level::info, fmt::string_view(line));
}

}  // namespace lifeboat::log
