#include "iceberg/model/literal.h"

#include <cmath>
#include <cstring>

#include "base/check.h"

namespace lifeboat::iceberg {
namespace {

template <typename T>
std::string LittleEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));  // Lifeboat runs on little-endian machines only
  return bytes;
}

template <typename T>
T FromLittleEndian(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

// Two's complement, big-endian, in the fewest bytes.
std::string DecimalBytes(Int128 value) {
  std::string bytes(16, '\0');
  for (int i = 15; i >= 0; --i) {
    bytes[static_cast<size_t>(i)] = static_cast<char>(value & 0xFF);
    value >>= 8;
  }
  size_t skip = 0;
  while (skip < 15) {
    const bool negative = (bytes[skip + 1] & 0x80) != 0;
    if (static_cast<uint8_t>(bytes[skip]) != (negative ? 0xFF : 0x00)) break;
    ++skip;
  }
  return bytes.substr(skip);
}

Status WrongLength(const Type& type, size_t length) {
  return Status::Corruption("{} bytes are not a value of type {}", length, ToString(type));
}

template <typename T>
std::partial_ordering CompareFloating(T a, T b) {
  if (std::isnan(a) || std::isnan(b)) {
    return static_cast<int>(std::isnan(a)) <=> static_cast<int>(std::isnan(b));
  }
  return a <=> b;
}

}  // namespace

bool Literal::is_nan() const {
  if (const float* value = As<float>()) return std::isnan(*value);
  if (const double* value = As<double>()) return std::isnan(*value);
  return false;
}

bool operator==(const Literal& a, const Literal& b) {
  if (a.value_.index() != b.value_.index()) return false;
  if (a.is_nan() && b.is_nan()) return true;
  return a.value_ == b.value_;
}

std::partial_ordering Compare(const Literal& a, const Literal& b) {
  if (a.is_null() || b.is_null()) return static_cast<int>(!a.is_null()) <=> static_cast<int>(!b.is_null());
  return std::visit(
      [](const auto& x, const auto& y) -> std::partial_ordering {
        using X = std::remove_cvref_t<decltype(x)>;
        using Y = std::remove_cvref_t<decltype(y)>;
        constexpr bool kIntegers = (std::is_same_v<X, int32_t> || std::is_same_v<X, int64_t>)&&(
            std::is_same_v<Y, int32_t> || std::is_same_v<Y, int64_t>);
        if constexpr (kIntegers) {
          return static_cast<int64_t>(x) <=> static_cast<int64_t>(y);
        } else if constexpr (std::is_floating_point_v<X> && std::is_floating_point_v<Y>) {
          return CompareFloating(static_cast<double>(x), static_cast<double>(y));
        } else if constexpr (!std::is_same_v<X, Y>) {
          return std::partial_ordering::unordered;
        } else if constexpr (std::is_same_v<X, std::monostate>) {
          return std::partial_ordering::equivalent;
        } else if constexpr (std::is_same_v<X, std::string>) {
          return x.compare(y) <=> 0;  // std::char_traits<char> compares as unsigned bytes
        } else if constexpr (std::is_same_v<X, Int128>) {
          return x < y ? std::partial_ordering::less
                       : (x > y ? std::partial_ordering::greater : std::partial_ordering::equivalent);
        } else {
          return x <=> y;
        }
      },
      a.value(), b.value());
}

Result<Literal> LiteralFromBytes(const Type& type, std::string_view bytes) {
  const auto check = [&](size_t length) { return bytes.size() == length; };
  switch (type.id) {
    case TypeId::kBoolean:
      if (!check(1)) return WrongLength(type, bytes.size());
      return Literal(bytes[0] != 0);
    case TypeId::kInt:
    case TypeId::kDate:
      if (!check(4)) return WrongLength(type, bytes.size());
      return Literal(FromLittleEndian<int32_t>(bytes));
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
      if (check(4) && type.id == TypeId::kLong) return Literal(int64_t{FromLittleEndian<int32_t>(bytes)});
      if (!check(8)) return WrongLength(type, bytes.size());
      return Literal(FromLittleEndian<int64_t>(bytes));
    case TypeId::kFloat:
      if (!check(4)) return WrongLength(type, bytes.size());
      return Literal(FromLittleEndian<float>(bytes));
    case TypeId::kDouble:
      if (check(4)) return Literal(static_cast<double>(FromLittleEndian<float>(bytes)));
      if (!check(8)) return WrongLength(type, bytes.size());
      return Literal(FromLittleEndian<double>(bytes));
    case TypeId::kDecimal: {
      if (bytes.empty() || bytes.size() > 16) return WrongLength(type, bytes.size());
      Int128 value = (bytes[0] & 0x80) != 0 ? -1 : 0;
      for (const char byte : bytes) {
        value = static_cast<Int128>(static_cast<unsigned __int128>(value) << 8 | static_cast<uint8_t>(byte));
      }
      return Literal(value);
    }
    case TypeId::kUuid:
      if (!check(16)) return WrongLength(type, bytes.size());
      return Literal(std::string(bytes));
    case TypeId::kFixed:
      if (!check(static_cast<size_t>(type.length))) return WrongLength(type, bytes.size());
      return Literal(std::string(bytes));
    default:
      return Literal(std::string(bytes));
  }
}

std::string LiteralToBytes(const Type& type, const Literal& literal) {
  LIFEBOAT_CHECK(!literal.is_null(), "null has no binary form");
  return std::visit(
      [&](const auto& value) -> std::string {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<T, std::string>) {
          return value;
        } else if constexpr (std::is_same_v<T, bool>) {
          return std::string(1, value ? '\1' : '\0');
        } else if constexpr (std::is_same_v<T, Int128>) {
          return DecimalBytes(value);
        } else if constexpr (std::is_same_v<T, int32_t>) {
          return type.id == TypeId::kLong ? LittleEndian(int64_t{value}) : LittleEndian(value);
        } else if constexpr (std::is_same_v<T, float>) {
          return type.id == TypeId::kDouble ? LittleEndian(static_cast<double>(value)) : LittleEndian(value);
        } else {
          return LittleEndian(value);
        }
      },
      literal.value());
}

}  // namespace lifeboat::iceberg
