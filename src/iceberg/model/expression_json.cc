#include "iceberg/model/expression_json.h"

#include <algorithm>
#include <span>
#include <utility>

#include "iceberg/model/bind_predicate.h"

namespace lifeboat::iceberg {
namespace {

namespace json = boost::json;
using Op = Expression::Op;

struct OpName {
  std::string_view name;
  Op op;
};
constexpr OpName kOpNames[] = {
    {"true", Op::kTrue},
    {"false", Op::kFalse},
    {"and", Op::kAnd},
    {"or", Op::kOr},
    {"not", Op::kNot},
    {"is-null", Op::kIsNull},
    {"not-null", Op::kNotNull},
    {"is-nan", Op::kIsNan},
    {"not-nan", Op::kNotNan},
    {"lt", Op::kLess},
    {"lt-eq", Op::kLessOrEqual},
    {"gt", Op::kGreater},
    {"gt-eq", Op::kGreaterOrEqual},
    {"eq", Op::kEqual},
    {"not-eq", Op::kNotEqual},
    {"in", Op::kIn},
    {"not-in", Op::kNotIn},
    {"starts-with", Op::kStartsWith},
    {"not-starts-with", Op::kNotStartsWith},
};

std::string_view NameOf(Op op) {
  const auto found =
      std::find_if(std::begin(kOpNames), std::end(kOpNames), [&](const OpName& one) { return one.op == op; });
  return found->name;
}

Expression Constant(bool value) {
  return value ? Expression::True() : Expression::False();
}

// A conjunction (or disjunction) of two, flat and without constants.
Expression Combine(Op op, Expression left, Expression right) {
  const Op neutral = op == Op::kAnd ? Op::kTrue : Op::kFalse;
  if (left.op == Negated(neutral) || right.op == neutral) return left;
  if (right.op == Negated(neutral) || left.op == neutral) return right;
  Expression group;
  group.op = op;
  for (Expression* side : {&left, &right}) {
    if (side->op == op) {
      std::move(side->children.begin(), side->children.end(), std::back_inserter(group.children));
    } else {
      group.children.push_back(std::move(*side));
    }
  }
  return group;
}

class Parser {
 public:
  Parser(const Schema& schema, bool case_sensitive) : schema_(schema), case_sensitive_(case_sensitive) {}

  Result<Expression> Parse(const json::value& value, bool negate, size_t depth, const JsonPath& path) {
    if (depth > kExpressionDepthMax)
      return path.Error(fmt::format("nested more than {} levels deep", kExpressionDepthMax));
    if (value.is_bool()) return Constant(value.get_bool() != negate);
    LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string type, reader.Get<std::string>("type"));
    if (type == "literal") {
      LIFEBOAT_ASSIGN_OR_RETURN(const bool constant, reader.Get<bool>("value"));
      return Constant(constant != negate);
    }
    const auto named = std::find_if(std::begin(kOpNames), std::end(kOpNames),
                                    [&](const OpName& one) { return one.name == type; });
    if (named == std::end(kOpNames))
      return reader.PathOf("type").Error(fmt::format("'{}' is no expression type", type));
    const Op op = negate ? Negated(named->op) : named->op;
    switch (op) {
      case Op::kTrue:
      case Op::kFalse:
        return Constant(op == Op::kTrue);
      case Op::kNot: {
        LIFEBOAT_ASSIGN_OR_RETURN(const json::value* child, Required(reader, "child"));
        return Parse(*child, !negate, depth + 1, reader.PathOf("child"));
      }
      case Op::kAnd:
      case Op::kOr: {
        LIFEBOAT_ASSIGN_OR_RETURN(const json::value* left, Required(reader, "left"));
        LIFEBOAT_ASSIGN_OR_RETURN(const json::value* right, Required(reader, "right"));
        LIFEBOAT_ASSIGN_OR_RETURN(Expression first, Parse(*left, negate, depth + 1, reader.PathOf("left")));
        LIFEBOAT_ASSIGN_OR_RETURN(Expression second,
                                  Parse(*right, negate, depth + 1, reader.PathOf("right")));
        return Combine(op, std::move(first), std::move(second));
      }
      default:
        return ParsePredicate(reader, op);
    }
  }

 private:
  static Result<const json::value*> Required(ObjectReader& reader, std::string_view key) {
    const json::value* member = reader.Find(key);
    if (member == nullptr) return reader.path().Error(fmt::format("'{}' is missing", key));
    return member;
  }

  Result<Expression> ParsePredicate(ObjectReader& reader, Op op) {
    if (++predicates_ > kExpressionPredicatesMax) {
      return reader.path().Error(
          fmt::format("the filter has more than {} predicates", kExpressionPredicatesMax));
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const json::value* term_json, Required(reader, "term"));
    const JsonPath term_path = reader.PathOf("term");
    LIFEBOAT_ASSIGN_OR_RETURN(const BoundTerm term, ParseTerm(*term_json, term_path));
    const bool is_set = op == Op::kIn || op == Op::kNotIn;
    const bool is_unary = op == Op::kIsNull || op == Op::kNotNull || op == Op::kIsNan || op == Op::kNotNan;
    for (const std::string_view key : {"value", "values"}) {
      const bool wanted = !is_unary && is_set == (key == "values");
      if (!wanted && reader.Find(key) != nullptr)
        return reader.PathOf(key).Error(fmt::format("'{}' takes none", NameOf(op)));
    }
    LIFEBOAT_RETURN_IF_ERROR(CheckTerm(op, term, term_path));
    if (is_unary) {
      Expression predicate = Expression::IsNull(term.field_id);
      predicate.op = op;
      predicate.transform = term.transform;
      return predicate;
    }
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<UntypedLiteral> literals,
                              ParseLiterals(reader, is_set, term));
    return BindPredicate(op, term, literals);
  }

  static Status CheckTerm(Op op, const BoundTerm& term, const JsonPath& path) {
    if (op == Op::kIsNull || op == Op::kNotNull) return Status::Ok();
    const TypeId id = term.type.id;
    const bool for_strings = op == Op::kStartsWith || op == Op::kNotStartsWith;
    const bool for_floats = op == Op::kIsNan || op == Op::kNotNan;
    if ((for_strings && id != TypeId::kString) ||
        (for_floats && id != TypeId::kFloat && id != TypeId::kDouble) || !term.type.is_primitive()) {
      return path.Error(fmt::format("'{}' does not apply to type {}", NameOf(op), ToString(term.type)));
    }
    return Status::Ok();
  }

  Result<std::vector<UntypedLiteral>> ParseLiterals(ObjectReader& reader, bool is_set,
                                                    const BoundTerm& term) {
    std::vector<UntypedLiteral> literals;
    const auto add = [&](const json::value& value, const JsonPath& path) -> Status {
      if (++literals_ > kExpressionLiteralsMax)
        return path.Error(fmt::format("the filter has more than {} values", kExpressionLiteralsMax));
      const json::value* plain = &value;
      if (const json::object* object = value.if_object()) {
        LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader typed, ObjectReader::Open(value, path));
        LIFEBOAT_ASSIGN_OR_RETURN(const std::string type, typed.Get<std::string>("type"));
        plain = object->if_contains("value");
        if (type != "literal" || plain == nullptr) return path.Mismatch("a literal", value);
      }
      LIFEBOAT_ASSIGN_OR_RETURN(UntypedLiteral literal, ReadUntypedLiteral(term.type, *plain, path));
      literals.push_back(std::move(literal));
      return Status::Ok();
    };
    if (is_set) {
      LIFEBOAT_RETURN_IF_ERROR(reader.ForEach("values", true, add));
    } else {
      LIFEBOAT_ASSIGN_OR_RETURN(const json::value* value, Required(reader, "value"));
      LIFEBOAT_RETURN_IF_ERROR(add(*value, reader.PathOf("value")));
    }
    return literals;
  }

  Result<BoundTerm> ParseTerm(const json::value& value, const JsonPath& path) {
    if (value.is_string()) return FindColumn(std::string_view(value.get_string()), path);
    LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string type, reader.Get<std::string>("type"));
    if (type == "reference") {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, reader.Get<std::string>("term"));
      return FindColumn(name, path);
    }
    if (type != "transform") return reader.PathOf("type").Error(fmt::format("'{}' is no type of term", type));
    LIFEBOAT_ASSIGN_OR_RETURN(const json::value* inner, Required(reader, "term"));
    const json::object* reference = inner->if_object();
    const json::value* kind = reference == nullptr ? nullptr : reference->if_contains("type");
    if (reference != nullptr && (kind == nullptr || *kind != "reference"))
      return reader.PathOf("term").Error("a transform applies to a column");
    LIFEBOAT_ASSIGN_OR_RETURN(BoundTerm term, ParseTerm(*inner, reader.PathOf("term")));
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, reader.Get<std::string>("transform"));
    const Transform transform = Transform::Parse(text);
    const JsonPath transform_path = reader.PathOf("transform");
    if (transform.kind == Transform::Kind::kUnknown || transform.kind == Transform::Kind::kVoid)
      return transform_path.Error(fmt::format("'{}' is no transform of a filter", text));
    if (transform.kind == Transform::Kind::kIdentity) return term;
    Result<Type> result = transform.ResultType(term.type);
    if (!result.ok()) return transform_path.Error(result.status().message());
    term.type = std::move(result).value();
    term.transform = transform;
    return term;
  }

  Result<BoundTerm> FindColumn(std::string_view name, const JsonPath& path) const {
    const Field* field = schema_.FindField(name, case_sensitive_);
    if (field == nullptr) return path.Error(fmt::format("the table has no column '{}'", name));
    return BoundTerm{field->id, std::nullopt, field->type};
  }

  const Schema& schema_;
  const bool case_sensitive_;
  size_t predicates_ = 0;
  size_t literals_ = 0;
};

// Groups have two sides in JSON; halving keeps the nesting low.
void AppendGroup(Op op, std::span<const Expression> children, const Schema& schema, JsonWriter& writer) {
  if (children.size() == 1) return AppendExpressionJson(children.front(), schema, writer);
  const size_t half = children.size() / 2;
  writer.BeginObject();
  writer.Member("type", NameOf(op));
  writer.Key("left");
  AppendGroup(op, children.first(half), schema, writer);
  writer.Key("right");
  AppendGroup(op, children.subspan(half), schema, writer);
  writer.EndObject();
}

void AppendPredicate(const Expression& predicate, const Schema& schema, JsonWriter& writer) {
  const Field* field = schema.FindField(predicate.field_id);
  Type type = field == nullptr ? Type() : field->type;
  const std::string name = schema.NameOf(predicate.field_id);
  writer.BeginObject();
  writer.Member("type", NameOf(predicate.op));
  if (predicate.transform) {
    type = predicate.transform->ResultType(type).value_or(Type());
    writer.Key("term");
    writer.BeginObject();
    writer.Member("type", "transform");
    writer.Member("transform", std::string_view(predicate.transform->ToString()));
    writer.Member("term", std::string_view(name));
    writer.EndObject();
  } else {
    writer.Member("term", std::string_view(name));
  }
  if (predicate.op == Op::kIn || predicate.op == Op::kNotIn) {
    writer.Key("values");
    writer.BeginArray();
    for (const Literal& literal : predicate.literals) AppendLiteralJson(type, literal, writer);
    writer.EndArray();
  } else if (!predicate.literals.empty()) {
    writer.Key("value");
    AppendLiteralJson(type, predicate.literals.front(), writer);
  }
  writer.EndObject();
}

}  // namespace

Result<Expression> ParseExpression(const json::value& value, const Schema& schema, bool case_sensitive,
                                   const JsonPath& path) {
  return Parser(schema, case_sensitive).Parse(value, false, 1, path);
}

void AppendExpressionJson(const Expression& expression, const Schema& schema, JsonWriter& writer) {
  switch (expression.op) {
    case Op::kTrue:
    case Op::kFalse:
      return writer.Bool(expression.op == Op::kTrue);
    case Op::kAnd:
    case Op::kOr:
      if (expression.children.empty()) return writer.Bool(expression.op == Op::kAnd);
      return AppendGroup(expression.op, expression.children, schema, writer);
    case Op::kNot:
      writer.BeginObject();
      writer.Member("type", NameOf(Op::kNot));
      writer.Key("child");
      AppendExpressionJson(expression.children.at(0), schema, writer);
      return writer.EndObject();
    default:
      return AppendPredicate(expression, schema, writer);
  }
}

}  // namespace lifeboat::iceberg
