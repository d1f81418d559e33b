// Expressions: names, literals, operators, casts and semi-structured access.
#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "account/sql/parser.h"
#include "account/sql/sql_error.h"
#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

bool SameName(const std::string& a, const std::string& b, bool case_insensitive) {
  return a == b || (case_insensitive && UpperCase(a) == UpperCase(b));
}

bool IsJson(const DataType& type) {
  return type.kind == TypeKind::kVariant || type.kind == TypeKind::kObject || type.kind == TypeKind::kArray;
}

DataType Variant() {
  return DataType::Of(TypeKind::kVariant);
}

// The result of a NUMBER operation, by Snowflake's rules for scales; precision is taken as the most there is.
DataType ArithmeticType(BinaryOperator op, const DataType& a, const DataType& b) {
  if (a.kind == TypeKind::kFloat || b.kind == TypeKind::kFloat) return DataType::Float();
  if (!a.is_number() || !b.is_number()) return DataType();
  switch (op) {
    case BinaryOperator::kMultiply: {
      const int scale = std::min(a.scale + b.scale, std::max({a.scale, b.scale, 12}));
      return DataType::Number(38, scale);
    }
    default:
      return DataType::Number(38, std::max(a.scale, b.scale));
  }
}

// Dates and timestamps plus or minus days.
std::optional<Typed> DateArithmetic(BinaryOperator op, const Typed& a, const Typed& b) {
  const char* sign = op == BinaryOperator::kAdd ? "+" : "-";
  const auto is_date = [](const DataType& type) {
    return type.kind == TypeKind::kDate || type.is_timestamp();
  };
  if (is_date(a.type) && is_date(b.type) && op == BinaryOperator::kSubtract) {
    return Typed{fmt::format("date_diff('day', {}, {})", b.sql, a.sql), DataType::Number(9, 0)};
  }
  if (!is_date(a.type) || !b.type.is_number()) return std::nullopt;
  const std::string moved = fmt::format("({} {} to_days(CAST({} AS INTEGER)))", a.sql, sign, b.sql);
  return Typed{a.type.kind == TypeKind::kDate ? fmt::format("CAST({} AS DATE)", moved) : moved, a.type};
}

std::string JsonPathStep(std::string_view field) {
  std::string path = "$.\"";
  for (const char c : field) {
    if (c == '"' || c == '\\') path.push_back('\\');
    path.push_back(c);
  }
  return path + "\"";
}

std::string AsJson(const Typed& value) {
  return IsJson(value.type) ? value.sql : fmt::format("CAST({} AS JSON)", value.sql);
}

}  // namespace

std::string QuoteName(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

std::string QuoteString(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out.push_back('\'');
    out.push_back(c);
  }
  return out + "'";
}

std::string UpperCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

DataType CommonType(const DataType& a, const DataType& b) {
  if (a == b) return a;
  if (a.is_number() && b.is_number()) {
    const int scale = std::max(a.scale, b.scale);
    const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
    return DataType::Number(std::min(38, whole + scale), scale);
  }
  if (a.kind == b.kind) {
    DataType type = a;
    type.length = std::max(a.length, b.length);
    type.precision = std::max(a.precision, b.precision);
    return type;
  }
  const bool numeric =
      (a.is_number() || a.kind == TypeKind::kFloat) && (b.is_number() || b.kind == TypeKind::kFloat);
  return numeric ? DataType::Float() : DataType();
}

Status InvalidIdentifier(const std::string& shown, Location location) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "000904", "42000",
      fmt::format("SQL compilation error: error line {} at position {}\ninvalid identifier '{}'",
                  location.line, location.position, shown),
      location.line, location.position);
}

Result<Typed> Translator::Translate(const Expression& expression, const Scope& scope) {
  Result<Typed> value =
      std::visit([&](const auto& node) { return One(node, expression, scope); }, expression.node);
  // Some translations name an operand twice, so nesting them doubles the text at each level.
  if (value.ok() && value->sql.size() > kMaxTranslatedBytes) {
    const Location at = expression.span.location;
    return MakeSqlError(
        StatusCode::kResourceExhausted, "000604", "42601",
        fmt::format("SQL compilation error: error line {} at position {}\nthe expression is too complex; "
                    "compute parts of it in a subquery",
                    at.line, at.position),
        at.line, at.position);
  }
  return value;
}

Result<std::vector<Typed>> Translator::TranslateAll(const std::vector<ExpressionPtr>& expressions,
                                                    const Scope& scope) {
  std::vector<Typed> all;
  for (const ExpressionPtr& expression : expressions) {
    LIFEBOAT_ASSIGN_OR_RETURN(Typed one, Translate(*expression, scope));
    all.push_back(std::move(one));
  }
  return all;
}

// --- names

Result<Typed> Translator::ResolveColumn(const std::vector<Identifier>& parts, const Scope& scope) {
  const std::string& column = parts.back().text;
  const std::string qualifier = parts.size() > 1 ? parts[parts.size() - 2].text : std::string();
  for (const Scope* at = &scope; at != nullptr; at = at->parent) {
    if (qualifier.empty()) {
      for (const ResolvedColumn& merged : at->merged) {
        if (merged.name == column) return Typed{QuoteName(column), merged.type};
      }
    }
    for (const Relation& relation : at->relations) {
      if (!qualifier.empty() && relation.name != qualifier) continue;
      if (!relation.columns_known)
        return Typed{QuoteName(relation.name) + "." + QuoteName(column), DataType()};
      for (const ResolvedColumn& candidate : relation.columns) {
        if (!SameName(candidate.name, column, relation.case_insensitive)) continue;
        // Unqualified references stay unqualified, so that DuckDB reports an ambiguous one.
        const std::string name = QuoteName(candidate.name);
        return Typed{
            qualifier.empty() && at->relations.size() > 1 ? name : QuoteName(relation.name) + "." + name,
            candidate.type};
      }
    }
    if (qualifier.empty()) {
      const auto alias = at->aliases.find(column);
      if (alias != at->aliases.end()) return Typed{QuoteName(column), alias->second};
    }
  }
  std::string shown;
  for (const Identifier& part : parts) shown += (shown.empty() ? "" : ".") + ToString(part);
  return InvalidIdentifier(shown, parts.front().location);
}

Result<Typed> Translator::One(const ColumnRef& e, const Expression&, const Scope& scope) {
  Result<Typed> column = ResolveColumn(e.parts, scope);
  if (column.ok() || e.parts.size() < 2) return column;
  // c.f where c is a column: a field of a VARIANT, though ':' is how it is written.
  return column;
}

Result<Typed> Translator::One(const PositionalColumn& e, const Expression& whole, const Scope& scope) {
  for (const Relation& relation : scope.relations) {
    if (!e.qualifier.empty() && relation.name != e.qualifier.back().text) continue;
    if (static_cast<size_t>(e.index) <= relation.columns.size()) {
      const ResolvedColumn& column = relation.columns[static_cast<size_t>(e.index) - 1];
      return Typed{QuoteName(relation.name) + "." + QuoteName(column.name), column.type};
    }
  }
  return InvalidIdentifier(fmt::format("${}", e.index), whole.span.location);
}

Result<Typed> Translator::One(const IdentifierRef& e, const Expression&, const Scope& scope) {
  ConstantScope constants;
  constants.variable = [&](std::string_view name) { return resolver_.Variable(name); };
  constants.bind = [&](std::string_view name) { return resolver_.BindValue(name); };
  LIFEBOAT_ASSIGN_OR_RETURN(const Constant text, FoldConstant(*e.name, constants));
  LIFEBOAT_ASSIGN_OR_RETURN(const ObjectName name, ParseObjectName(text.text));
  return ResolveColumn(name.parts, scope);
}

Result<Typed> Translator::One(const VariableRef& e, const Expression& whole, const Scope&) {
  const std::optional<Constant> value = resolver_.Variable(e.name);
  if (!value) {
    return MakeSqlError(
        StatusCode::kInvalidArgument, "002211", "02000",
        fmt::format("SQL compilation error: error line {} at position {}\nSession variable '${}' does "
                    "not exist",
                    whole.span.location.line, whole.span.location.position, e.name),
        whole.span.location.line, whole.span.location.position);
  }
  return TypedConstant(*value);
}

Result<Typed> Translator::One(const Bind& e, const Expression& whole, const Scope&) {
  const std::optional<Constant> value = resolver_.BindValue(e.name);
  if (!value) {
    return MakeSqlError(
        StatusCode::kInvalidArgument, "002049", "42601",
        fmt::format("SQL compilation error: error line {} at position {}\nBind variable :{} not set.",
                    whole.span.location.line, whole.span.location.position, e.name),
        whole.span.location.line, whole.span.location.position);
  }
  return TypedConstant(*value);
}

// --- literals

DataType NumberLiteralType(std::string_view text) {
  if (text.find_first_of("eE") != std::string_view::npos) return DataType::Float();
  const size_t point = text.find('.');
  const size_t digits = text.size() - (point == std::string_view::npos ? 0 : 1);
  if (digits > 38) return DataType::Float();
  const size_t scale = point == std::string_view::npos ? 0 : text.size() - point - 1;
  return DataType::Number(static_cast<int>(std::max<size_t>(digits, 1)), static_cast<int>(scale));
}

Typed TypedConstant(const Constant& constant) {
  switch (constant.kind) {
    case LiteralKind::kNull:
      return {"NULL", DataType()};
    case LiteralKind::kBoolean:
      return {constant.text, DataType::Boolean()};
    case LiteralKind::kNumber:
      return {constant.text, NumberLiteralType(constant.text)};
    case LiteralKind::kString:
      return {QuoteString(constant.text), DataType::Text()};
    case LiteralKind::kBinary:
      return {fmt::format("unhex({})", QuoteString(constant.text)), DataType::Of(TypeKind::kBinary)};
  }
  return {"NULL", DataType()};
}

Result<Typed> Translator::One(const Literal& e, const Expression&, const Scope&) {
  return TypedConstant(Constant{e.kind, e.text});
}

Result<Typed> Translator::One(const TypedLiteral& e, const Expression&, const Scope&) {
  LIFEBOAT_ASSIGN_OR_RETURN(const DataType type, ResolveType(e.type));
  return Typed{fmt::format("CAST({} AS {})", QuoteString(e.text), ToDuckDbType(type)), type};
}

// '1 day, 2 hours' → INTERVAL '1 day 2 hours'; a bare number counts seconds.
Result<Typed> Translator::One(const IntervalLiteral& e, const Expression&, const Scope&) {
  std::string text;
  for (const char c : e.text) text.push_back(c == ',' ? ' ' : c);
  const bool bare = text.find_first_not_of("0123456789 ") == std::string::npos;
  return Typed{fmt::format("INTERVAL {}", QuoteString(bare ? text + " seconds" : text)), DataType()};
}

Result<Typed> Translator::One(const Star&, const Expression& whole, const Scope&) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "001003", "42000",
      fmt::format("SQL compilation error:\nsyntax error line {} at position {} unexpected '*'.",
                  whole.span.location.line, whole.span.location.position),
      whole.span.location.line, whole.span.location.position);
}

// --- operators

Result<Typed> Translator::One(const Unary& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  switch (e.op) {
    case UnaryOperator::kNot:
      return Typed{"(NOT " + operand.sql + ")", DataType::Boolean()};
    case UnaryOperator::kMinus:
      return Typed{"(- " + operand.sql + ")", operand.type};
    case UnaryOperator::kPlus:
      return operand;
  }
  return operand;
}

namespace {

// A divisor that needs no check: a literal other than zero, or NULLIF(x, 0).
bool NeverZero(const std::string& sql) {
  if (sql.starts_with("nullif(") && sql.ends_with(", 0)")) return true;
  const bool literal = !sql.empty() && sql.find_first_not_of("0123456789.") == std::string::npos;
  return literal && sql.find_first_of("123456789") != std::string::npos;
}

}  // namespace

Typed Divide(const Typed& a, const Typed& b) {
  const bool checked = !NeverZero(b.sql);
  const std::string guard =
      checked ? fmt::format("CASE WHEN {} = 0 THEN error('Division by zero') ELSE ", b.sql) : std::string();
  const char* end = checked ? " END" : "";
  if (!a.type.is_number() || !b.type.is_number()) {
    const bool is_float = a.type.kind == TypeKind::kFloat || b.type.kind == TypeKind::kFloat;
    return {fmt::format("({}({} / {}){})", guard, a.sql, b.sql, end),
            is_float ? DataType::Float() : DataType()};
  }
  const int scale = std::max(a.type.scale, std::min(a.type.scale + 6, 12));
  return {fmt::format("({}CAST(round(CAST({} AS DOUBLE) / {}, {}) AS DECIMAL(38,{})){})", guard, a.sql, b.sql,
                      scale, scale, end),
          DataType::Number(38, scale)};
}

Typed AsText(const Typed& value) {
  if (value.type.kind == TypeKind::kText) return value;
  return CastTo(value, DataType::Text(), false);
}

namespace {

// a || (b || c) is (a || b) || c, so a chain becomes a balanced tree: DuckDB binds deep ones in cubic time.
std::string Concatenation(std::span<const std::string> operands) {
  if (operands.size() == 1) return operands.front();
  const size_t half = operands.size() / 2;
  return fmt::format("({} || {})", Concatenation(operands.first(half)),
                     Concatenation(operands.subspan(half)));
}

}  // namespace

Result<Typed> Translator::TranslateConcatenation(const Binary& chain, const Scope& scope) {
  std::vector<const Expression*> operands{chain.right.get()};
  const Expression* left = chain.left.get();
  while (const auto* inner = std::get_if<Binary>(&left->node)) {
    if (inner->op != BinaryOperator::kConcat) break;
    operands.push_back(inner->right.get());
    left = inner->left.get();
  }
  operands.push_back(left);
  bool null = false;
  std::vector<std::string> texts;
  for (auto operand = operands.rbegin(); operand != operands.rend(); ++operand) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, Translate(**operand, scope));
    null = null || value.sql == "NULL";
    texts.push_back(AsText(value).sql);
  }
  if (null) return Typed{"CAST(NULL AS VARCHAR)", DataType::Text()};
  return Typed{Concatenation(texts), DataType::Text()};
}

Result<Typed> Translator::One(const Binary& e, const Expression&, const Scope& scope) {
  if (e.op == BinaryOperator::kConcat) return TranslateConcatenation(e, scope);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed left, Translate(*e.left, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed right, Translate(*e.right, scope));
  switch (e.op) {
    case BinaryOperator::kDivide:
      return Divide(left, right);
    case BinaryOperator::kAdd:
    case BinaryOperator::kSubtract:
      if (const std::optional<Typed> moved = DateArithmetic(e.op, left, right)) return *moved;
      break;
    case BinaryOperator::kModulo:
      return Typed{fmt::format("(CASE WHEN {1} = 0 THEN error('Division by zero') ELSE {0} % {1} END)",
                               left.sql, right.sql),
                   ArithmeticType(e.op, left.type, right.type)};
    default:
      break;
  }
  DataType type = DataType::Boolean();
  if (e.op == BinaryOperator::kAdd || e.op == BinaryOperator::kSubtract ||
      e.op == BinaryOperator::kMultiply) {
    type = ArithmeticType(e.op, left.type, right.type);
  }
  return Typed{fmt::format("({} {} {})", left.sql, OperatorText(e.op), right.sql), type};
}

Result<Typed> Translator::One(const Case& e, const Expression&, const Scope& scope) {
  std::string sql = "CASE";
  if (e.operand != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
    sql += " " + operand.sql;
  }
  DataType type;
  bool first = true;
  const auto add_type = [&](const Typed& value) {
    if (value.sql == "NULL") return;
    type = first ? value.type : CommonType(type, value.type);
    first = false;
  };
  for (const auto& [condition, value] : e.branches) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed when, Translate(*condition, scope));
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed then, Translate(*value, scope));
    sql += fmt::format(" WHEN {} THEN {}", when.sql, then.sql);
    add_type(then);
  }
  if (e.otherwise != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed otherwise, Translate(*e.otherwise, scope));
    sql += " ELSE " + otherwise.sql;
    add_type(otherwise);
  }
  return Typed{"(" + sql + " END)", type};
}

// --- casts

Typed CastTo(const Typed& value, const DataType& type, bool try_cast) {
  const char* cast = try_cast ? "TRY_CAST" : "CAST";
  std::string source = value.sql;
  // A JSON scalar is cast by its text, without quotes.
  if (IsJson(value.type) && !IsJson(type)) source = fmt::format("({} ->> '$')", AsJson(value));
  switch (type.kind) {
    case TypeKind::kText: {
      std::string text;
      if (value.type.kind == TypeKind::kTimestampNtz) {
        text = fmt::format("strftime({}, '%Y-%m-%d %H:%M:%S.%g')", source);
      } else if (value.type.kind == TypeKind::kTimestampLtz || value.type.kind == TypeKind::kTimestampTz) {
        text = fmt::format("strftime({}, '%Y-%m-%d %H:%M:%S.%g %z')", source);
      } else if (value.type.kind == TypeKind::kBinary) {
        text = fmt::format("hex({})", source);
      } else {
        text = fmt::format("{}({} AS VARCHAR)", cast, source);
      }
      if (type.length < kMaxTextLength && type.length > 0)
        text = fmt::format("left({}, {})", text, type.length);
      return {text, type};
    }
    case TypeKind::kVariant:
    case TypeKind::kObject:
    case TypeKind::kArray:
      if (IsJson(value.type)) return {value.sql, type};
      return {fmt::format("to_json({})", source), type};
    case TypeKind::kBinary:
      return {fmt::format("unhex({})", source), type};
    case TypeKind::kNumber:
      // Text with a fraction rounds, as numbers do; DuckDB casts it to a DECIMAL of that scale the same way.
      if (value.type.kind == TypeKind::kBoolean) source = fmt::format("CAST({} AS INTEGER)", source);
      return {fmt::format("{}({} AS {})", cast, source, ToDuckDbType(type)), type};
    default:
      return {fmt::format("{}({} AS {})", cast, source, ToDuckDbType(type)), type};
  }
}

Result<Typed> Translator::One(const Cast& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const DataType type, ResolveType(e.type));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  return CastTo(operand, type, e.try_cast);
}

// --- semi-structured values

Result<Typed> Translator::One(const Path& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  return Typed{fmt::format("json_extract({}, {})", AsJson(operand), QuoteString(JsonPathStep(e.field))),
               Variant()};
}

Result<Typed> Translator::One(const Subscript& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed index, Translate(*e.index, scope));
  if (index.type.kind == TypeKind::kText) {
    return Typed{fmt::format("json_extract({}, '$.\"' || {} || '\"')", AsJson(operand), index.sql),
                 Variant()};
  }
  return Typed{fmt::format("json_extract({}, '$[' || CAST({} AS BIGINT) || ']')", AsJson(operand), index.sql),
               Variant()};
}

Result<Typed> Translator::One(const ObjectLiteral& e, const Expression&, const Scope& scope) {
  std::string sql;
  for (const auto& [name, expression] : e.fields) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, Translate(*expression, scope));
    sql += fmt::format("{}{}, {}", sql.empty() ? "" : ", ", QuoteString(name), value.sql);
  }
  return Typed{fmt::format("json_object({})", sql), DataType::Of(TypeKind::kObject)};
}

Result<Typed> Translator::One(const ArrayLiteral& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> elements, TranslateAll(e.elements, scope));
  std::string sql;
  for (const Typed& element : elements) sql += (sql.empty() ? "" : ", ") + element.sql;
  return Typed{fmt::format("json_array({})", sql), DataType::Of(TypeKind::kArray)};
}

Result<Typed> Translator::One(const Row& e, const Expression&, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> elements, TranslateAll(e.elements, scope));
  std::string sql;
  for (const Typed& element : elements) sql += (sql.empty() ? "" : ", ") + element.sql;
  return Typed{"(" + sql + ")", DataType()};
}

Result<Typed> Translator::One(const Collate& e, const Expression& whole, const Scope& scope) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  if (e.collation.empty() || UpperCase(e.collation) == "UTF8") return operand;
  std::string lower = e.collation;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower.ends_with("-ci")) return Typed{operand.sql + " COLLATE NOCASE", operand.type};
  return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000",
                      fmt::format("Unsupported feature 'collation {}'.", e.collation),
                      whole.span.location.line, whole.span.location.position);
}

}  // namespace lifeboat::account::sql
