// Process: one server process of a deployment, started detached, found again by a later command.
//
// A process is known by its pid file, which the child itself writes before it becomes the server: whatever
// kills the starter, no process runs that is not on file. A pid counts only while the process behind it was
// started with this very configuration file, so a recycled pid is never taken for ours.
#ifndef LIFEBOAT_DEPLOYMENT_PROCESS_H_
#define LIFEBOAT_DEPLOYMENT_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace lifeboat::app {

struct ProcessFiles {
  std::string name;    // "account-primary"
  std::string config;  // given to `lifeboat server --config`; absolute
  std::string pid;     // pid file
  std::string log;     // standard output and error, appended
};

// Starts `lifeboat server --config …` in a session of its own.
Result<pid_t> StartServerProcess(const ProcessFiles& files);

// Whether a process that this program started has ended.
bool HasEnded(pid_t child);

// The running process of these files, if there is one.
std::optional<pid_t> FindServerProcess(const ProcessFiles& files);

// SIGTERM, then SIGKILL after `grace`; returns when the process is gone. No process: nothing to do.
Status StopServerProcess(const ProcessFiles& files, std::chrono::milliseconds grace, Clock& clock);

// SIGKILL, as a crash would; returns when the process is gone.
Status KillServerProcess(const ProcessFiles& files, Clock& clock);

// The last line of the log that says something, for error messages.
std::string LastLogLine(const ProcessFiles& files);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEPLOYMENT_PROCESS_H_
