#include "account/engine/iceberg_filter.h"

#include <duckdb/planner/expression/list.hpp>
#include <duckdb/planner/filter/conjunction_filter.hpp>
#include <duckdb/planner/filter/constant_filter.hpp>
#include <duckdb/planner/filter/dynamic_filter.hpp>
#include <duckdb/planner/filter/in_filter.hpp>
#include <duckdb/planner/filter/null_filter.hpp>
#include <duckdb/planner/filter/optional_filter.hpp>

#include "account/engine/iceberg_duck_types.h"

namespace lifeboat::account {
namespace {

using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::TableFilterType;
using iceberg::Expression;
using iceberg::Field;
using iceberg::Literal;
using iceberg::TypeId;
using Op = Expression::Op;

// Expressions without a counterpart become True: "this filter leaves nothing out".
Expression Compare(const Field& field, ExpressionType comparison, const duckdb::Value& value) {
  std::optional<Literal> literal = ToLiteral(field.type, value);
  if (!literal || literal->is_nan()) return Expression::True();
  // DuckDB puts NaN above every number; bounds do not mention NaN.
  const bool has_nan = field.type.id == TypeId::kFloat || field.type.id == TypeId::kDouble;
  const auto or_nan = [&](Expression expression) {
    if (!has_nan) return expression;
    Expression is_nan;
    is_nan.op = Op::kIsNan;
    is_nan.field_id = field.id;
    return Expression::Or({std::move(expression), std::move(is_nan)});
  };
  switch (comparison) {
    case ExpressionType::COMPARE_EQUAL:
      return Expression::Equal(field.id, std::move(*literal));
    case ExpressionType::COMPARE_LESSTHAN:
      return Expression::Compare(Op::kLess, field.id, std::move(*literal));
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return Expression::Compare(Op::kLessOrEqual, field.id, std::move(*literal));
    case ExpressionType::COMPARE_GREATERTHAN:
      return or_nan(Expression::Compare(Op::kGreater, field.id, std::move(*literal)));
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return or_nan(Expression::Compare(Op::kGreaterOrEqual, field.id, std::move(*literal)));
    default:
      return Expression::True();
  }
}

ExpressionType Flip(ExpressionType comparison) {
  switch (comparison) {
    case ExpressionType::COMPARE_LESSTHAN:
      return ExpressionType::COMPARE_GREATERTHAN;
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      return ExpressionType::COMPARE_GREATERTHANOREQUALTO;
    case ExpressionType::COMPARE_GREATERTHAN:
      return ExpressionType::COMPARE_LESSTHAN;
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      return ExpressionType::COMPARE_LESSTHANOREQUALTO;
    default:
      return comparison;
  }
}

Expression In(const Field& field, const std::vector<duckdb::Value>& values) {
  std::vector<Literal> literals;
  for (const duckdb::Value& value : values) {
    if (value.IsNull()) continue;  // x = NULL is not true
    std::optional<Literal> literal = ToLiteral(field.type, value);
    if (!literal || literal->is_nan()) return Expression::True();
    literals.push_back(std::move(*literal));
  }
  return Expression::In(field.id, std::move(literals));
}

// Reads the bound expressions of a logical plan.
class PlanFilters {
 public:
  PlanFilters(const iceberg::Schema& schema, const duckdb::MultiFilePushdownInfo& info)
      : schema_(schema), info_(info) {}

  Expression Convert(const duckdb::Expression& expression) const {
    switch (expression.GetExpressionClass()) {
      case ExpressionClass::BOUND_COMPARISON:
        return ConvertComparison(expression.Cast<duckdb::BoundComparisonExpression>());
      case ExpressionClass::BOUND_BETWEEN:
        return ConvertBetween(expression.Cast<duckdb::BoundBetweenExpression>());
      case ExpressionClass::BOUND_CONJUNCTION:
        return ConvertConjunction(expression.Cast<duckdb::BoundConjunctionExpression>());
      case ExpressionClass::BOUND_OPERATOR:
        return ConvertOperator(expression.Cast<duckdb::BoundOperatorExpression>());
      case ExpressionClass::BOUND_FUNCTION:
        return ConvertFunction(expression.Cast<duckdb::BoundFunctionExpression>());
      default:
        return Expression::True();
    }
  }

 private:
  const Field* FieldOf(const duckdb::Expression& expression) const {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return nullptr;
    const auto& column = expression.Cast<duckdb::BoundColumnRefExpression>();
    if (column.binding.table_index != info_.table_index) return nullptr;
    if (column.binding.column_index >= info_.column_ids.size()) return nullptr;
    const duckdb::column_t index = info_.column_ids[column.binding.column_index];
    return index < schema_.fields.size() ? &schema_.fields[index] : nullptr;
  }

  static const duckdb::Value* ConstantOf(const duckdb::Expression& expression) {
    if (expression.GetExpressionClass() != ExpressionClass::BOUND_CONSTANT) return nullptr;
    return &expression.Cast<duckdb::BoundConstantExpression>().value;
  }

  Expression ConvertComparison(const duckdb::BoundComparisonExpression& comparison) const {
    const Field* field = FieldOf(*comparison.left);
    const duckdb::Value* value = ConstantOf(*comparison.right);
    ExpressionType type = comparison.type;
    if (field == nullptr) {
      field = FieldOf(*comparison.right);
      value = ConstantOf(*comparison.left);
      type = Flip(type);
    }
    return field == nullptr || value == nullptr ? Expression::True() : Compare(*field, type, *value);
  }

  Expression ConvertBetween(const duckdb::BoundBetweenExpression& between) const {
    const Field* field = FieldOf(*between.input);
    if (field == nullptr) return Expression::True();
    std::vector<Expression> bounds;
    if (const duckdb::Value* lower = ConstantOf(*between.lower)) {
      bounds.push_back(Compare(*field, ExpressionType::COMPARE_GREATERTHANOREQUALTO, *lower));
    }
    if (const duckdb::Value* upper = ConstantOf(*between.upper)) {
      bounds.push_back(Compare(*field, ExpressionType::COMPARE_LESSTHANOREQUALTO, *upper));
    }
    return Expression::And(std::move(bounds));
  }

  Expression ConvertConjunction(const duckdb::BoundConjunctionExpression& conjunction) const {
    std::vector<Expression> children;
    for (const auto& child : conjunction.children) children.push_back(Convert(*child));
    return conjunction.type == ExpressionType::CONJUNCTION_AND ? Expression::And(std::move(children))
                                                               : Expression::Or(std::move(children));
  }

  Expression ConvertOperator(const duckdb::BoundOperatorExpression& op) const {
    const Field* field = op.children.empty() ? nullptr : FieldOf(*op.children[0]);
    if (field == nullptr || !field->type.is_primitive()) return Expression::True();
    if (op.type == ExpressionType::OPERATOR_IS_NULL) return Expression::IsNull(field->id);
    if (op.type == ExpressionType::OPERATOR_IS_NOT_NULL) return Expression::NotNull(field->id);
    if (op.type != ExpressionType::COMPARE_IN) return Expression::True();
    std::vector<duckdb::Value> values;
    for (size_t i = 1; i < op.children.size(); ++i) {
      const duckdb::Value* value = ConstantOf(*op.children[i]);
      if (value == nullptr) return Expression::True();
      values.push_back(*value);
    }
    return In(*field, values);
  }

  // LIKE 'abc%' reaches us as prefix(column, 'abc').
  Expression ConvertFunction(const duckdb::BoundFunctionExpression& function) const {
    if (function.function.name != "prefix" && function.function.name != "starts_with")
      return Expression::True();
    if (function.children.size() != 2) return Expression::True();
    const Field* field = FieldOf(*function.children[0]);
    const duckdb::Value* value = ConstantOf(*function.children[1]);
    if (field == nullptr || value == nullptr || value->IsNull() || field->type.id != TypeId::kString) {
      return Expression::True();
    }
    return Expression::StartsWith(field->id, duckdb::StringValue::Get(*value));
  }

  const iceberg::Schema& schema_;
  const duckdb::MultiFilePushdownInfo& info_;
};

Expression ConvertTableFilter(const Field& field, const duckdb::TableFilter& filter) {
  switch (filter.filter_type) {
    case TableFilterType::CONSTANT_COMPARISON: {
      const auto& constant = filter.Cast<duckdb::ConstantFilter>();
      return Compare(field, constant.comparison_type, constant.constant);
    }
    case TableFilterType::IS_NULL:
      return Expression::IsNull(field.id);
    case TableFilterType::IS_NOT_NULL:
      return Expression::NotNull(field.id);
    case TableFilterType::IN_FILTER: {
      const auto& in = filter.Cast<duckdb::InFilter>();
      return In(field, {in.values.begin(), in.values.end()});
    }
    case TableFilterType::CONJUNCTION_AND:
    case TableFilterType::CONJUNCTION_OR: {
      const auto& conjunction = static_cast<const duckdb::ConjunctionFilter&>(filter);
      std::vector<Expression> children;
      for (const auto& child : conjunction.child_filters)
        children.push_back(ConvertTableFilter(field, *child));
      return filter.filter_type == TableFilterType::CONJUNCTION_AND ? Expression::And(std::move(children))
                                                                    : Expression::Or(std::move(children));
    }
    case TableFilterType::OPTIONAL_FILTER: {
      const auto& optional = filter.Cast<duckdb::OptionalFilter>();
      return optional.child_filter == nullptr ? Expression::True()
                                              : ConvertTableFilter(field, *optional.child_filter);
    }
    // A dynamic filter only ever becomes stricter, so what it says now holds for the rest of the scan.
    case TableFilterType::DYNAMIC_FILTER: {
      const auto& dynamic = filter.Cast<duckdb::DynamicFilter>();
      if (dynamic.filter_data == nullptr || !dynamic.filter_data->initialized) return Expression::True();
      const duckdb::lock_guard<duckdb::mutex> lock(dynamic.filter_data->lock);
      return ConvertTableFilter(field, *dynamic.filter_data->filter);
    }
    default:
      return Expression::True();
  }
}

}  // namespace

Expression ToIcebergFilter(const iceberg::Schema& schema, const duckdb::MultiFilePushdownInfo& info,
                           const duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) {
  const PlanFilters plan(schema, info);
  std::vector<Expression> children;
  for (const auto& filter : filters) children.push_back(plan.Convert(*filter));
  return Expression::And(std::move(children));
}

Expression ToIcebergFilter(const iceberg::Schema& schema, const duckdb::vector<duckdb::column_t>& column_ids,
                           const duckdb::TableFilterSet& filters) {
  std::vector<Expression> children;
  for (const auto& [position, filter] : filters.filters) {
    const duckdb::column_t column =
        position < column_ids.size() ? column_ids[position] : schema.fields.size();
    if (column < schema.fields.size() && schema.fields[column].type.is_primitive()) {
      children.push_back(ConvertTableFilter(schema.fields[column], *filter));
    }
  }
  return Expression::And(std::move(children));
}

}  // namespace lifeboat::account
