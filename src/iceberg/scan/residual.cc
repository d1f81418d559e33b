#include "iceberg/scan/residual.h"

#include <optional>

#include "iceberg/scan/projection.h"
#include "iceberg/scan/value_range.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;
using Kind = Transform::Kind;

// Files of Iceberg 0.10 and before may carry the value above for moments before 1970.
bool MayBeRoundedUp(const Transform& transform, const Literal& value) {
  const bool of_time = transform.kind == Kind::kYear || transform.kind == Kind::kMonth ||
                       transform.kind == Kind::kDay || transform.kind == Kind::kHour;
  const int32_t* number = value.As<int32_t>();
  return of_time && number != nullptr && *number <= 0;
}

// Whether all rows of a partition satisfy the predicate, or none; nothing if that depends on the row.
std::optional<bool> Decide(const Expression& predicate, const PartitionField& field, const Type& source,
                           const Literal& value) {
  if (field.transform.kind == Kind::kVoid || field.transform.kind == Kind::kUnknown) return std::nullopt;
  const ValueRange range = ValueRange::Of(value);
  if (value.is_nan()) return std::nullopt;
  const bool is_the_value =
      predicate.transform ? *predicate.transform == field.transform : field.transform.kind == Kind::kIdentity;
  // Transforms keep null, and only null, null.
  if (is_the_value || (value.is_null() && !predicate.transform)) return MayMatch(predicate, range);
  if (MayBeRoundedUp(field.transform, value)) return std::nullopt;
  const std::optional<Expression> projected = Project(predicate, field.transform, source);
  if (projected && !MayMatch(*projected, range)) return false;
  Expression opposite = predicate;
  opposite.op = Negated(predicate.op);
  opposite.matches_null = false;
  const std::optional<Expression> excluded = Project(opposite, field.transform, source);
  if (excluded && !MayMatch(*excluded, range)) return true;
  return std::nullopt;
}

Expression ResidualOfPredicate(const Expression& predicate, const Schema& schema, const PartitionSpec& spec,
                               const std::vector<Literal>& partition) {
  const Field* source = schema.FindField(predicate.field_id);
  if (source == nullptr) return predicate;
  for (size_t i = 0; i < spec.fields.size() && i < partition.size(); ++i) {
    const PartitionField& field = spec.fields[i];
    if (field.source_id != predicate.field_id || !field.source_ids.empty()) continue;
    if (!field.transform.ResultType(source->type).ok()) continue;
    const std::optional<bool> decided = Decide(predicate, field, source->type, partition[i]);
    if (decided) return *decided ? Expression::True() : Expression::False();
  }
  return predicate;
}

}  // namespace

Expression Residual(const Expression& filter, const Schema& schema, const PartitionSpec& spec,
                    const std::vector<Literal>& partition) {
  switch (filter.op) {
    case Op::kTrue:
    case Op::kFalse:
    case Op::kNot:
      return filter;
    case Op::kAnd:
    case Op::kOr:
      break;
    default:
      return ResidualOfPredicate(filter, schema, spec, partition);
  }
  const Op neutral = filter.op == Op::kAnd ? Op::kTrue : Op::kFalse;
  Expression group;
  group.op = filter.op;
  for (const Expression& child : filter.children) {
    Expression rest = Residual(child, schema, spec, partition);
    if (rest.op == neutral) continue;
    if (rest.op == Negated(neutral)) return rest;
    group.children.push_back(std::move(rest));
  }
  if (group.children.size() == 1) return std::move(group.children.front());
  if (group.children.empty()) group.op = neutral;
  return group;
}

}  // namespace lifeboat::iceberg
