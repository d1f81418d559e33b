// Dates and times of the proleptic Gregorian calendar as Iceberg stores them: days, microseconds or
// nanoseconds since 1970-01-01, and their ISO 8601 text.
#ifndef LIFEBOAT_ICEBERG_MODEL_CALENDAR_H_
#define LIFEBOAT_ICEBERG_MODEL_CALENDAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::iceberg {

struct CivilDate {
  int64_t year = 1970;
  int32_t month = 1;  // 1–12
  int32_t day = 1;    // 1–31
};

int64_t DaysFromCivil(const CivilDate& date);
CivilDate CivilFromDays(int64_t days);

// Rounds towards minus infinity.
constexpr int64_t FloorDivide(int64_t value, int64_t divisor) {
  const int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

std::string DateText(int64_t days);  // "2026-01-31"
// "10:00:00", with a fraction when it is not zero; `units_per_second` is 1'000'000 or 1'000'000'000.
std::string TimeText(int64_t units, int64_t units_per_second);
std::string TimestampText(int64_t units, int64_t units_per_second);  // "2026-01-31T10:00:00.123456"

// Nothing when the text is not of that form or not a date.
std::optional<int64_t> ParseDate(std::string_view text);
std::optional<int64_t> ParseTime(std::string_view text, int64_t units_per_second);
// 'T' or ' ' between date and time; a date alone is midnight. With `zone`, a trailing "Z" or "+HH:MM" is
// accepted and taken into account; without it, it is refused.
std::optional<int64_t> ParseTimestamp(std::string_view text, int64_t units_per_second, bool zone);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_CALENDAR_H_
