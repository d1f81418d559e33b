// Literal: one value of a primitive type, or null. It does not carry its type; whoever holds a literal knows
// the field it belongs to.
//
// Representation by type: boolean → bool; int, date (days) → int32_t; long, time (µs), timestamp* (µs or ns)
// → int64_t; float, double; decimal → Int128 (unscaled); string, uuid (16 bytes), fixed, binary → std::string
// of bytes.
//
// Source: Iceberg table spec, Appendix D "Single-value serialization" (binary for bounds, JSON for defaults).
#ifndef LIFEBOAT_ICEBERG_MODEL_LITERAL_H_
#define LIFEBOAT_ICEBERG_MODEL_LITERAL_H_

#include <boost/json/value.hpp>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

using Int128 = __int128;

class Literal {
 public:
  using Value = std::variant<std::monostate, bool, int32_t, int64_t, float, double, Int128, std::string>;

  Literal() = default;  // null
  explicit Literal(bool value) : value_(value) {}
  explicit Literal(int32_t value) : value_(value) {}
  explicit Literal(int64_t value) : value_(value) {}
  explicit Literal(float value) : value_(value) {}
  explicit Literal(double value) : value_(value) {}
  explicit Literal(Int128 value) : value_(value) {}
  explicit Literal(std::string value) : value_(std::move(value)) {}
  explicit Literal(const char* value) : value_(std::string(value)) {}

  bool is_null() const { return value_.index() == 0; }
  bool is_nan() const;
  const Value& value() const { return value_; }
  template <typename T>
  const T* As() const {
    return std::get_if<T>(&value_);
  }

  // Same alternative and same value; NaN equals NaN, null equals null.
  friend bool operator==(const Literal& a, const Literal& b);

 private:
  Value value_;
};

// Order of two literals of the same type: null first, NaN last, -0.0 equal to 0.0, bytes unsigned. Literals
// of different alternatives are unordered, except int against long and float against double, which compare by
// value.
std::partial_ordering Compare(const Literal& a, const Literal& b);

// The binary single-value form. Bytes written before a type promotion (int → long, float → double, decimal
// widening) are accepted. kCorruption for a wrong length.
Result<Literal> LiteralFromBytes(const Type& type, std::string_view bytes);
// REQUIRES: not null, of `type`.
std::string LiteralToBytes(const Type& type, const Literal& literal);

// The JSON single-value form: dates and times as ISO text, decimals as text, bytes as hexadecimal.
Result<Literal> LiteralFromJson(const Type& type, const boost::json::value& value, const JsonPath& path = {});
void AppendLiteralJson(const Type& type, const Literal& literal, JsonWriter& writer);

// `text` read as a value of `type`: "42", "2026-01-31", "2026-01-31T10:00:00", "true", "12.50", …; strings as
// they are. kInvalidArgument if it is none.
Result<Literal> ParseLiteral(const Type& type, std::string_view text);

// The value as people write it, for messages and partition paths: "42", "2026-01-31", "12.50", hexadecimal
// for bytes, "null".
std::string LiteralToText(const Type& type, const Literal& literal);

// `literal` (of a numeric, date, timestamp or string alternative) as a value of `type`: int → long, long →
// int where it fits, long → float or double, double → float where exact, and text by ParseLiteral.
Result<Literal> CastLiteral(const Type& type, const Literal& literal);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_LITERAL_H_
