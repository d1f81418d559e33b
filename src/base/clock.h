// Clock: the only way to read time. Code takes a Clock& so that tests and the simulator decide what time it is.
#ifndef LIFEBOAT_BASE_CLOCK_H_
#define LIFEBOAT_BASE_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace lifeboat {

using Duration = std::chrono::microseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01T00:00:00Z; may jump when the machine's clock is set.
  virtual int64_t NowMicros() const = 0;
  // Microseconds since an arbitrary origin; never goes back. For durations and deadlines.
  virtual int64_t MonotonicMicros() const = 0;
  virtual void SleepFor(Duration duration) = 0;

  int64_t NowMillis() const { return NowMicros() / 1000; }
};

// The machine's clock; lives for ever.
Clock& SystemClock();

// A clock that stands still until told otherwise. Thread-safe.
class ManualClock : public Clock {
 public:
  explicit ManualClock(int64_t now_micros = 1'700'000'000'000'000) : now_micros_(now_micros) {}
  int64_t NowMicros() const override { return now_micros_; }
  int64_t MonotonicMicros() const override { return now_micros_; }
  void SleepFor(Duration duration) override { Advance(duration); }
  void Advance(Duration duration) { now_micros_ += duration.count(); }

 private:
  std::atomic<int64_t> now_micros_;
};

// "2026-01-31T12:34:56.123456Z"
std::string FormatUtc(int64_t micros);

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_CLOCK_H_
