#include "lifeboat/advertising/dates.h"

#include <charconv>
#include <chrono>

#include "lifeboat/advertising/fixed_text.h"

namespace lifeboat::app::advertising {

Result<int32_t> ParseDate(std::string_view text) {
  const auto number = [&](size_t offset, size_t length) {
    int value = -1;
    const char* begin = text.data() + offset;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc() && end == begin + length ? value : -1;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year > 0 && month > 0 && day > 0 && date.ok()) {
      return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
    }
  }
  return Status::InvalidArgument("'{}' is not a date; write it as YYYY-MM-DD", text);
}

std::string FormatDate(int32_t days) {
  FixedText<10> text;
  text.Date(days);
  return std::string(text.view());
}

}  // namespace lifeboat::app::advertising
