// Random: the only source of randomness, so that a simulation can be replayed from its seed.
#ifndef LIFEBOAT_BASE_RANDOM_H_
#define LIFEBOAT_BASE_RANDOM_H_

#include <cstdint>
#include <span>

namespace lifeboat {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;
  virtual void Fill(std::span<uint8_t> out);

  // Uniform in [0, bound). REQUIRES: bound > 0
  uint64_t Below(uint64_t bound);
  // Uniform in [0, 1).
  double Uniform();
};

// The kernel's generator: for secrets, tokens and ids. Thread-safe; lives for ever.
Random& SystemRandom();

// xoshiro256**: fast and reproducible, not for secrets. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed);
  uint64_t Next() override {
    const uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

 private:
  static uint64_t Rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  uint64_t state_[4];
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_RANDOM_H_
