#include "lifeboat/cli/duration.h"

#include <charconv>
#include <cstdint>

namespace lifeboat::app {
namespace {

constexpr int64_t kMaxSeconds = int64_t{100} * 365 * 86'400;

}  // namespace

Result<std::chrono::seconds> ParseDuration(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  int64_t unit_seconds = 0;
  if (unit == "s") unit_seconds = 1;
  if (unit == "m") unit_seconds = 60;
  if (unit == "h") unit_seconds = 3'600;
  if (unit == "d") unit_seconds = 86'400;
  if (unit.empty() && number == 0) unit_seconds = 1;
  if (error != std::errc() || unit_seconds == 0 || number < 0 || number > kMaxSeconds / unit_seconds) {
    return Status::InvalidArgument("'{}' is not a duration; write 90s, 30m, 12h or 7d", text);
  }
  return std::chrono::seconds(number * unit_seconds);
}

}  // namespace lifeboat::app
