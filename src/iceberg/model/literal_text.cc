// Literals as text: JSON single values, what people type, what messages and partition paths show.
#include <charconv>
#include <cmath>
#include <limits>

#include "base/encoding.h"
#include "base/uuid.h"
#include "iceberg/model/calendar.h"
#include "iceberg/model/literal.h"

namespace lifeboat::iceberg {
namespace {

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kNanos = 1'000'000'000;

Status NotA(const Type& type, std::string_view text) {
  return Status::InvalidArgument("'{}' is not a value of type {}", text, ToString(type));
}

template <typename T>
Result<Literal> ParseNumber(const Type& type, std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return NotA(type, text);
  return Literal(value);
}

Result<Literal> ParseDecimal(const Type& type, std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative || (!rest.empty() && rest.front() == '+')) rest.remove_prefix(1);
  Int128 unscaled = 0;
  int digits = 0, fraction_digits = -1;
  for (const char c : rest) {
    if (c == '.' && fraction_digits < 0) {
      fraction_digits = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 38) return NotA(type, text);
    if (fraction_digits >= 0 && ++fraction_digits > type.scale) {
      if (c != '0') return NotA(type, text);
      --fraction_digits;
      continue;
    }
    unscaled = unscaled * 10 + (c - '0');
  }
  if (digits == 0) return NotA(type, text);
  Int128 limit = 1;
  for (int i = 0; i < type.precision; ++i) limit *= 10;
  for (int i = std::max(fraction_digits, 0); i < type.scale; ++i) {
    if (unscaled >= limit / 10) return NotA(type, text);  // before it overflows
    unscaled *= 10;
  }
  if (unscaled >= limit) return NotA(type, text);
  return Literal(negative ? -unscaled : unscaled);
}

std::string DecimalText(Int128 unscaled, int32_t scale) {
  const bool negative = unscaled < 0;
  auto magnitude = static_cast<unsigned __int128>(unscaled);
  if (negative) magnitude = -magnitude;
  std::string digits;
  while (magnitude > 0 || digits.size() <= static_cast<size_t>(scale)) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  }
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

template <typename T>
Result<Literal> FromOptional(const Type& type, std::string_view text, const std::optional<int64_t>& value) {
  if (!value || *value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max()) {
    return NotA(type, text);
  }
  return Literal(static_cast<T>(*value));
}

Result<Literal> ParseBytes(const Type& type, std::string_view text) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::string bytes, HexDecode(text));
  if (type.id == TypeId::kFixed && bytes.size() != static_cast<size_t>(type.length)) return NotA(type, text);
  return Literal(std::move(bytes));
}

Result<Literal> ParseUuid(std::string_view text) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Uuid uuid, Uuid::Parse(text));
  return Literal(std::string(reinterpret_cast<const char*>(uuid.bytes().data()), uuid.bytes().size()));
}

Result<std::string> UuidText(std::string_view bytes) {
  if (bytes.size() != 16) return Status::InvalidArgument("a UUID has 16 bytes, not {}", bytes.size());
  const std::string hex = HexEncode(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string IntegerText(const Type& type, int64_t value) {
  switch (type.id) {
    case TypeId::kDate:
      return DateText(value);
    case TypeId::kTime:
      return TimeText(value, kMicros);
    case TypeId::kTimestamp:
      return TimestampText(value, kMicros);
    case TypeId::kTimestampTz:
      return TimestampText(value, kMicros) + "+00:00";
    case TypeId::kTimestampNs:
      return TimestampText(value, kNanos);
    case TypeId::kTimestampTzNs:
      return TimestampText(value, kNanos) + "+00:00";
    default:
      return std::to_string(value);
  }
}

// Text of int and date is the same number; so a JSON number of an integer type is not text.
bool IsJsonNumber(TypeId id) {
  return id == TypeId::kInt || id == TypeId::kLong || id == TypeId::kFloat || id == TypeId::kDouble;
}

}  // namespace

Result<Literal> ParseLiteral(const Type& type, std::string_view text) {
  switch (type.id) {
    case TypeId::kBoolean:
      if (text == "true" || text == "TRUE") return Literal(true);
      if (text == "false" || text == "FALSE") return Literal(false);
      return NotA(type, text);
    case TypeId::kInt:
      return ParseNumber<int32_t>(type, text);
    case TypeId::kLong:
      return ParseNumber<int64_t>(type, text);
    case TypeId::kFloat:
      return ParseNumber<float>(type, text);
    case TypeId::kDouble:
      return ParseNumber<double>(type, text);
    case TypeId::kDecimal:
      return ParseDecimal(type, text);
    case TypeId::kDate:
      return FromOptional<int32_t>(type, text, ParseDate(text));
    case TypeId::kTime:
      return FromOptional<int64_t>(type, text, ParseTime(text, kMicros));
    case TypeId::kTimestamp:
      return FromOptional<int64_t>(type, text, ParseTimestamp(text, kMicros, false));
    case TypeId::kTimestampTz:
      return FromOptional<int64_t>(type, text, ParseTimestamp(text, kMicros, true));
    case TypeId::kTimestampNs:
      return FromOptional<int64_t>(type, text, ParseTimestamp(text, kNanos, false));
    case TypeId::kTimestampTzNs:
      return FromOptional<int64_t>(type, text, ParseTimestamp(text, kNanos, true));
    case TypeId::kUuid:
      return ParseUuid(text);
    case TypeId::kFixed:
    case TypeId::kBinary:
      return ParseBytes(type, text);
    case TypeId::kString:
      return Literal(std::string(text));
    default:
      return Status::InvalidArgument("values of type {} cannot be written as text", ToString(type));
  }
}

std::string LiteralToText(const Type& type, const Literal& literal) {
  return std::visit(
      [&](const auto& value) -> std::string {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return "null";
        } else if constexpr (std::is_same_v<T, bool>) {
          return value ? "true" : "false";
        } else if constexpr (std::is_same_v<T, Int128>) {
          return DecimalText(value, type.scale);
        } else if constexpr (std::is_same_v<T, std::string>) {
          if (type.id == TypeId::kString) return value;
          if (type.id == TypeId::kUuid) return UuidText(value).value_or(HexEncode(value));
          return HexEncode(value);
        } else if constexpr (std::is_floating_point_v<T>) {
          return fmt::format("{}", value);
        } else {
          return IntegerText(type, value);
        }
      },
      literal.value());
}

Result<Literal> LiteralFromJson(const Type& type, const boost::json::value& value, const JsonPath& path) {
  if (value.is_null()) return Literal();
  if (type.id == TypeId::kBoolean) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool parsed, JsonAs<bool>(value, path));
    return Literal(parsed);
  }
  if (type.id == TypeId::kInt) {
    LIFEBOAT_ASSIGN_OR_RETURN(const int32_t parsed, JsonAs<int32_t>(value, path));
    return Literal(parsed);
  }
  if (type.id == TypeId::kLong) {
    LIFEBOAT_ASSIGN_OR_RETURN(const int64_t parsed, JsonAs<int64_t>(value, path));
    return Literal(parsed);
  }
  if (type.id == TypeId::kFloat || type.id == TypeId::kDouble) {
    LIFEBOAT_ASSIGN_OR_RETURN(const double parsed, JsonAs<double>(value, path));
    if (type.id == TypeId::kDouble) return Literal(parsed);
    if (std::abs(parsed) > std::numeric_limits<float>::max()) return path.Error("beyond the range of a float");
    return Literal(static_cast<float>(parsed));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, JsonAs<std::string>(value, path));
  Result<Literal> literal = ParseLiteral(type, text);
  if (!literal.ok()) return path.Error(literal.status().message());
  return literal;
}

void AppendLiteralJson(const Type& type, const Literal& literal, JsonWriter& writer) {
  if (literal.is_null()) return writer.Null();
  if (const bool* value = literal.As<bool>()) return writer.Bool(*value);
  if (const float* value = literal.As<float>()) return writer.Double(*value);
  if (const double* value = literal.As<double>()) return writer.Double(*value);
  if (IsJsonNumber(type.id)) return writer.Raw(LiteralToText(type, literal));
  writer.String(LiteralToText(type, literal));
}

Result<Literal> CastLiteral(const Type& type, const Literal& literal) {
  if (literal.is_null()) return literal;
  const auto refuse = [&] {
    return Status::InvalidArgument("a value of another kind cannot become {}", ToString(type));
  };
  if (const std::string* text = literal.As<std::string>()) {
    const bool bytes = type.id == TypeId::kString || type.id == TypeId::kBinary ||
                       type.id == TypeId::kFixed || (type.id == TypeId::kUuid && text->size() == 16);
    if (bytes) return literal;
    return ParseLiteral(type, *text);
  }
  if (literal.As<bool>() != nullptr) return type.id == TypeId::kBoolean ? Result<Literal>(literal) : refuse();
  if (literal.As<Int128>() != nullptr)
    return type.id == TypeId::kDecimal ? Result<Literal>(literal) : refuse();
  std::optional<int64_t> integer;
  if (const int32_t* value = literal.As<int32_t>()) integer = *value;
  if (const int64_t* value = literal.As<int64_t>()) integer = *value;
  std::optional<double> real;
  if (const float* value = literal.As<float>()) real = *value;
  if (const double* value = literal.As<double>()) real = *value;
  switch (type.id) {
    case TypeId::kInt:
    case TypeId::kDate:
      if (!integer || *integer < std::numeric_limits<int32_t>::min() ||
          *integer > std::numeric_limits<int32_t>::max()) {
        return refuse();
      }
      return Literal(static_cast<int32_t>(*integer));
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
      if (!integer) return refuse();
      return Literal(*integer);
    case TypeId::kFloat: {
      const double value = integer ? static_cast<double>(*integer) : *real;
      if (static_cast<double>(static_cast<float>(value)) != value && !std::isnan(value)) return refuse();
      return Literal(static_cast<float>(value));
    }
    case TypeId::kDouble:
      return Literal(integer ? static_cast<double>(*integer) : *real);
    case TypeId::kDecimal:
      return integer ? ParseLiteral(type, std::to_string(*integer)) : refuse();
    default:
      return refuse();
  }
}

}  // namespace lifeboat::iceberg
