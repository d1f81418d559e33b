#include "iceberg/model/calendar.h"

#include <fmt/format.h>

#include <cstdlib>

namespace lifeboat::iceberg {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;

bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t DaysInMonth(int64_t year, int32_t month) {
  constexpr int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

// Takes `count` digits off the front of `text`.
std::optional<int64_t> TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int64_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int64_t> TakeDate(std::string_view& text) {
  const bool negative = Take(text, '-');
  size_t digits = 0;
  while (digits < text.size() && digits < 7 && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits < 4) return std::nullopt;
  const auto year = TakeDigits(text, digits);
  if (!year || !Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || *month < 1 || *month > 12 || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  const int64_t signed_year = negative ? -*year : *year;
  if (!day || *day < 1 || *day > DaysInMonth(signed_year, static_cast<int32_t>(*month))) return std::nullopt;
  return DaysFromCivil({signed_year, static_cast<int32_t>(*month), static_cast<int32_t>(*day)});
}

std::optional<int64_t> TakeTime(std::string_view& text, int64_t units_per_second) {
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int64_t units = (*hour * 3600 + *minute * 60) * units_per_second;
  if (!Take(text, ':')) return units;
  const auto second = TakeDigits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  units += *second * units_per_second;
  if (Take(text, '.')) {
    int64_t unit = units_per_second;
    size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      unit /= 10;  // digits beyond the unit are dropped
      units += (text.front() - '0') * unit;
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return std::nullopt;
  }
  return units;
}

// "", "Z" or "+HH:MM" in seconds; consumes it.
std::optional<int64_t> TakeZone(std::string_view& text) {
  if (text.empty() || Take(text, 'Z') || Take(text, 'z')) return 0;
  const bool minus = text.front() == '-';
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 18) return std::nullopt;
  Take(text, ':');
  const auto minutes = text.empty() ? std::optional<int64_t>(0) : TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const int64_t seconds = *hours * 3600 + *minutes * 60;
  return minus ? -seconds : seconds;
}

}  // namespace

// Both conversions count in 400-year eras of 146,097 days that start on the first of March.
int64_t DaysFromCivil(const CivilDate& date) {
  const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = FloorDivide(days, 146'097);
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = static_cast<int32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

std::string DateText(int64_t days) {
  const CivilDate date = CivilFromDays(days);
  return fmt::format("{}{:04}-{:02}-{:02}", date.year < 0 ? "-" : "", std::abs(date.year), date.month,
                     date.day);
}

std::string TimeText(int64_t units, int64_t units_per_second) {
  const int64_t seconds = units / units_per_second;
  const int64_t fraction = units % units_per_second;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction != 0) text += fmt::format(".{:0{}}", fraction, units_per_second == 1'000'000 ? 6 : 9);
  return text;
}

std::string TimestampText(int64_t units, int64_t units_per_second) {
  const int64_t units_per_day = kSecondsPerDay * units_per_second;
  // The beginning of the first day that has such an instant is before the least number.
  const int64_t rest = units % units_per_day;
  const int64_t time = rest < 0 ? rest + units_per_day : rest;
  return DateText(FloorDivide(units, units_per_day)) + "T" + TimeText(time, units_per_second);
}

std::optional<int64_t> ParseDate(std::string_view text) {
  const auto days = TakeDate(text);
  return text.empty() ? days : std::nullopt;
}

std::optional<int64_t> ParseTime(std::string_view text, int64_t units_per_second) {
  const auto units = TakeTime(text, units_per_second);
  return text.empty() ? units : std::nullopt;
}

std::optional<int64_t> ParseTimestamp(std::string_view text, int64_t units_per_second, bool zone) {
  const auto days = TakeDate(text);
  if (!days) return std::nullopt;
  int64_t units = 0;
  if (!text.empty() && (text.front() == 'T' || text.front() == ' ')) {
    text.remove_prefix(1);
    const auto time = TakeTime(text, units_per_second);
    if (!time) return std::nullopt;
    units = *time;
  }
  int64_t offset_seconds = 0;
  if (zone) {
    const auto parsed = TakeZone(text);
    if (!parsed) return std::nullopt;
    offset_seconds = *parsed;
  }
  if (!text.empty()) return std::nullopt;
  // Wider than the result: the first day that can be written begins before the least number.
  const auto units_of_days = static_cast<__int128>(*days) * kSecondsPerDay * units_per_second;
  const __int128 result = units_of_days + units - offset_seconds * units_per_second;
  if (result < INT64_MIN || result > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(result);
}

}  // namespace lifeboat::iceberg
