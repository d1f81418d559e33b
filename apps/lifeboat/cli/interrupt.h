// Interrupt: Ctrl-C and SIGTERM as a question that long work asks itself.
//
// The first signal only raises a flag: loops call CheckInterrupted() between steps and unwind by returning
// kCancelled, so that everything they opened is closed. A second SIGINT ends the process at once.
#ifndef LIFEBOAT_CLI_INTERRUPT_H_
#define LIFEBOAT_CLI_INTERRUPT_H_

#include <chrono>

#include "base/status.h"

namespace lifeboat::app {

// Call once, before threads start.
void InstallInterruptHandler();

bool Interrupted();
// kCancelled once a signal has come.
Status CheckInterrupted();
// For a prompt that goes on after Ctrl-C: takes the flag down again. False when the process was asked to end
// (SIGTERM).
bool ForgetInterrupt();
// Blocks until a signal comes.
void WaitForInterrupt();
// Sleeps, but not past a signal; true if one came.
bool SleepUnlessInterrupted(std::chrono::milliseconds duration);
// Blocks until `file` can be read or a signal comes; true if one came.
bool WaitUnlessInterrupted(int file);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_CLI_INTERRUPT_H_
