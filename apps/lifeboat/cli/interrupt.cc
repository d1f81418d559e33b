#include "lifeboat/cli/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/check.h"

namespace lifeboat::app {
namespace {

// Written by whichever thread a signal finds, read by all.
std::atomic<int> g_signals = 0;
std::atomic<bool> g_terminated = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);
// A byte is written per signal and stays there, so that the read end remains readable: poll() on it is the
// wait.
int g_pipe[2] = {-1, -1};

void OnSignal(int signal_number) {
  if (g_signals > 0 && signal_number == SIGINT) _exit(130);
  ++g_signals;
  if (signal_number == SIGTERM) g_terminated = true;
  const int saved_errno = errno;
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = write(g_pipe[1], &byte, 1);
  errno = saved_errno;
}

bool WaitForSignal(int timeout_ms) {
  pollfd waiting{g_pipe[0], POLLIN, 0};
  while (g_signals == 0) {
    const int ready = poll(&waiting, 1, timeout_ms);
    if (ready >= 0 || errno != EINTR) break;
  }
  return g_signals != 0;
}

}  // namespace

void InstallInterruptHandler() {
  if (g_pipe[0] >= 0) return;
  LIFEBOAT_CHECK(pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) == 0, "cannot make a pipe");
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

bool Interrupted() {
  return g_signals != 0;
}

Status CheckInterrupted() {
  if (!Interrupted()) return Status::Ok();
  return Status(StatusCode::kCancelled, "stopped on request; run the same command again to start over");
}

bool ForgetInterrupt() {
  if (g_terminated) return false;
  char bytes[64];
  while (read(g_pipe[0], bytes, sizeof bytes) > 0) {
  }
  g_signals = 0;
  return true;
}

bool WaitUnlessInterrupted(int file) {
  pollfd waiting[] = {{file, POLLIN, 0}, {g_pipe[0], POLLIN, 0}};
  while (g_signals == 0 && poll(waiting, 2, -1) < 0 && errno == EINTR) {
  }
  return g_signals != 0;
}

void WaitForInterrupt() {
  while (!WaitForSignal(-1)) {
  }
}

bool SleepUnlessInterrupted(std::chrono::milliseconds duration) {
  return WaitForSignal(static_cast<int>(duration.count()));
}

}  // namespace lifeboat::app
