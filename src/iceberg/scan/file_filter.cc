#include "iceberg/scan/file_filter.h"

#include <algorithm>

#include "iceberg/scan/plan_scan.h"
#include "iceberg/scan/projection.h"

namespace lifeboat::iceberg {
namespace {

bool IsFloating(const Type& type) {
  return type.id == TypeId::kFloat || type.id == TypeId::kDouble;
}

// A bound that cannot be read tells nothing.
std::optional<Literal> Bound(const Type& type, const std::string* bytes) {
  if (bytes == nullptr) return std::nullopt;
  Result<Literal> literal = LiteralFromBytes(type, *bytes);
  if (!literal.ok() || literal->is_nan()) return std::nullopt;
  return std::move(literal).value();
}

ValueRange RangeOf(const PartitionFieldSummary& summary, const Type& type) {
  ValueRange range;
  range.lower = Bound(type, summary.lower_bound ? &*summary.lower_bound : nullptr);
  range.upper = Bound(type, summary.upper_bound ? &*summary.upper_bound : nullptr);
  range.may_be_null = summary.contains_null;
  range.may_be_nan = IsFloating(type) && summary.contains_nan.value_or(true);
  // Without bounds there are only nulls, unless NaNs or a writer that left them out.
  range.may_be_value = summary.lower_bound.has_value() || !summary.contains_null || range.may_be_nan;
  return range;
}

ValueRange RangeOf(const DataFile& file, const Field& field) {
  ValueRange range;
  range.lower = Bound(field.type, Find(file.lower_bounds, field.id));
  range.upper = Bound(field.type, Find(file.upper_bounds, field.id));
  const int64_t* nulls = Find(file.null_value_counts, field.id);
  const int64_t* values = Find(file.value_counts, field.id);
  range.may_be_null = nulls == nullptr || *nulls > 0;
  range.may_be_value = nulls == nullptr || values == nullptr || *nulls < *values;
  const int64_t* nans = Find(file.nan_value_counts, field.id);
  range.may_be_nan = IsFloating(field.type) && (nans == nullptr || *nans > 0);
  return range;
}

// Nested columns inside lists and maps have no row-wise bounds.
bool IsTopLevel(const Schema& schema, int32_t field_id) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [&](const Field& field) { return field.id == field_id; });
}

}  // namespace

bool FileFilter::Evaluate(const Expression& expression, const Leaf& leaf) {
  const auto evaluate = [&](const Expression& child) { return Evaluate(child, leaf); };
  switch (expression.op) {
    case Expression::Op::kAnd:
      return std::all_of(expression.children.begin(), expression.children.end(), evaluate);
    case Expression::Op::kOr:
      return std::any_of(expression.children.begin(), expression.children.end(), evaluate);
    default:
      return leaf(expression);
  }
}

bool FileFilter::MayMatchPartition(const Expression& predicate, const PartitionSpec& spec,
                                   const std::vector<ValueRange>& ranges) const {
  const Field* source = schema_.FindField(predicate.field_id);
  if (source == nullptr) return predicate.op != Expression::Op::kFalse;
  for (size_t i = 0; i < spec.fields.size() && i < ranges.size(); ++i) {
    const PartitionField& field = spec.fields[i];
    if (field.source_id != predicate.field_id || !field.source_ids.empty()) continue;
    if (!field.transform.ResultType(source->type).ok()) continue;
    const std::optional<Expression> projected = Project(predicate, field.transform, source->type);
    if (projected && !MayMatch(*projected, ranges[i])) return false;
  }
  return true;
}

bool FileFilter::MayMatchManifest(const ManifestFile& manifest, const PartitionSpec& spec) const {
  if (manifest.partitions.size() != spec.fields.size()) return true;  // summaries were left out
  const Type type = PartitionType(spec, schema_);
  std::vector<ValueRange> ranges;
  for (size_t i = 0; i < spec.fields.size(); ++i)
    ranges.push_back(RangeOf(manifest.partitions[i], type.fields[i].type));
  return Evaluate(filter_, [&](const Expression& leaf) { return MayMatchPartition(leaf, spec, ranges); });
}

bool FileFilter::MayMatchFile(const DataFile& file, const PartitionSpec& spec) const {
  std::vector<ValueRange> partition;
  for (const Literal& value : file.partition) partition.push_back(ValueRange::Of(value));
  return Evaluate(filter_, [&](const Expression& leaf) {
    if (!MayMatchPartition(leaf, spec, partition)) return false;
    if (leaf.transform) return true;  // bounds are of the column itself
    const Field* field = schema_.FindField(leaf.field_id);
    if (field == nullptr || !IsTopLevel(schema_, field->id)) return leaf.op != Expression::Op::kFalse;
    return MayMatch(leaf, RangeOf(file, *field));
  });
}

bool MayMatch(const DataFile& file, const Schema& schema, const PartitionSpec& spec,
              const Expression& filter) {
  return FileFilter(filter, schema).MayMatchFile(file, spec);
}

}  // namespace lifeboat::iceberg
