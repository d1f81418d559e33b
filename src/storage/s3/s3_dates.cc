#include "storage/s3/s3_dates.h"

#include <array>
#include <chrono>

namespace lifeboat::storage::s3 {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// Reads fields of fixed width off the front of a text; one failure makes all later ones fail.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  int Number(size_t digits) {
    if (rest_.size() < digits) return Fail();
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return Fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  void Literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) Fail();
    if (ok_) rest_.remove_prefix(expected.size());
  }
  // 1…12
  int MonthName() {
    static constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (size_t i = 0; i < kNames.size(); ++i) {
      if (rest_.starts_with(kNames[i])) {
        rest_.remove_prefix(3);
        return static_cast<int>(i) + 1;
      }
    }
    return Fail();
  }
  // ".123" as microseconds; digits beyond the sixth are dropped.
  int FractionMicros() {
    if (!rest_.starts_with('.')) return 0;
    rest_.remove_prefix(1);
    int micros = 0;
    int scale = 100'000;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      micros += (rest_[0] - '0') * scale;
      scale /= 10;
      rest_.remove_prefix(1);
    }
    return micros;
  }
  void SkipPast(std::string_view text) {
    const size_t found = rest_.find(text);
    if (found == std::string_view::npos) {
      Fail();
    } else {
      rest_.remove_prefix(found + text.size());
    }
  }
  bool Finished() const { return ok_ && rest_.empty(); }

 private:
  int Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

struct CivilTime {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0;
};

Result<int64_t> ToMicros(const CivilTime& time, bool parsed, std::string_view text) {
  const std::chrono::year_month_day date{std::chrono::year(time.year),
                                         std::chrono::month(static_cast<unsigned>(time.month)),
                                         std::chrono::day(static_cast<unsigned>(time.day))};
  if (!parsed || !date.ok() || time.hour > 23 || time.minute > 59 || time.second > 60)
    return Status::InvalidArgument("'{}' is not a date the S3 protocol knows", text);
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second;
  return seconds * kMicrosPerSecond + time.micros;
}

}  // namespace

std::string FormatAmzDate(int64_t micros) {
  const std::chrono::sys_seconds when{
      std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(micros))};
  const auto midnight = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(when - midnight);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

Result<int64_t> ParseAmzDate(std::string_view text) {
  FieldReader reader(text);
  CivilTime time;
  time.year = reader.Number(4);
  time.month = reader.Number(2);
  time.day = reader.Number(2);
  reader.Literal("T");
  time.hour = reader.Number(2);
  time.minute = reader.Number(2);
  time.second = reader.Number(2);
  reader.Literal("Z");
  return ToMicros(time, reader.Finished(), text);
}

Result<int64_t> ParseIsoDate(std::string_view text) {
  FieldReader reader(text);
  CivilTime time;
  time.year = reader.Number(4);
  reader.Literal("-");
  time.month = reader.Number(2);
  reader.Literal("-");
  time.day = reader.Number(2);
  reader.Literal("T");
  time.hour = reader.Number(2);
  reader.Literal(":");
  time.minute = reader.Number(2);
  reader.Literal(":");
  time.second = reader.Number(2);
  time.micros = reader.FractionMicros();
  reader.Literal("Z");
  return ToMicros(time, reader.Finished(), text);
}

Result<int64_t> ParseHttpDate(std::string_view text) {
  FieldReader reader(text);
  CivilTime time;
  reader.SkipPast(", ");
  time.day = reader.Number(2);
  reader.Literal(" ");
  time.month = reader.MonthName();
  reader.Literal(" ");
  time.year = reader.Number(4);
  reader.Literal(" ");
  time.hour = reader.Number(2);
  reader.Literal(":");
  time.minute = reader.Number(2);
  reader.Literal(":");
  time.second = reader.Number(2);
  reader.Literal(" GMT");
  return ToMicros(time, reader.Finished(), text);
}

}  // namespace lifeboat::storage::s3
