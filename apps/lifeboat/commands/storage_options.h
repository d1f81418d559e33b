// The options of commands that make a deployment: where its lake is.
#ifndef LIFEBOAT_COMMANDS_STORAGE_OPTIONS_H_
#define LIFEBOAT_COMMANDS_STORAGE_OPTIONS_H_

#include "lifeboat/deployment/deployment.h"

namespace CLI {
class App;
}

namespace lifeboat::app {

void AddStorageOptions(CLI::App& command, UpOptions& up);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_COMMANDS_STORAGE_OPTIONS_H_
