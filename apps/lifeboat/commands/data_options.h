// The options that shape the advertising data; `generate`, `load` and `demo` share them.
#ifndef LIFEBOAT_COMMANDS_DATA_OPTIONS_H_
#define LIFEBOAT_COMMANDS_DATA_OPTIONS_H_

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "lifeboat/advertising/plan.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

struct DataOptions {
  advertising::PlanOptions plan;  // without the days
  std::string start, end;         // YYYY-MM-DD; empty: the 90 days before today
};

void AddDataOptions(CLI::App& command, DataOptions& options);
Result<advertising::Plan> MakePlan(const DataOptions& options, const Clock& clock);
int32_t Today(const Clock& clock);
// As many threads as the machine runs at a time.
int DefaultThreads();

}  // namespace lifeboat::app

#endif  // LIFEBOAT_COMMANDS_DATA_OPTIONS_H_
