#include "catalog/access/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog::access {
namespace {

constexpr std::chrono::milliseconds kWriteInterval{100};

int OpenForAppending(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

std::string Line(const AuditEvent& event, int64_t now_micros) {
  std::string line;
  iceberg::JsonWriter writer(&line);
  writer.BeginObject();
  writer.Member("time", FormatUtc(now_micros));
  writer.Member("decision", event.allowed ? "allow" : "deny");
  writer.Member("principal", event.principal.empty() ? std::string_view("anonymous") : event.principal);
  writer.Member("action", event.action);
  writer.Member("object", event.object);
  if (!event.reason.empty()) writer.Member("reason", event.reason);
  writer.Member("request-id", event.request_id);
  writer.Member("remote", event.remote);
  writer.EndObject();
  line += '\n';
  return line;
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& path, const Clock& clock) {
  const int file = OpenForAppending(path);
  if (file < 0) {
    return Status::FailedPrecondition("the audit log '{}' cannot be opened: {}; correct catalog.audit_log",
                                      path, strerror(errno));
  }
  return std::unique_ptr<AuditLog>(new AuditLog(path, file, clock));
}

AuditLog::AuditLog(std::string path, int file, const Clock& clock)
    : path_(std::move(path)), clock_(clock), file_(file) {
  writer_ = std::make_unique<PeriodicThread>("catalog-audit", kWriteInterval, [this] { WriteWaiting(); });
}

AuditLog::~AuditLog() {
  writer_.reset();
  WriteWaiting();
  if (file_ >= 0) close(file_);
}

void AuditLog::Record(const AuditEvent& event) {
  const std::string line = Line(event, clock_.NowMicros());
  const MutexLock lock(mutex_);
  if (waiting_.size() + line.size() > kWaitingBytesMax) {
    writer_->Wake();
    if (!event.changes_something) {
      ++lost_;
      return;
    }
    while (!waiting_.empty()) written_.Wait(mutex_);
  }
  waiting_ += line;
  recorded_bytes_ += line.size();
}

void AuditLog::Flush() {
  writer_->Wake();
  const MutexLock lock(mutex_);
  const uint64_t wanted = recorded_bytes_;
  while (written_bytes_ < wanted) written_.Wait(mutex_);
}

void AuditLog::WriteWaiting() {
  std::string lines;
  uint64_t lost = 0;
  {
    const MutexLock lock(mutex_);
    lines.swap(waiting_);
    lost = std::exchange(lost_, 0);
  }
  const uint64_t recorded = lines.size();
  if (lost > 0) {
    lines += fmt::format("{{\"time\":\"{}\",\"lost-lines\":{}}}\n", FormatUtc(clock_.NowMicros()), lost);
  }
  if (!lines.empty()) {
    Reopen();
    Append(lines);
  }
  const MutexLock lock(mutex_);
  written_bytes_ += recorded;
  written_.NotifyAll();
}

// Somebody may have moved the file away to start a new one.
void AuditLog::Reopen() {
  struct stat named = {};
  struct stat opened = {};
  if (file_ >= 0 && stat(path_.c_str(), &named) == 0 && fstat(file_, &opened) == 0 &&
      named.st_ino == opened.st_ino && named.st_dev == opened.st_dev) {
    return;
  }
  const int file = OpenForAppending(path_);
  if (file < 0) return;  // better in the moved file than nowhere
  if (file_ >= 0) close(file_);
  file_ = file;
}

void AuditLog::Append(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t count = write(file_, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      if (!failing_)
        log::Error("the audit log cannot be written", {{"file", path_}, {"error", strerror(errno)}});
      failing_ = true;
      return;
    }
    lines.remove_prefix(static_cast<size_t>(count));
  }
  failing_ = false;
}

}  // namespace lifeboat::catalog::access
