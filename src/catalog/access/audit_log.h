// AuditLog: one JSON line for each decision about access, appended to a file.
//
//   {"time":"2026-01-31T12:34:56.123456Z","decision":"deny","principal":"eva","action":"POST /v1/{prefix}/…",
//    "object":"table n.t","reason":"principal 'eva' lacks insert on
//    …","request-id":"…","remote":"127.0.0.1:4711"}
//
// A line never holds a body, a header or a query, so it cannot hold a secret. Recording hands the line to a
// thread of the log's own and returns. When the disk cannot follow, requests that change something wait;
// those that only read do not, and how many of their lines were lost is written to the file instead. The file
// is opened by name again when it was moved or removed, so that log rotation needs no signal.
#ifndef LIFEBOAT_CATALOG_ACCESS_AUDIT_LOG_H_
#define LIFEBOAT_CATALOG_ACCESS_AUDIT_LOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/result.h"

namespace lifeboat::catalog::access {

struct AuditEvent {
  bool allowed = true;
  bool changes_something = false;
  std::string_view principal;  // empty: anonymous
  std::string_view action;
  std::string_view object;
  std::string_view reason;  // of a refusal
  std::string_view request_id;
  std::string_view remote;
};

class AuditLog {
 public:
  // kFailedPrecondition when the file cannot be opened for appending.
  static Result<std::unique_ptr<AuditLog>> Open(const std::string& path, const Clock& clock);
  ~AuditLog();  // writes what was recorded

  void Record(const AuditEvent& event);
  // Waits until everything recorded so far is in the file.
  void Flush();

 private:
  static constexpr size_t kWaitingBytesMax = 4u << 20;

  AuditLog(std::string path, int file, const Clock& clock);
  void WriteWaiting();
  void Reopen();
  void Append(std::string_view lines);

  const std::string path_;
  const Clock& clock_;
  int file_;  // of the writing thread
  bool failing_ = false;

  Mutex mutex_;
  CondVar written_;
  std::string waiting_ GUARDED_BY(mutex_);
  uint64_t lost_ GUARDED_BY(mutex_) = 0;
  uint64_t recorded_bytes_ GUARDED_BY(mutex_) = 0;
  uint64_t written_bytes_ GUARDED_BY(mutex_) = 0;
  std::unique_ptr<PeriodicThread> writer_;
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_AUDIT_LOG_H_
