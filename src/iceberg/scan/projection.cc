#include "iceberg/scan/projection.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

// The greatest value below `literal` (step -1) or the least above it (step 1), if the type has one.
Literal Neighbour(const Literal& literal, int step) {
  if (const int32_t* v = literal.As<int32_t>()) {
    int32_t next;
    return __builtin_add_overflow(*v, step, &next) ? literal : Literal(next);
  }
  if (const int64_t* v = literal.As<int64_t>()) {
    int64_t next;
    return __builtin_add_overflow(*v, int64_t{step}, &next) ? literal : Literal(next);
  }
  if (const Int128* v = literal.As<Int128>()) return Literal(*v + step);  // 38 digits leave room
  return literal;
}

// Iceberg 0.10 and before rounded moments before 1970 up: their files carry the partition value one above.
void AllowForRoundingUp(Expression* projected) {
  const auto is_before_1970 = [](const Literal& literal) {
    const int32_t* value = literal.As<int32_t>();
    return value != nullptr && *value < 0;
  };
  const size_t count = projected->literals.size();
  for (size_t i = 0; i < count; ++i) {
    if (!is_before_1970(projected->literals[i])) continue;
    const Literal above = Neighbour(projected->literals[i], 1);
    if (projected->op == Op::kLessOrEqual) {
      projected->literals[i] = above;
    } else if (projected->op == Op::kEqual || projected->op == Op::kIn) {
      projected->op = Op::kIn;
      projected->literals.push_back(above);
    }
  }
}

bool IsOfTime(Transform::Kind kind) {
  return kind == Transform::Kind::kYear || kind == Transform::Kind::kMonth || kind == Transform::Kind::kDay ||
         kind == Transform::Kind::kHour;
}

bool HasNan(const Expression& predicate) {
  for (const Literal& literal : predicate.literals) {
    if (literal.is_nan()) return true;
  }
  return false;
}

}  // namespace

std::optional<Expression> Project(const Expression& predicate, const Transform& transform,
                                  const Type& source) {
  if (predicate.transform) {
    if (*predicate.transform != transform) return std::nullopt;
    Expression of_the_field = predicate;
    of_the_field.transform.reset();
    return of_the_field;
  }
  if (transform.kind == Transform::Kind::kIdentity) return predicate;
  if (transform.kind == Transform::Kind::kVoid || transform.kind == Transform::Kind::kUnknown)
    return std::nullopt;
  Expression projected = predicate;
  switch (predicate.op) {
    case Op::kIsNull:
    case Op::kNotNull:
      return projected;  // transforms keep null, and only null, null
    case Op::kEqual:
    case Op::kIn:
      break;
    case Op::kLess:
    case Op::kLessOrEqual:
      if (!transform.preserves_order()) return std::nullopt;
      projected.op = Op::kLessOrEqual;
      break;
    case Op::kGreater:
    case Op::kGreaterOrEqual:
      if (!transform.preserves_order()) return std::nullopt;
      projected.op = Op::kGreaterOrEqual;
      break;
    case Op::kStartsWith:
      // A truncated value starts with the prefix, or with as much of it as is kept.
      if (transform.kind != Transform::Kind::kTruncate) return std::nullopt;
      break;
    case Op::kNotStartsWith:
      // Only a prefix that is kept whole tells.
      if (transform.kind != Transform::Kind::kTruncate ||
          transform.Apply(source, predicate.literals.front()) != predicate.literals.front()) {
        return std::nullopt;
      }
      return projected;
    default:
      return std::nullopt;
  }
  if (HasNan(predicate)) return std::nullopt;
  for (Literal& literal : projected.literals) {
    // Before midnight of a day is in the day before: `<` says more than `<=` of the same value.
    if (predicate.op == Op::kLess) literal = Neighbour(literal, -1);
    if (predicate.op == Op::kGreater) literal = Neighbour(literal, 1);
    Literal transformed = transform.Apply(source, literal);
    // Truncation rounds down, except around the least number, which has nothing below to round to.
    if (transform.kind == Transform::Kind::kTruncate && Compare(transformed, literal) > 0)
      return std::nullopt;
    literal = std::move(transformed);
  }
  if (IsOfTime(transform.kind)) AllowForRoundingUp(&projected);
  return projected;
}

}  // namespace lifeboat::iceberg
