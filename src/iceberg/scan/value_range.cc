#include "iceberg/scan/value_range.h"

#include <algorithm>
#include <string_view>

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

bool MayEqual(const Literal& literal, const ValueRange& range) {
  if (literal.is_nan()) return range.may_be_nan;
  if (range.lower && Compare(literal, *range.lower) < 0) return false;
  return !(range.upper && Compare(literal, *range.upper) > 0);
}

bool MayStartWith(const Literal& literal, const ValueRange& range) {
  const std::string* prefix = literal.As<std::string>();
  if (prefix == nullptr) return true;
  const auto cut = [&](const Literal& bound) -> std::optional<std::string_view> {
    const std::string* text = bound.As<std::string>();
    if (text == nullptr) return std::nullopt;
    return std::string_view(*text).substr(0, prefix->size());
  };
  if (range.lower) {
    const auto lower = cut(*range.lower);
    if (lower && lower->size() == prefix->size() && *lower > *prefix) return false;
    if (lower && lower->size() < prefix->size() && *lower > std::string_view(*prefix)) return false;
  }
  if (range.upper) {
    const auto upper = cut(*range.upper);
    if (upper && *upper < std::string_view(*prefix).substr(0, upper->size())) return false;
  }
  return true;
}

bool IsExactly(const Literal& literal, const ValueRange& range) {
  return range.exact && !range.may_be_nan && range.lower && Compare(literal, *range.lower) == 0;
}

bool MayCompare(const Expression& predicate, const ValueRange& range) {
  if (predicate.literals.empty()) return predicate.op == Op::kNotIn;
  const Literal& literal = predicate.literals.front();
  switch (predicate.op) {
    case Op::kLess:
      if (literal.is_nan()) return true;
      return !(range.lower && (Compare(*range.lower, literal) > 0 || Compare(*range.lower, literal) == 0));
    case Op::kLessOrEqual:
      if (literal.is_nan()) return true;
      return !(range.lower && Compare(*range.lower, literal) > 0);
    case Op::kGreater:
      if (range.may_be_nan && !literal.is_nan()) return true;
      return !(range.upper && (Compare(*range.upper, literal) < 0 || Compare(*range.upper, literal) == 0));
    case Op::kGreaterOrEqual:
      if (range.may_be_nan) return true;
      return !(range.upper && Compare(*range.upper, literal) < 0);
    case Op::kEqual:
      return MayEqual(literal, range);
    case Op::kIn:
      return std::any_of(predicate.literals.begin(), predicate.literals.end(),
                         [&](const Literal& one) { return MayEqual(one, range); });
    case Op::kNotEqual:
      return !IsExactly(literal, range);
    case Op::kNotIn:
      return std::none_of(predicate.literals.begin(), predicate.literals.end(),
                          [&](const Literal& one) { return IsExactly(one, range); });
    case Op::kStartsWith:
      return MayStartWith(literal, range);
    case Op::kNotStartsWith: {
      const std::string* prefix = literal.As<std::string>();
      const std::string* value = range.exact && range.lower ? range.lower->As<std::string>() : nullptr;
      return prefix == nullptr || value == nullptr || !value->starts_with(*prefix);
    }
    default:
      return true;
  }
}

}  // namespace

ValueRange ValueRange::Of(const Literal& value) {
  ValueRange range;
  range.may_be_null = value.is_null();
  range.may_be_value = !value.is_null();
  range.may_be_nan = value.is_nan();
  if (!value.is_null() && !value.is_nan()) {
    range.lower = range.upper = value;
    range.exact = true;
  }
  return range;
}

bool MayMatch(const Expression& predicate, const ValueRange& range) {
  if (predicate.matches_null && range.may_be_null) return true;
  switch (predicate.op) {
    case Op::kTrue:
      return true;
    case Op::kFalse:
      return false;
    case Op::kIsNull:
      return range.may_be_null;
    case Op::kNotNull:
      return range.may_be_value;
    case Op::kIsNan:
      return range.may_be_value && range.may_be_nan;
    case Op::kNotNan:
      return range.may_be_value;
    default:
      return range.may_be_value && MayCompare(predicate, range);
  }
}

}  // namespace lifeboat::iceberg
