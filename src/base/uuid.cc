#include "base/uuid.h"

namespace lifeboat {

Uuid Uuid::V4(Random& random) {
  Uuid id;
  random.Fill(id.bytes_);
  id.bytes_[6] = static_cast<uint8_t>((id.bytes_[6] & 0x0F) | 0x40);
  id.bytes_[8] = static_cast<uint8_t>((id.bytes_[8] & 0x3F) | 0x80);
  return id;
}

Uuid Uuid::V7(const Clock& clock, Random& random) {
  Uuid id;
  random.Fill(id.bytes_);
  const auto millis = static_cast<uint64_t>(clock.NowMillis());
  for (int i = 0; i < 6; ++i) id.bytes_[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  id.bytes_[6] = static_cast<uint8_t>((id.bytes_[6] & 0x0F) | 0x70);
  id.bytes_[8] = static_cast<uint8_t>((id.bytes_[8] & 0x3F) | 0x80);
  return id;
}

Result<Uuid> Uuid::Parse(std::string_view text) {
  Uuid id;
  size_t nibble = 0;
  const auto bad = [&] { return Status::InvalidArgument("'{}' is not a UUID (8-4-4-4-12 hexadecimal digits)", text); };
  if (text.size() != 36) return bad();
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return bad();
      continue;
    }
    int value;
    if (c >= '0' && c <= '9') {
      value = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      value = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      value = c - 'A' + 10;
    } else {
      return bad();
    }
    uint8_t& byte = id.bytes_[nibble / 2];
    byte = static_cast<uint8_t>(nibble % 2 == 0 ? value << 4 : byte | value);
    ++nibble;
  }
  return id;
}

std::string Uuid::ToString() const {
  static const char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(digits[bytes_[i] >> 4]);
    out.push_back(digits[bytes_[i] & 0x0F]);
  }
  return out;
}

}  // namespace lifeboat
