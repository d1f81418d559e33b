#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace lifeboat {
namespace {

class KernelRandom : public Random {
 public:
  uint64_t Next() override {
    uint64_t value;
    Fill({reinterpret_cast<uint8_t*>(&value), sizeof value});
    return value;
  }
  void Fill(std::span<uint8_t> out) override {
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t n = getrandom(out.data() + done, out.size() - done, 0);
      if (n < 0 && errno == EINTR) continue;
      LIFEBOAT_CHECK(n > 0, "getrandom failed");
      done += static_cast<size_t>(n);
    }
  }
};

}  // namespace

void Random::Fill(std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size(); i += 8) {
    const uint64_t value = Next();
    std::memcpy(out.data() + i, &value, std::min<size_t>(8, out.size() - i));
  }
}

uint64_t Random::Below(uint64_t bound) {
  LIFEBOAT_CHECK(bound > 0, "Below(0)");
  // Multiply-shift with rejection of the few values that would bias the result.
  const uint64_t threshold = -bound % bound;
  while (true) {
    const unsigned __int128 product = static_cast<unsigned __int128>(Next()) * bound;
    if (static_cast<uint64_t>(product) >= threshold) return static_cast<uint64_t>(product >> 64);
  }
}

double Random::Uniform() {
  return static_cast<double>(Next() >> 11) * 0x1.0p-53;
}

Random& SystemRandom() {
  static auto& random = *new KernelRandom;  // never destroyed, as SystemClock
  return random;
}

SeededRandom::SeededRandom(uint64_t seed) {
  // splitmix64 spreads any seed, also 0, over the whole state.
  for (uint64_t& word : state_) {
    seed += 0x9E3779B97F4A7C15u;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    word = z ^ (z >> 31);
  }
}

}  // namespace lifeboat
