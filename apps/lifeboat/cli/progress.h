// Progress: how far a long step is, as a bar on a terminal and as plain lines elsewhere (logs, CI, pipes).
//
// Written to standard error, so that facts on standard output can be piped. Thread-safe.
//
//   Progress progress("impressions", 625'000, "rows");   // 0: nobody knows how many
//   progress.Advance(4096);
//   progress.Finish();   // a step that is abandoned without Finish() leaves its last line standing
#ifndef LIFEBOAT_CLI_PROGRESS_H_
#define LIFEBOAT_CLI_PROGRESS_H_

#include <cstdint>
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"

namespace lifeboat::app {

// 1234567 → "1,234,567"
std::string WithThousands(uint64_t number);
// "0.4 s", "12 s", "3 min 05 s"
std::string ShortDuration(double seconds);

class Progress {
 public:
  struct Output {
    FILE* file = stderr;
    bool terminal = false;
  };
  // Standard error; a terminal if it is one and TERM is not "dumb".
  static Output DefaultOutput();

  Progress(std::string label, uint64_t total, std::string unit, Clock& clock = SystemClock(),
           Output output = DefaultOutput());
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Advance(uint64_t amount) EXCLUDES_LOCK(mutex_);
  // The amount done so far, for steps that count by themselves; never goes back.
  void Reach(uint64_t amount) EXCLUDES_LOCK(mutex_);
  // Prints the final line, with amount, duration and rate. `note` is put behind it.
  void Finish(const std::string& note = "") EXCLUDES_LOCK(mutex_);

 private:
  void Draw() REQUIRES_LOCK(mutex_);

  const std::string label_;
  const uint64_t total_;
  const std::string unit_;
  Clock& clock_;
  const Output output_;
  const int64_t started_micros_;
  Mutex mutex_;
  uint64_t done_ GUARDED_BY(mutex_) = 0;
  int64_t next_draw_micros_ GUARDED_BY(mutex_) = 0;
  bool line_open_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
};

}  // namespace lifeboat::app

#endif  // LIFEBOAT_CLI_PROGRESS_H_
