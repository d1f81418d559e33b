#include "account/sql/constant.h"

#include <utility>

#include "account/sql/sql_error.h"

namespace lifeboat::account::sql {
namespace {

Status NotConstant(const Expression& expression) {
  return Status::Unsupported(
      "the expression at line {} position {} is not a constant; use a literal, a $variable or "
      "a concatenation of them",
      expression.span.location.line, expression.span.location.position);
}

Result<Constant> FoldBinary(const Binary& binary, const Expression& expression, const ConstantScope& scope) {
  if (binary.op != BinaryOperator::kConcat) return NotConstant(expression);
  // A chain a || b || c leans left: walk it in a loop, so that its length costs no stack.
  std::vector<const Expression*> operands{binary.right.get()};
  const Expression* left = binary.left.get();
  while (const auto* inner = std::get_if<Binary>(&left->node)) {
    if (inner->op != BinaryOperator::kConcat) return NotConstant(*left);
    operands.push_back(inner->right.get());
    left = inner->left.get();
  }
  operands.push_back(left);
  Constant result{LiteralKind::kString, ""};
  for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Constant part, FoldConstant(**operand, scope));
    if (part.kind == LiteralKind::kNull) result.kind = LiteralKind::kNull;
    result.text += part.text;
  }
  if (result.kind == LiteralKind::kNull) result.text.clear();
  return result;
}

}  // namespace

std::string Constant::ToSql() const {
  switch (kind) {
    case LiteralKind::kNull:
      return "NULL";
    case LiteralKind::kBoolean:
    case LiteralKind::kNumber:
      return text;
    case LiteralKind::kBinary:
      return "X'" + text + "'";
    case LiteralKind::kString:
      break;
  }
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  return out + "'";
}

Result<Constant> FoldConstant(const Expression& expression, const ConstantScope& scope) {
  if (const auto* literal = std::get_if<Literal>(&expression.node))
    return Constant{literal->kind, literal->text};
  if (const auto* binary = std::get_if<Binary>(&expression.node))
    return FoldBinary(*binary, expression, scope);
  if (const auto* unary = std::get_if<Unary>(&expression.node)) {
    LIFEBOAT_ASSIGN_OR_RETURN(Constant operand, FoldConstant(*unary->operand, scope));
    if (operand.kind != LiteralKind::kNumber || unary->op == UnaryOperator::kNot)
      return NotConstant(expression);
    if (unary->op == UnaryOperator::kMinus) {
      operand.text = operand.text.starts_with('-') ? operand.text.substr(1) : "-" + operand.text;
    }
    return operand;
  }
  if (const auto* variable = std::get_if<VariableRef>(&expression.node)) {
    std::optional<Constant> value = scope.variable ? scope.variable(variable->name) : std::nullopt;
    if (value) return *std::move(value);
    return MakeSqlError(
        StatusCode::kInvalidArgument, "002211", "42601",
        fmt::format("SQL compilation error: error line {} at position {}\nSession variable '${}' does "
                    "not exist",
                    expression.span.location.line, expression.span.location.position, variable->name),
        expression.span.location.line, expression.span.location.position);
  }
  if (const auto* bind = std::get_if<Bind>(&expression.node)) {
    std::optional<Constant> value = scope.bind ? scope.bind(bind->name) : std::nullopt;
    if (value) return *std::move(value);
    return MakeSqlError(
        StatusCode::kInvalidArgument, "002049", "42601",
        fmt::format("SQL compilation error: error line {} at position {}\nBind variable :{} not set.",
                    expression.span.location.line, expression.span.location.position, bind->name),
        expression.span.location.line, expression.span.location.position);
  }
  return NotConstant(expression);
}

}  // namespace lifeboat::account::sql
