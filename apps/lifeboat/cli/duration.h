// Durations as people write them in options and settings: "90s", "30m", "12h", "7d"; "0" is none.
#ifndef LIFEBOAT_CLI_DURATION_H_
#define LIFEBOAT_CLI_DURATION_H_

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace lifeboat::app {

// kInvalidArgument, saying how to write it.
Result<std::chrono::seconds> ParseDuration(std::string_view text);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_CLI_DURATION_H_
