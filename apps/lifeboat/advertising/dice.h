// Dice: the random choices of one row.
//
// Every row has dice of its own, seeded by (seed, table, row number), so a row is a function of those three:
// any row can be made by itself, by any thread, in any order, and a click can look at its impression without
// storing it.
#ifndef LIFEBOAT_ADVERTISING_DICE_H_
#define LIFEBOAT_ADVERTISING_DICE_H_

#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace lifeboat::app::advertising {

class Dice {
 public:
  enum Stream : uint64_t {
    kCampaign = 1,
    kImpression,
    kClick,
    kClickChoice,
    kConversion,
    kConversionChoice,
    kAppendedCampaign
  };

  Dice(uint64_t seed, Stream stream, uint64_t row)
      : random_(seed * 0xE7037ED1A0B428DB + stream * 0xD1342543DE82EF95 + row * 0xA0761D6478BD642F) {}

  // Uniform in [0, bound). The bias of at most bound / 2^64 is of no matter here.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(random_.Next()) * bound >> 64);
  }
  // Uniform in [low, high].
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low + 1)));
  }
  bool Percent(unsigned percent) { return Below(100) < percent; }
  template <typename T, size_t n>
  const T& Pick(const T (&items)[n]) {
    return items[Below(n)];
  }
  uint64_t Bits() { return random_.Next(); }

 private:
  SeededRandom random_;
};

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_DICE_H_
