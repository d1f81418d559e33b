// Uuid: 128-bit identifiers. Version 4 where only uniqueness matters, version 7 (time-ordered, RFC 9562) where ids are
// stored in order or must be accepted as Iceberg idempotency keys.
#ifndef LIFEBOAT_BASE_UUID_H_
#define LIFEBOAT_BASE_UUID_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace lifeboat {

class Uuid {
 public:
  Uuid() = default;  // all zero
  static Uuid V4(Random& random = SystemRandom());
  static Uuid V7(const Clock& clock = SystemClock(), Random& random = SystemRandom());
  // Accepts 8-4-4-4-12 hexadecimal digits in either case.
  static Result<Uuid> Parse(std::string_view text);

  int version() const { return bytes_[6] >> 4; }
  std::string ToString() const;  // lower case
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_UUID_H_
