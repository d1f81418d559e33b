// Function calls: session functions, special functions, then the tables.
#include <algorithm>
#include <utility>

#include "account/sql/sql_error.h"
#include "account/sql/translate/function_table.h"
#include "account/sql/translate/special_functions.h"
#include "account/sql/translate/translator.h"

namespace lifeboat::account::sql {
namespace {

const FunctionTemplate* FindTemplate(const std::string& name, size_t count, bool* known) {
  for (const auto functions : {AggregateFunctions(), NumericFunctions(), TextFunctions(),
                               ConditionalFunctions(), DateFunctions(), SemiStructuredFunctions()}) {
    for (const FunctionTemplate& one : functions) {
      if (one.name != name) continue;
      *known = true;
      const int arguments = static_cast<int>(count);
      if (arguments >= one.min_arguments && (one.max_arguments < 0 || arguments <= one.max_arguments))
        return &one;
    }
  }
  return nullptr;
}

std::string Fill(std::string_view text, const std::vector<Typed>& arguments) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size() ||
        (text[i + 1] != '*' && (text[i + 1] < '1' || text[i + 1] > '9'))) {
      out.push_back(text[i]);
      continue;
    }
    const char which = text[++i];
    if (which == '*') {
      for (size_t j = 0; j < arguments.size(); ++j) out += (j > 0 ? ", " : "") + arguments[j].sql;
    } else {
      out += arguments[static_cast<size_t>(which - '1')].sql;
    }
  }
  return out;
}

DataType TypeOfResult(ResultType result, const std::vector<Typed>& arguments) {
  switch (result) {
    case ResultType::kUnknown:
      return DataType();
    case ResultType::kText:
      return DataType::Text();
    case ResultType::kFloat:
      return DataType::Float();
    case ResultType::kBoolean:
      return DataType::Boolean();
    case ResultType::kCount:
      return DataType::Number(18, 0);
    case ResultType::kNumber:
      return DataType::Number(38, 0);
    case ResultType::kDate:
      return DataType::Of(TypeKind::kDate);
    case ResultType::kTimestampNtz:
      return DataType::Of(TypeKind::kTimestampNtz);
    case ResultType::kVariant:
      return DataType::Of(TypeKind::kVariant);
    case ResultType::kArray:
      return DataType::Of(TypeKind::kArray);
    case ResultType::kObject:
      return DataType::Of(TypeKind::kObject);
    case ResultType::kFirst:
      return arguments.empty() ? DataType() : arguments.front().type;
    case ResultType::kCommon:
      break;
  }
  DataType type;
  bool first = true;
  for (const Typed& argument : arguments) {
    if (argument.sql == "NULL") continue;
    type = first ? argument.type : CommonType(type, argument.type);
    first = false;
  }
  return type;
}

// Puts DISTINCT behind the first parenthesis of an aggregate's text.
std::string WithDistinct(std::string sql) {
  const size_t open = sql.find('(');
  return open == std::string::npos ? sql : sql.insert(open + 1, "DISTINCT ");
}

}  // namespace

Status UnknownFunction(const std::string& name, Location location) {
  return MakeSqlError(StatusCode::kInvalidArgument, "002140", "42601",
                      fmt::format("SQL compilation error: error line {} at position {}\nUnknown function {}",
                                  location.line, location.position, name),
                      location.line, location.position);
}

Status WrongArgumentCount(const std::string& name, Location location) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "000938", "22023",
      fmt::format("SQL compilation error: error line {} at position {}\nnot enough or too many arguments "
                  "for function [{}]",
                  location.line, location.position, name),
      location.line, location.position);
}

Result<Typed> Translator::One(const FunctionCall& e, const Expression&, const Scope& scope) {
  const std::string name = e.name.last();
  LIFEBOAT_ASSIGN_OR_RETURN(Typed value, TranslateCall(name, e, scope));
  return value;
}

// FILTER, IGNORE NULLS and OVER, in DuckDB's order.
Result<std::string> Translator::TranslateCallSuffix(const FunctionCall& call, const Scope& scope) {
  std::string sql;
  if (call.filter != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed condition, Translate(*call.filter, scope));
    sql += " FILTER (WHERE " + condition.sql + ")";
  }
  if (call.over != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string window, TranslateWindow(*call.over, scope));
    // A bare OVER w names a window instead of describing one.
    const bool named = !call.over->base.text.empty() && call.over->partition_by.empty() &&
                       call.over->order_by.empty() && !call.over->frame;
    sql += " OVER " + (named ? QuoteName(call.over->base.text) : window);
  }
  return sql;
}

Result<Typed> Translator::TranslateCall(const std::string& name, const FunctionCall& call,
                                        const Scope& scope) {
  const Location location = call.name.location;
  FunctionContext context{*this, call, scope, name, {}, ""};
  LIFEBOAT_ASSIGN_OR_RETURN(context.suffix, TranslateCallSuffix(call, scope));
  const SpecialFunction special = FindSpecialFunction(name);
  const bool plain = special == nullptr || SpecialTakesExpressions(name);
  if (plain) {
    for (const FunctionArgument& argument : call.arguments) {
      if (std::holds_alternative<Star>(argument.value->node) && name == "COUNT") continue;
      LIFEBOAT_ASSIGN_OR_RETURN(Typed one, Translate(*argument.value, scope));
      context.arguments.push_back(std::move(one));
    }
  }
  if (special != nullptr) return special(context);
  bool known = false;
  if (const FunctionTemplate* function = FindTemplate(name, context.arguments.size(), &known)) {
    if (function->text_arguments) {
      for (Typed& argument : context.arguments) argument = AsText(argument);
    }
    std::string sql = Fill(function->sql, context.arguments);
    if (call.distinct) sql = WithDistinct(std::move(sql));
    return Typed{sql + context.suffix, TypeOfResult(function->result, context.arguments)};
  }
  if (known) return WrongArgumentCount(name, location);
  // What is left may be a function of the session: its arguments are constants.
  ConstantScope constants;
  constants.variable = [&](std::string_view variable) { return resolver_.Variable(variable); };
  constants.bind = [&](std::string_view bind) { return resolver_.BindValue(bind); };
  std::vector<Constant> arguments;
  for (const FunctionArgument& argument : call.arguments) {
    const Result<Constant> constant = FoldConstant(*argument.value, constants);
    if (!constant.ok()) return UnknownFunction(name, location);
    arguments.push_back(*constant);
  }
  std::string full_name;
  for (const Identifier& part : call.name.parts) full_name += (full_name.empty() ? "" : ".") + part.text;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<Constant> value,
                            resolver_.SessionFunction(full_name, arguments));
  if (!value) return UnknownFunction(full_name, location);
  // Session functions answer text: CURRENT_DATABASE() is a VARCHAR even where there is none.
  if (value->kind == LiteralKind::kNull) return Typed{"CAST(NULL AS VARCHAR)", DataType::Text()};
  return TypedConstant(*value);
}

}  // namespace lifeboat::account::sql
