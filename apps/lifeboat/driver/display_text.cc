#include "lifeboat/driver/display_text.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace lifeboat::driver {
namespace {

constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

struct Instant {
  int64_t seconds;  // since 1970, rounded down
  int64_t nanos;    // 0 … 999,999,999
};

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "-1.5" is half a second before second -1.
std::optional<Instant> ParseInstant(std::string_view text) {
  const bool negative = text.starts_with('-');
  const size_t point = text.find('.');
  const auto seconds = ParseInteger(text.substr(0, point));
  if (!seconds.has_value()) return std::nullopt;
  if (point == std::string_view::npos) return Instant{*seconds, 0};
  std::string fraction(text.substr(point + 1, 9));
  fraction.resize(9, '0');
  const auto nanos = ParseInteger(fraction);
  if (!nanos.has_value()) return std::nullopt;
  if (!negative || *nanos == 0) return Instant{*seconds, *nanos};
  return Instant{*seconds - 1, kNanosPerSecond - *nanos};
}

std::string DateText(int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string TimeText(int64_t second_of_day, int64_t nanos, size_t digits_min) {
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
  std::string fraction = fmt::format("{:09}", nanos);
  while (fraction.size() > digits_min && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + "." + fraction;
}

std::string TimestampText(const Instant& instant) {
  int64_t days = instant.seconds / kDaySeconds;
  if (instant.seconds % kDaySeconds < 0) --days;
  return DateText(days) + " " + TimeText(instant.seconds - days * kDaySeconds, instant.nanos, 3);
}

std::optional<std::string> ZonedText(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  auto instant = ParseInstant(text.substr(0, blank));
  const auto zone = ParseInteger(text.substr(blank + 1));
  if (!instant.has_value() || !zone.has_value()) return std::nullopt;
  const int64_t offset_minutes = *zone - 1440;
  instant->seconds += offset_minutes * 60;
  return fmt::format("{} {}{:02}{:02}", TimestampText(*instant), offset_minutes < 0 ? '-' : '+',
                     std::abs(offset_minutes) / 60, std::abs(offset_minutes) % 60);
}

std::optional<std::string> Display(std::string_view type, std::string_view text) {
  if (type == "BOOLEAN") {
    if (text == "1" || text == "true" || text == "TRUE") return "true";
    if (text == "0" || text == "false" || text == "FALSE") return "false";
    return std::nullopt;
  }
  if (type == "DATE") {
    const auto days = ParseInteger(text);
    if (!days.has_value()) return std::nullopt;
    return DateText(*days);
  }
  if (type == "TIMESTAMP_TZ") return ZonedText(text);
  if (type != "TIME" && type != "TIMESTAMP_NTZ" && type != "TIMESTAMP_LTZ") return std::string(text);
  const auto instant = ParseInstant(text);
  if (!instant.has_value()) return std::nullopt;
  if (type == "TIME") return TimeText(instant->seconds, instant->nanos, 0);
  return TimestampText(*instant) + (type == "TIMESTAMP_LTZ" ? "Z" : "");
}

}  // namespace

Result<std::string> DisplayText(std::string_view type, std::string_view text) {
  std::optional<std::string> shown = Display(type, text);
  if (shown.has_value()) return *std::move(shown);
  return Status::InvalidArgument("The server sent '{}' as a {}.", text, type);
}

}  // namespace lifeboat::driver
