#include "iceberg/scan/projection.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

bool HasNan(const Expression& predicate) {
  for (const Literal& literal : predicate.literals) {
    if (literal.is_nan()) return true;
  }
  return false;
}

}  // namespace

std::optional<Expression> Project(const Expression& predicate, const Transform& transform, const Type& source) {
  if (transform.kind == Transform::Kind::kIdentity) return predicate;
  if (transform.kind == Transform::Kind::kVoid || transform.kind == Transform::Kind::kUnknown) return std::nullopt;
  Expression projected = predicate;
  switch (predicate.op) {
    case Op::kIsNull:
    case Op::kNotNull: return projected;  // transforms keep null, and only null, null
    case Op::kEqual:
    case Op::kIn: break;
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
    default: return std::nullopt;
  }
  if (HasNan(predicate)) return std::nullopt;
  for (Literal& literal : projected.literals) literal = transform.Apply(source, literal);
  return projected;
}

}  // namespace lifeboat::iceberg
