// Calendar days of the advertising data, as days since 1970-01-01 (UTC), and their text forms.
#ifndef LIFEBOAT_ADVERTISING_DATES_H_
#define LIFEBOAT_ADVERTISING_DATES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::app::advertising {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

// "2026-01-31"; kInvalidArgument for anything else, 2026-02-30 included.
Result<int32_t> ParseDate(std::string_view text);
std::string FormatDate(int32_t days);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_DATES_H_
