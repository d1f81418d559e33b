// QueryLoop: a client that asks one query again and again on its own thread and remembers every answer.
#ifndef LIFEBOAT_DEMO_QUERY_LOOP_H_
#define LIFEBOAT_DEMO_QUERY_LOOP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/status.h"
#include "lifeboat/driver/driver_client.h"

namespace lifeboat::app {

class QueryLoop {
 public:
  struct Answer {
    int64_t answered_micros = 0;  // monotonic
    Status status;
    // First and second column of the first row.
    std::string account, count;
  };

  // `client` is used by the loop alone until Stop.
  QueryLoop(driver::DriverClient& client, std::string sql, Clock& clock);
  ~QueryLoop();

  size_t answers() const EXCLUDES_LOCK(mutex_);
  // The first answer given by another account than `account`.
  std::optional<Answer> FirstFromElsewhere(const std::string& account) const EXCLUDES_LOCK(mutex_);
  // Ends the loop after the query under way.
  std::vector<Answer> Stop() EXCLUDES_LOCK(mutex_);

 private:
  void Run();

  driver::DriverClient& client_;
  const std::string sql_;
  Clock& clock_;
  mutable Mutex mutex_;
  CondVar stopped_;
  std::vector<Answer> answers_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool running_ GUARDED_BY(mutex_) = true;
  ThreadPool thread_;
};

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DEMO_QUERY_LOOP_H_
