#include "iceberg/model/bind_predicate.h"

#include <cmath>
#include <limits>

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;
using Position = UntypedLiteral::Position;

constexpr int64_t kMicrosADay = int64_t{24} * 3600 * 1'000'000;

bool IsTemporal(TypeId id) {
  return id == TypeId::kDate || id == TypeId::kTime || id == TypeId::kTimestamp ||
         id == TypeId::kTimestampTz || id == TypeId::kTimestampNs || id == TypeId::kTimestampTzNs;
}

UntypedLiteral FromInteger(const Type& type, int64_t value) {
  if (type.id == TypeId::kInt || type.id == TypeId::kDate) {
    if (value < std::numeric_limits<int32_t>::min()) return {Position::kBelow, {}};
    if (value > std::numeric_limits<int32_t>::max()) return {Position::kAbove, {}};
    return {Position::kExact, Literal(static_cast<int32_t>(value))};
  }
  if (type.id == TypeId::kTimestampNs || type.id == TypeId::kTimestampTzNs) {
    int64_t nanos;
    if (__builtin_mul_overflow(value, int64_t{1000}, &nanos))
      return {value < 0 ? Position::kBelow : Position::kAbove, {}};
    return {Position::kExact, Literal(nanos)};
  }
  if (type.id == TypeId::kTime) {
    if (value < 0) return {Position::kBelow, {}};
    if (value >= kMicrosADay) return {Position::kAbove, {}};
  }
  return {Position::kExact, Literal(value)};
}

UntypedLiteral FromReal(const Type& type, double value, bool exact) {
  if (type.id == TypeId::kDouble) return {exact ? Position::kExact : Position::kBetween, Literal(value)};
  const auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) && !std::isinf(value)) return {value < 0 ? Position::kBelow : Position::kAbove, {}};
  exact = exact && static_cast<double>(narrow) == value;
  return {exact ? Position::kExact : Position::kBetween, Literal(narrow)};
}

Result<UntypedLiteral> FromText(const Type& type, std::string_view text, const JsonPath& path) {
  Result<Literal> literal = ParseLiteral(type, text);
  if (!literal.ok()) return path.Error(literal.status().message());
  return UntypedLiteral{Position::kExact, std::move(literal).value()};
}

Expression Constant(bool value) {
  return value ? Expression::True() : Expression::False();
}

// Of a value beyond one end of the type: true or false of everything that is not null.
Expression BindOutside(Op op, const BoundTerm& term, Position position) {
  const bool above = position == Position::kAbove;
  switch (op) {
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual: {
      const bool is_less = op == Op::kLess || op == Op::kLessOrEqual;
      if (is_less != above) return Constant(false);
      Expression not_null = Expression::NotNull(term.field_id);
      not_null.transform = term.transform;
      return not_null;
    }
    default:
      return Constant(op == Op::kNotEqual);
  }
}

Expression BindOne(Op op, const BoundTerm& term, const UntypedLiteral& value) {
  if (value.position == Position::kBelow || value.position == Position::kAbove)
    return BindOutside(op, term, value.position);
  if (value.position == Position::kBetween) {
    if (op == Op::kNotEqual) return Constant(true);
    if (op == Op::kLess) op = Op::kLessOrEqual;
    if (op == Op::kGreater) op = Op::kGreaterOrEqual;
  }
  Expression predicate = Expression::Compare(op, term.field_id, value.literal);
  predicate.transform = term.transform;
  predicate.matches_null = op == Op::kNotEqual || op == Op::kNotStartsWith;
  return predicate;
}

Expression BindSet(Op op, const BoundTerm& term, const std::vector<UntypedLiteral>& values) {
  Expression predicate = Expression::In(term.field_id, {});
  predicate.op = op;
  predicate.transform = term.transform;
  predicate.matches_null = op == Op::kNotIn;
  for (const UntypedLiteral& value : values) {
    const bool counts =
        value.position == Position::kExact || (value.position == Position::kBetween && op == Op::kIn);
    if (counts) predicate.literals.push_back(value.literal);
  }
  return predicate.literals.empty() ? Constant(op == Op::kNotIn) : predicate;
}

}  // namespace

Result<UntypedLiteral> ReadUntypedLiteral(const Type& type, const boost::json::value& value,
                                          const JsonPath& path) {
  const auto refuse = [&] { return path.Mismatch("a value of type " + ToString(type), value); };
  switch (type.id) {
    case TypeId::kBoolean:
      if (!value.is_bool()) return refuse();
      return UntypedLiteral{Position::kExact, Literal(value.get_bool())};
    case TypeId::kFloat:
    case TypeId::kDouble:
      if (value.is_double()) return FromReal(type, value.get_double(), true);
      if (value.is_int64()) {
        const auto real = static_cast<double>(value.get_int64());
        return FromReal(type, real, std::abs(real) < 9007199254740992.0);  // 2^53: beyond, doubles have gaps
      }
      return refuse();
    case TypeId::kInt:
    case TypeId::kLong:
      if (value.is_uint64()) return UntypedLiteral{Position::kAbove, {}};  // beyond 64 bits with a sign
      if (!value.is_int64()) return refuse();
      return FromInteger(type, value.get_int64());
    case TypeId::kDecimal:
      if (value.is_int64()) return FromText(type, std::to_string(value.get_int64()), path);
      if (value.is_double()) return FromText(type, fmt::format("{}", value.get_double()), path);
      break;
    default:
      if (IsTemporal(type.id) && value.is_int64()) return FromInteger(type, value.get_int64());
      if (!type.is_primitive() || type.id == TypeId::kUnknown || type.id > TypeId::kUnknown) return refuse();
      break;
  }
  if (!value.is_string()) return refuse();
  return FromText(type, std::string_view(value.get_string()), path);
}

Expression BindPredicate(Op op, const BoundTerm& term, const std::vector<UntypedLiteral>& literals) {
  if (op == Op::kIn || op == Op::kNotIn) return BindSet(op, term, literals);
  return BindOne(op, term, literals.front());
}

}  // namespace lifeboat::iceberg
