// Partition transforms. Source: Iceberg table spec, "Partition Transforms" and Appendix B.
#include <charconv>

#include "iceberg/model/calendar.h"
#include "iceberg/model/murmur3.h"
#include "iceberg/model/partition_spec.h"

namespace lifeboat::iceberg {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kSecondsPerHour = 3'600;

bool IsTimestamp(TypeId id) {
  return id == TypeId::kTimestamp || id == TypeId::kTimestampTz || id == TypeId::kTimestampNs ||
         id == TypeId::kTimestampTzNs;
}

int64_t UnitsPerSecond(TypeId id) {
  return id == TypeId::kTimestampNs || id == TypeId::kTimestampTzNs ? 1'000'000'000 : 1'000'000;
}

// "<name>[<number>]"
std::optional<int32_t> BracketNumber(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || text.size() < name.size() + 3 || text[name.size()] != '[' ||
      text.back() != ']') {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(name.size() + 1, text.size() - name.size() - 2);
  int32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number <= 0) return std::nullopt;
  return number;
}

int32_t BucketHash(const Type& source, const Literal& value) {
  const Type long_type = Type::Primitive(TypeId::kLong);
  if (const int32_t* v = value.As<int32_t>()) return Murmur3(LiteralToBytes(long_type, Literal(int64_t{*v})));
  if (const int64_t* v = value.As<int64_t>()) {
    // Nanoseconds hash as their microseconds, so that a widened column keeps its buckets.
    const bool nanos = IsTimestamp(source.id) && UnitsPerSecond(source.id) == 1'000'000'000;
    return Murmur3(LiteralToBytes(long_type, Literal(nanos ? FloorDivide(*v, 1000) : *v)));
  }
  return Murmur3(
      LiteralToBytes(source, value));  // decimal: fewest bytes; string, uuid, fixed, binary: as they are
}

// The next lower multiple of `width`; wraps around below the least number, as in Java.
template <typename T>
T TruncateNumber(T value, int32_t width) {
  const T remainder = value % width;
  const T down = remainder < 0 ? remainder + width : remainder;
  return static_cast<T>(static_cast<unsigned __int128>(value) - static_cast<unsigned __int128>(down));
}

Literal Truncate(const Type& source, const Literal& value, int32_t width) {
  if (const int32_t* v = value.As<int32_t>()) return Literal(TruncateNumber(*v, width));
  if (const int64_t* v = value.As<int64_t>()) return Literal(TruncateNumber(*v, width));
  if (const Int128* v = value.As<Int128>()) return Literal(TruncateNumber(*v, width));
  const std::string& bytes = *value.As<std::string>();
  if (source.id != TypeId::kString) return Literal(bytes.substr(0, static_cast<size_t>(width)));
  // By code points: a byte that continues one does not count.
  size_t end = 0;
  int32_t points = 0;
  while (end < bytes.size()) {
    if ((bytes[end] & 0xC0) != 0x80 && ++points > width) break;
    ++end;
  }
  return Literal(bytes.substr(0, end));
}

int64_t DaysOf(const Type& source, const Literal& value) {
  if (const int32_t* days = value.As<int32_t>()) return *days;
  return FloorDivide(*value.As<int64_t>(), kSecondsPerDay * UnitsPerSecond(source.id));
}

}  // namespace

Transform Transform::Parse(std::string_view text) {
  constexpr std::pair<std::string_view, Kind> kPlain[] = {
      {"identity", Kind::kIdentity}, {"year", Kind::kYear}, {"month", Kind::kMonth}, {"day", Kind::kDay},
      {"hour", Kind::kHour},         {"void", Kind::kVoid}, {"years", Kind::kYear},  {"months", Kind::kMonth},
      {"days", Kind::kDay},          {"hours", Kind::kHour}};
  Transform transform;
  for (const auto& [name, kind] : kPlain) {
    if (text == name) {
      transform.kind = kind;
      return transform;
    }
  }
  if (const auto buckets = BracketNumber(text, "bucket")) {
    transform.kind = Kind::kBucket;
    transform.parameter = *buckets;
  } else if (const auto width = BracketNumber(text, "truncate")) {
    transform.kind = Kind::kTruncate;
    transform.parameter = *width;
  } else {
    transform.kind = Kind::kUnknown;
    transform.name = std::string(text);
  }
  return transform;
}

std::string Transform::ToString() const {
  switch (kind) {
    case Kind::kIdentity:
      return "identity";
    case Kind::kBucket:
      return fmt::format("bucket[{}]", parameter);
    case Kind::kTruncate:
      return fmt::format("truncate[{}]", parameter);
    case Kind::kYear:
      return "year";
    case Kind::kMonth:
      return "month";
    case Kind::kDay:
      return "day";
    case Kind::kHour:
      return "hour";
    case Kind::kVoid:
      return "void";
    case Kind::kUnknown:
      return name;
  }
  return name;
}

Result<Type> Transform::ResultType(const Type& source) const {
  const auto refuse = [&] {
    return Status::InvalidArgument("Invalid source type {} for transform: {}", iceberg::ToString(source),
                                   ToString());
  };
  if (!source.is_primitive() && kind != Kind::kVoid && kind != Kind::kUnknown) return refuse();
  switch (kind) {
    case Kind::kIdentity:
      if (source.id == TypeId::kVariant || source.id == TypeId::kGeometry ||
          source.id == TypeId::kGeography) {
        return refuse();
      }
      return source;
    case Kind::kBucket:
      switch (source.id) {
        case TypeId::kBoolean:
        case TypeId::kFloat:
        case TypeId::kDouble:
        case TypeId::kUnknown:
        case TypeId::kVariant:
        case TypeId::kGeometry:
        case TypeId::kGeography:
          return refuse();
        default:
          return Type::Primitive(TypeId::kInt);
      }
    case Kind::kTruncate:
      switch (source.id) {
        case TypeId::kInt:
        case TypeId::kLong:
        case TypeId::kDecimal:
        case TypeId::kString:
        case TypeId::kBinary:
          return source;
        default:
          return refuse();
      }
    case Kind::kYear:
    case Kind::kMonth:
      if (source.id != TypeId::kDate && !IsTimestamp(source.id)) return refuse();
      return Type::Primitive(TypeId::kInt);
    case Kind::kDay:
      if (source.id != TypeId::kDate && !IsTimestamp(source.id)) return refuse();
      return Type::Primitive(TypeId::kDate);
    case Kind::kHour:
      if (!IsTimestamp(source.id)) return refuse();
      return Type::Primitive(TypeId::kInt);
    case Kind::kVoid:
      return source;
    case Kind::kUnknown:
      if (name.starts_with("bucket") || name.starts_with("truncate")) {
        return Status::InvalidArgument("Invalid transform: {} needs a positive number in brackets", name);
      }
      return Type::Primitive(TypeId::kString);
  }
  return refuse();
}

Literal Transform::Apply(const Type& source, const Literal& value) const {
  if (value.is_null()) return value;
  switch (kind) {
    case Kind::kIdentity:
      return value;
    case Kind::kBucket:
      return Literal((BucketHash(source, value) & 0x7FFFFFFF) % parameter);
    case Kind::kTruncate:
      return Truncate(source, value, parameter);
    case Kind::kYear:
      return Literal(static_cast<int32_t>(CivilFromDays(DaysOf(source, value)).year - 1970));
    case Kind::kMonth: {
      const CivilDate date = CivilFromDays(DaysOf(source, value));
      return Literal(static_cast<int32_t>((date.year - 1970) * 12 + date.month - 1));
    }
    case Kind::kDay:
      return Literal(static_cast<int32_t>(DaysOf(source, value)));
    case Kind::kHour:
      return Literal(static_cast<int32_t>(
          FloorDivide(*value.As<int64_t>(), kSecondsPerHour * UnitsPerSecond(source.id))));
    case Kind::kVoid:
    case Kind::kUnknown:
      return Literal();
  }
  return Literal();
}

}  // namespace lifeboat::iceberg
