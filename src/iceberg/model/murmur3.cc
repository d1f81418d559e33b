#include "iceberg/model/murmur3.h"

#include <cstring>

namespace lifeboat::iceberg {
namespace {

uint32_t Rotate(uint32_t x, int k) {
  return x << k | x >> (32 - k);
}

uint32_t Scramble(uint32_t k) {
  return Rotate(k * 0xcc9e2d51u, 15) * 0x1b873593u;
}

}  // namespace

int32_t Murmur3(std::string_view bytes) {
  uint32_t hash = 0;
  size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    uint32_t block;
    std::memcpy(&block, bytes.data() + at, 4);
    hash = Rotate(hash ^ Scramble(block), 13) * 5 + 0xe6546b64u;
  }
  uint32_t tail = 0;
  for (size_t i = bytes.size(); i > at; --i) tail = tail << 8 | static_cast<uint8_t>(bytes[i - 1]);
  if (at < bytes.size()) hash ^= Scramble(tail);
  hash ^= static_cast<uint32_t>(bytes.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6bu;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
  return static_cast<int32_t>(hash ^ hash >> 16);
}

}  // namespace lifeboat::iceberg
