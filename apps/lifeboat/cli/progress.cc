#include "lifeboat/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace lifeboat::app {
namespace {

constexpr int64_t kTerminalIntervalMicros = 100'000;
constexpr int64_t kPlainIntervalMicros = 5'000'000;
constexpr int kBarWidth = 30;

}  // namespace

std::string WithThousands(uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

std::string ShortDuration(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{} min {:02d} s", whole / 60, whole % 60);
}

Progress::Output Progress::DefaultOutput() {
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return {stderr, isatty(STDERR_FILENO) == 1 && !dumb};
}

Progress::Progress(std::string label, uint64_t total, std::string unit, Clock& clock, Output output)
    : label_(std::move(label)),
      total_(total),
      unit_(std::move(unit)),
      clock_(clock),
      output_(output),
      started_micros_(clock.MonotonicMicros()) {
  MutexLock lock(mutex_);
  next_draw_micros_ = started_micros_ + (output_.terminal ? 0 : kPlainIntervalMicros);
  if (output_.terminal) Draw();
}

Progress::~Progress() {
  MutexLock lock(mutex_);
  if (line_open_) fmt::print(output_.file, "\n");
}

void Progress::Advance(uint64_t amount) {
  MutexLock lock(mutex_);
  done_ += amount;
  if (!finished_ && clock_.MonotonicMicros() >= next_draw_micros_) Draw();
}

void Progress::Reach(uint64_t amount) {
  MutexLock lock(mutex_);
  done_ = std::max(done_, amount);
  if (!finished_ && clock_.MonotonicMicros() >= next_draw_micros_) Draw();
}

void Progress::Draw() {
  const int64_t now = clock_.MonotonicMicros();
  next_draw_micros_ = now + (output_.terminal ? kTerminalIntervalMicros : kPlainIntervalMicros);
  const double fraction =
      total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const std::string amount = total_ == 0 ? fmt::format("{} {}", WithThousands(done_), unit_)
                                         : fmt::format("{:3.0f} %  {} of {} {}", fraction * 100,
                                                       WithThousands(done_), WithThousands(total_), unit_);
  if (output_.terminal && total_ == 0) {
    fmt::print(output_.file, "\r\x1b[K{:<24} {}", label_, amount);
    line_open_ = true;
  } else if (!output_.terminal) {
    fmt::print(output_.file, "{}: {}\n", label_, amount);
  } else {
    const int filled = static_cast<int>(fraction * kBarWidth);
    std::string remaining;
    if (done_ > 0 && done_ < total_) {
      const double elapsed = static_cast<double>(now - started_micros_) / 1e6;
      remaining = "  " + ShortDuration(elapsed * (1 - fraction) / fraction) + " left";
    }
    fmt::print(output_.file, "\r\x1b[K{:<24} [{}{}] {}{}", label_,
               std::string(static_cast<size_t>(filled), '#'),
               std::string(static_cast<size_t>(kBarWidth - filled), '.'), amount, remaining);
    line_open_ = true;
  }
  std::fflush(output_.file);
}

void Progress::Finish(const std::string& note) {
  MutexLock lock(mutex_);
  if (finished_) return;
  finished_ = true;
  const double seconds = static_cast<double>(clock_.MonotonicMicros() - started_micros_) / 1e6;
  std::string rate;
  if (seconds > 0.01 && done_ > 1'000) {
    rate = fmt::format(" ({} {}/s)",
                       WithThousands(static_cast<uint64_t>(static_cast<double>(done_) / seconds)), unit_);
  }
  fmt::print(output_.file, "{}{}: {} {} in {}{}{}\n", output_.terminal ? "\r\x1b[K" : "", label_,
             WithThousands(done_), unit_, ShortDuration(seconds), rate, note.empty() ? "" : "; " + note);
  line_open_ = false;
  std::fflush(output_.file);
}

}  // namespace lifeboat::app
