// FixedText: short texts of known length (ids, dates, timestamps) built on the stack, without locale or
// allocation.
//
// The generator writes several of them a row; general formatting would cost more than everything else it
// does.
#ifndef LIFEBOAT_ADVERTISING_FIXED_TEXT_H_
#define LIFEBOAT_ADVERTISING_FIXED_TEXT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"

namespace lifeboat::app::advertising {

template <size_t kCapacity>
class FixedText {
 public:
  std::string_view view() const { return {data_, size_}; }
  void Clear() { size_ = 0; }

  void Text(std::string_view text) {
    LIFEBOAT_CHECK(size_ + text.size() <= kCapacity, "fixed text too small");
    for (const char c : text) data_[size_++] = c;
  }

  // Decimal with at least `width` digits.
  void Number(uint64_t value, size_t width) {
    char digits[20];
    size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count < width) digits[count++] = '0';
    LIFEBOAT_CHECK(size_ + count <= kCapacity, "fixed text too small");
    while (count > 0) data_[size_++] = digits[--count];
  }

  // "2026-01-31"
  void Date(int32_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    Number(static_cast<uint64_t>(static_cast<int>(date.year())), 4);
    Text("-");
    Number(static_cast<unsigned>(date.month()), 2);
    Text("-");
    Number(static_cast<unsigned>(date.day()), 2);
  }

  // "2026-01-31T12:34:56.123456"
  void Timestamp(int64_t micros) {
    const int64_t seconds = micros / 1'000'000;
    const int64_t of_day = seconds % 86'400;
    Date(static_cast<int32_t>(seconds / 86'400));
    Text("T");
    Number(static_cast<uint64_t>(of_day / 3600), 2);
    Text(":");
    Number(static_cast<uint64_t>(of_day / 60 % 60), 2);
    Text(":");
    Number(static_cast<uint64_t>(of_day % 60), 2);
    Text(".");
    Number(static_cast<uint64_t>(micros % 1'000'000), 6);
  }

  void HexUpper(uint32_t value) {
    for (int shift = 28; shift >= 0; shift -= 4) Text({&"0123456789ABCDEF"[value >> shift & 15], 1});
  }

 private:
  char data_[kCapacity];
  size_t size_ = 0;
};

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_FIXED_TEXT_H_
