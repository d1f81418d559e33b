#include "lifeboat/deployment/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "lifeboat/deployment/private_file.h"

namespace lifeboat::app {
namespace {

constexpr std::chrono::milliseconds kPollInterval{20};
constexpr std::chrono::milliseconds kKillLimit{10'000};

// Between fork and exec: only async-signal-safe calls.
[[noreturn]] void BecomeServer(const ProcessFiles& files, int log) {
  setsid();
  // 0600 even if the umask says otherwise; a partial line is not a number and counts as no process.
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits - 1, getpid());
  *end = '\n';
  const int pid_file = open(files.pid.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (pid_file < 0 || write(pid_file, digits, static_cast<size_t>(end - digits) + 1) < 0) _exit(1);
  close(pid_file);
  const int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(1);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  const char* arguments[] = {"lifeboat", "server", "--config", files.config.c_str(), nullptr};
  // The running program itself, even if its file has been replaced meanwhile.
  execv("/proc/self/exe", const_cast<char* const*>(arguments));
  _exit(1);
}

std::optional<pid_t> RecordedPid(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  if (!text.ok() || !text->ends_with('\n')) return std::nullopt;
  pid_t pid = 0;
  const char* last = text->data() + text->size() - 1;
  const auto [end, error] = std::from_chars(text->data(), last, pid);
  if (error != std::errc() || end != last || pid <= 1) return std::nullopt;
  return pid;
}

bool RunsConfig(pid_t pid, const std::string& config) {
  // Empty for a zombie.
  const Result<std::string> arguments = ReadWholeFile(fmt::format("/proc/{}/cmdline", pid));
  if (!arguments.ok()) return false;
  const std::string wanted = std::string("\0--config\0", 10) + config + '\0';
  return arguments->find(wanted) != std::string::npos;
}

// True once the process is gone.
bool WaitUntilGone(const ProcessFiles& files, std::chrono::milliseconds limit, Clock& clock) {
  const int64_t deadline = clock.MonotonicMicros() + std::chrono::microseconds(limit).count();
  while (FindServerProcess(files).has_value()) {
    if (clock.MonotonicMicros() >= deadline) return false;
    clock.SleepFor(kPollInterval);
  }
  return true;
}

}  // namespace

Result<pid_t> StartServerProcess(const ProcessFiles& files) {
  const int log = open(files.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (log < 0) {
    return Status::FailedPrecondition("cannot write the log '{}': {}", files.log, std::strerror(errno));
  }
  const pid_t pid = fork();
  if (pid == 0) BecomeServer(files, log);
  close(log);
  if (pid < 0) return Status::ResourceExhausted("cannot start {}: {}", files.name, std::strerror(errno));
  return pid;
}

// An error means that its end has been taken note of before.
bool HasEnded(pid_t child) {
  return waitpid(child, nullptr, WNOHANG) != 0;
}

std::optional<pid_t> FindServerProcess(const ProcessFiles& files) {
  const std::optional<pid_t> pid = RecordedPid(files.pid);
  if (!pid.has_value()) return std::nullopt;
  waitpid(*pid, nullptr, WNOHANG);  // takes leave of it if it was our own child
  if (!RunsConfig(*pid, files.config)) return std::nullopt;
  return pid;
}

Status StopServerProcess(const ProcessFiles& files, std::chrono::milliseconds grace, Clock& clock) {
  if (const std::optional<pid_t> pid = FindServerProcess(files)) {
    kill(*pid, SIGTERM);
    if (!WaitUntilGone(files, grace, clock)) LIFEBOAT_RETURN_IF_ERROR(KillServerProcess(files, clock));
  }
  unlink(files.pid.c_str());
  return Status::Ok();
}

Status KillServerProcess(const ProcessFiles& files, Clock& clock) {
  const std::optional<pid_t> pid = FindServerProcess(files);
  if (!pid.has_value()) return Status::Ok();
  if (kill(*pid, SIGKILL) != 0 && errno != ESRCH) {
    return Status::PermissionDenied("cannot stop {} (process {}): {}", files.name, *pid,
                                    std::strerror(errno));
  }
  if (!WaitUntilGone(files, kKillLimit, clock)) {
    return Status::FailedPrecondition("{} (process {}) does not end even after SIGKILL", files.name, *pid);
  }
  return Status::Ok();
}

std::string LastLogLine(const ProcessFiles& files) {
  const Result<std::string> text = ReadWholeFile(files.log);
  if (!text.ok()) return "";
  std::string_view rest(*text);
  while (rest.ends_with('\n')) rest.remove_suffix(1);
  std::string_view line = rest.substr(rest.rfind('\n') + 1);
  constexpr std::string_view kPrefix = "lifeboat: ";
  if (line.starts_with(kPrefix)) line.remove_prefix(kPrefix.size());
  return std::string(line);
}

}  // namespace lifeboat::app
