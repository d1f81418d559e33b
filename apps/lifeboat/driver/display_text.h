// Cells of a result set as people read them.
#ifndef LIFEBOAT_DRIVER_DISPLAY_TEXT_H_
#define LIFEBOAT_DRIVER_DISPLAY_TEXT_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::driver {

// `type` in upper case; `text` as the protocol sends it: dates as days since 1970, times as seconds.fraction,
// TIMESTAMP_TZ with the offset in minutes + 1440 after a blank. Fractions lose their trailing zeros, in
// timestamps down to milliseconds. kInvalidArgument for text that is not of the type.
Result<std::string> DisplayText(std::string_view type, std::string_view text);

}  // namespace lifeboat::driver

#endif  // LIFEBOAT_DRIVER_DISPLAY_TEXT_H_
