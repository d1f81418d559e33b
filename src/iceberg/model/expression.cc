#include "iceberg/model/expression.h"

#include <algorithm>

#include "base/result.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

Expression Predicate(Op op, int32_t field_id, std::vector<Literal> literals = {}) {
  Expression expression;
  expression.op = op;
  expression.field_id = field_id;
  expression.literals = std::move(literals);
  return expression;
}

Expression Group(Op op, std::vector<Expression> children) {
  Expression expression;
  expression.op = op;
  expression.children = std::move(children);
  return expression;
}

Expression Rewrite(const Expression& expression, bool negate) {
  if (expression.op == Op::kNot) return Rewrite(expression.children.at(0), !negate);
  Expression result = expression;
  if (negate) {
    result.op = Negated(expression.op);
    result.matches_null = false;
  }
  for (Expression& child : result.children) child = Rewrite(child, negate);
  return result;
}

std::string_view Symbol(Op op) {
  switch (op) {
    case Op::kLess:
      return "<";
    case Op::kLessOrEqual:
      return "<=";
    case Op::kGreater:
      return ">";
    case Op::kGreaterOrEqual:
      return ">=";
    case Op::kEqual:
      return "=";
    case Op::kNotEqual:
      return "<>";
    case Op::kIn:
      return "IN";
    case Op::kNotIn:
      return "NOT IN";
    case Op::kStartsWith:
      return "STARTS WITH";
    case Op::kNotStartsWith:
      return "NOT STARTS WITH";
    case Op::kIsNull:
      return "IS NULL";
    case Op::kNotNull:
      return "IS NOT NULL";
    case Op::kIsNan:
      return "IS NAN";
    case Op::kNotNan:
      return "IS NOT NAN";
    default:
      return "?";
  }
}

std::string LiteralText(const Type& type, const Literal& literal) {
  const std::string text = LiteralToText(type, literal);
  return literal.As<std::string>() != nullptr ? "'" + text + "'" : text;
}

}  // namespace

Expression::Op Negated(Op op) {
  switch (op) {
    case Op::kTrue:
      return Op::kFalse;
    case Op::kFalse:
      return Op::kTrue;
    case Op::kAnd:
      return Op::kOr;
    case Op::kOr:
      return Op::kAnd;
    case Op::kNot:
      return Op::kNot;
    case Op::kIsNull:
      return Op::kNotNull;
    case Op::kNotNull:
      return Op::kIsNull;
    case Op::kIsNan:
      return Op::kNotNan;
    case Op::kNotNan:
      return Op::kIsNan;
    case Op::kLess:
      return Op::kGreaterOrEqual;
    case Op::kLessOrEqual:
      return Op::kGreater;
    case Op::kGreater:
      return Op::kLessOrEqual;
    case Op::kGreaterOrEqual:
      return Op::kLess;
    case Op::kEqual:
      return Op::kNotEqual;
    case Op::kNotEqual:
      return Op::kEqual;
    case Op::kIn:
      return Op::kNotIn;
    case Op::kNotIn:
      return Op::kIn;
    case Op::kStartsWith:
      return Op::kNotStartsWith;
    case Op::kNotStartsWith:
      return Op::kStartsWith;
  }
  return op;
}

Expression Expression::False() {
  return Group(Op::kFalse, {});
}
Expression Expression::And(std::vector<Expression> children) {
  return Group(Op::kAnd, std::move(children));
}
Expression Expression::Or(std::vector<Expression> children) {
  return Group(Op::kOr, std::move(children));
}
Expression Expression::Not(Expression child) {
  return Group(Op::kNot, {std::move(child)});
}
Expression Expression::IsNull(int32_t field_id) {
  return Predicate(Op::kIsNull, field_id);
}
Expression Expression::NotNull(int32_t field_id) {
  return Predicate(Op::kNotNull, field_id);
}
Expression Expression::Compare(Op op, int32_t field_id, Literal literal) {
  return Predicate(op, field_id, {std::move(literal)});
}
Expression Expression::Equal(int32_t field_id, Literal literal) {
  return Predicate(Op::kEqual, field_id, {std::move(literal)});
}
Expression Expression::In(int32_t field_id, std::vector<Literal> literals) {
  return Predicate(Op::kIn, field_id, std::move(literals));
}
Expression Expression::StartsWith(int32_t field_id, std::string prefix) {
  return Predicate(Op::kStartsWith, field_id, {Literal(std::move(prefix))});
}

Expression RewriteNot(const Expression& expression) {
  return Rewrite(expression, false);
}

Status ValidateExpression(const Expression& expression, const Schema& schema) {
  switch (expression.op) {
    case Op::kTrue:
    case Op::kFalse:
      return Status::Ok();
    case Op::kNot:
      if (expression.children.size() != 1) return Status::InvalidArgument("NOT takes exactly one operand");
      [[fallthrough]];
    case Op::kAnd:
    case Op::kOr:
      for (const Expression& child : expression.children)
        LIFEBOAT_RETURN_IF_ERROR(ValidateExpression(child, schema));
      return Status::Ok();
    default:
      break;
  }
  const Field* field = schema.FindField(expression.field_id);
  if (field == nullptr)
    return Status::InvalidArgument("filter names field id {}, which does not exist", expression.field_id);
  if (!field->type.is_primitive()) {
    if (expression.op == Op::kIsNull || expression.op == Op::kNotNull) return Status::Ok();
    return Status::InvalidArgument("filter names field '{}' of nested type {}", schema.NameOf(field->id),
                                   ToString(field->type));
  }
  Type type = field->type;
  if (expression.transform) {
    LIFEBOAT_ASSIGN_OR_RETURN(type, expression.transform->ResultType(field->type));
  }
  for (const Literal& literal : expression.literals) {
    const Result<Literal> cast = CastLiteral(type, literal);
    if (literal.is_null() || !cast.ok() || cast->value().index() != literal.value().index()) {
      return Status::InvalidArgument("filter compares field '{}' with a value that is not of type {}",
                                     schema.NameOf(field->id), ToString(type));
    }
  }
  return Status::Ok();
}

std::string ToString(const Expression& expression, const Schema& schema) {
  switch (expression.op) {
    case Op::kTrue:
      return "TRUE";
    case Op::kFalse:
      return "FALSE";
    case Op::kNot:
      return "(NOT " + ToString(expression.children.at(0), schema) + ")";
    case Op::kAnd:
    case Op::kOr: {
      std::string text = "(";
      for (const Expression& child : expression.children) {
        if (text.size() > 1) text += expression.op == Op::kAnd ? " AND " : " OR ";
        text += ToString(child, schema);
      }
      return text + ")";
    }
    default:
      break;
  }
  const Field* field = schema.FindField(expression.field_id);
  Type type = field == nullptr ? Type::Primitive(TypeId::kUnknown) : field->type;
  std::string term = schema.NameOf(expression.field_id);
  if (expression.transform) {
    type = expression.transform->ResultType(type).value_or(Type());
    term = expression.transform->ToString() + "(" + term + ")";
  }
  std::string text = fmt::format("{} {}", term, Symbol(expression.op));
  if (expression.op == Op::kIn || expression.op == Op::kNotIn) {
    text += " (";
    for (size_t i = 0; i < expression.literals.size(); ++i) {
      if (i > 0) text += ", ";
      text += LiteralText(type, expression.literals[i]);
    }
    text += ")";
  } else if (!expression.literals.empty()) {
    text += " " + LiteralText(type, expression.literals.front());
  }
  return text;
}

}  // namespace lifeboat::iceberg
