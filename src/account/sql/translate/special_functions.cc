#include "account/sql/translate/special_functions.h"

#include <algorithm>
#include <utility>

#include "account/sql/sql_error.h"
#include "account/sql/translate/format_model.h"

namespace lifeboat::account::sql {
namespace {

Status WrongCount(const FunctionContext& c) {
  return WrongArgumentCount(c.name, c.call.name.location);
}

bool IsDateOrTime(const DataType& type) {
  return type.kind == TypeKind::kDate || type.is_timestamp();
}

// Text where a date is wanted is read as a timestamp.
std::string AsTimestamp(const Typed& value) {
  if (IsDateOrTime(value.type)) return value.sql;
  if (value.type.kind == TypeKind::kText) return fmt::format("CAST({} AS TIMESTAMP)", value.sql);
  return value.sql;
}

// --- aggregates

Result<Typed> Count(FunctionContext& c) {
  const DataType type = DataType::Number(18, 0);
  if (c.arguments.empty()) {
    if (c.call.arguments.size() != 1) return WrongCount(c);
    return Typed{"count(*)" + c.suffix, type};
  }
  const char* distinct = c.call.distinct ? "DISTINCT " : "";
  if (c.arguments.size() == 1)
    return Typed{fmt::format("count({}{}){}", distinct, c.arguments[0].sql, c.suffix), type};
  // Rows in which none of them is null.
  std::string list, not_null;
  for (const Typed& argument : c.arguments) {
    list += (list.empty() ? "" : ", ") + argument.sql;
    not_null += (not_null.empty() ? "" : " AND ") + argument.sql + " IS NOT NULL";
  }
  return Typed{fmt::format("count({}CASE WHEN {} THEN ({}) END){}", distinct, not_null, list, c.suffix),
               type};
}

Result<Typed> Sum(FunctionContext& c) {
  if (c.arguments.size() != 1) return WrongCount(c);
  const Typed& value = c.arguments[0];
  DataType type = value.type;
  if (type.is_number()) type = DataType::Number(38, type.scale);
  if (type.kind == TypeKind::kText || type.kind == TypeKind::kVariant) type = DataType::Float();
  std::string sql =
      value.type.kind == TypeKind::kText ? fmt::format("CAST({} AS DOUBLE)", value.sql) : value.sql;
  return Typed{fmt::format("sum({}{}){}", c.call.distinct ? "DISTINCT " : "", sql, c.suffix), type};
}

Result<Typed> Avg(FunctionContext& c) {
  if (c.arguments.size() != 1) return WrongCount(c);
  const Typed& value = c.arguments[0];
  const std::string average =
      fmt::format("avg({}{}){}", c.call.distinct ? "DISTINCT " : "", value.sql, c.suffix);
  if (!value.type.is_number()) return Typed{average, DataType::Float()};
  const int scale = std::max(value.type.scale, std::min(value.type.scale + 6, 12));
  return Typed{fmt::format("CAST(round({}, {}) AS DECIMAL(38,{}))", average, scale, scale),
               DataType::Number(38, scale)};
}

// LISTAGG(x [, separator]) [WITHIN GROUP (ORDER BY …)] and ARRAY_AGG.
Result<Typed> ListAgg(FunctionContext& c) {
  const bool list = c.name == "LISTAGG";
  if (c.arguments.empty() || c.arguments.size() > (list ? 2u : 1u)) return WrongCount(c);
  std::string order;
  for (const OrderItem& item : c.call.within_group) {
    LIFEBOAT_ASSIGN_OR_RETURN(const Typed key, c.translator.Translate(*item.expression, c.scope));
    order += order.empty() ? " ORDER BY " : ", ";
    order += fmt::format("{} {} NULLS {}", key.sql, item.descending ? "DESC" : "ASC",
                         item.nulls_first.value_or(item.descending) ? "FIRST" : "LAST");
  }
  const char* distinct = c.call.distinct ? "DISTINCT " : "";
  if (list) {
    const std::string separator = c.arguments.size() == 2 ? c.arguments[1].sql : "''";
    return Typed{fmt::format("coalesce(string_agg({}{}, {}{}){}, '')", distinct, AsText(c.arguments[0]).sql,
                             separator, order, c.suffix),
                 DataType::Text()};
  }
  // Nulls are left out.
  std::string filter = c.suffix;
  if (c.call.filter == nullptr)
    filter = fmt::format(" FILTER (WHERE {} IS NOT NULL)", c.arguments[0].sql) + filter;
  return Typed{fmt::format("coalesce(to_json(list({}{}{}){}), CAST('[]' AS JSON))", distinct,
                           c.arguments[0].sql, order, filter),
               DataType::Of(TypeKind::kArray)};
}

Result<Typed> PercentileCont(FunctionContext& c) {
  if (c.arguments.size() != 1 || c.call.within_group.size() != 1) return WrongCount(c);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed key,
                            c.translator.Translate(*c.call.within_group[0].expression, c.scope));
  const char* function = c.name == "PERCENTILE_CONT" ? "quantile_cont" : "quantile_disc";
  const std::string fraction =
      c.call.within_group[0].descending ? fmt::format("1 - {}", c.arguments[0].sql) : c.arguments[0].sql;
  return Typed{fmt::format("{}({}, {}){}", function, key.sql, fraction, c.suffix), DataType()};
}

// FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG, LEAD with IGNORE NULLS inside the parentheses.
Result<Typed> WindowValue(FunctionContext& c) {
  if (c.arguments.empty() || c.arguments.size() > 3) return WrongCount(c);
  std::string function = c.name;
  for (char& ch : function) ch = ch == '_' ? '_' : static_cast<char>(ch - 'A' + 'a');
  std::string list;
  for (const Typed& argument : c.arguments) list += (list.empty() ? "" : ", ") + argument.sql;
  return Typed{fmt::format("{}({}{}){}", function, list,
                           c.call.nulls == NullTreatment::kIgnoreNulls ? " IGNORE NULLS" : "", c.suffix),
               c.arguments[0].type};
}

Result<Typed> RatioToReport(FunctionContext& c) {
  if (c.arguments.size() != 1) return WrongCount(c);
  const Typed& part = c.arguments[0];
  return Divide(part, {fmt::format("nullif(sum({}){}, 0)", part.sql, c.suffix), part.type});
}

// --- numbers

// ROUND, CEIL, FLOOR and TRUNC to a number of digits.
Result<Typed> Round(FunctionContext& c) {
  if (c.arguments.empty() || c.arguments.size() > 2) return WrongCount(c);
  const Typed& value = c.arguments[0];
  const char* function = c.name == "ROUND"            ? "round"
                         : c.name.starts_with("CEIL") ? "ceil"
                         : c.name == "FLOOR"          ? "floor"
                                                      : "trunc";
  const bool trunc = c.name.starts_with("TRUNC");
  if (c.arguments.size() == 1 || c.arguments[1].sql == "0") {
    const std::string sql = fmt::format("{}({})", function, value.sql);
    if (!value.type.is_number()) return Typed{sql, value.type};
    return Typed{fmt::format("CAST({} AS DECIMAL(38,0))", sql), DataType::Number(38, 0)};
  }
  const std::string digits = fmt::format("CAST({} AS INTEGER)", c.arguments[1].sql);
  std::string sql;
  if (c.name == "ROUND") {
    sql = fmt::format("round({}, {})", value.sql, digits);
  } else {
    sql = fmt::format("({}({} * power(10, {})) / power(10, {}))", trunc ? "trunc" : function, value.sql,
                      digits, digits);
  }
  if (!value.type.is_number()) return Typed{sql, value.type};
  // A literal number of digits bounds the scale.
  int scale = value.type.scale;
  const std::string& literal = c.arguments[1].sql;
  const bool plain =
      !literal.empty() && literal.size() < 3 &&
      std::all_of(literal.begin(), literal.end(), [](char ch) { return ch >= '0' && ch <= '9'; });
  if (plain) scale = std::min(scale, std::stoi(literal));
  if (literal.starts_with('-') || literal.starts_with("(-")) scale = 0;
  return Typed{fmt::format("CAST({} AS DECIMAL(38,{}))", sql, scale), DataType::Number(38, scale)};
}

Result<Typed> Div0(FunctionContext& c) {
  if (c.arguments.size() != 2) return WrongCount(c);
  const Typed quotient = Divide(c.arguments[0], c.arguments[1]);
  const std::string zero = c.name == "DIV0NULL" ? fmt::format("({0} = 0 OR {0} IS NULL)", c.arguments[1].sql)
                                                : fmt::format("({} = 0)", c.arguments[1].sql);
  return Typed{fmt::format("(CASE WHEN {} THEN 0 ELSE {} END)", zero, quotient.sql), quotient.type};
}

// Any null argument makes the result null.
Result<Typed> Greatest(FunctionContext& c) {
  if (c.arguments.empty()) return WrongCount(c);
  std::string list, any_null;
  DataType type = c.arguments[0].type;
  for (const Typed& argument : c.arguments) {
    list += (list.empty() ? "" : ", ") + argument.sql;
    any_null += (any_null.empty() ? "" : " OR ") + argument.sql + " IS NULL";
    type = CommonType(type, argument.type);
  }
  return Typed{fmt::format("(CASE WHEN {} THEN NULL ELSE {}({}) END)", any_null,
                           c.name == "GREATEST" ? "greatest" : "least", list),
               type};
}

// --- conditions

Result<Typed> Iff(FunctionContext& c) {
  if (c.arguments.size() != 3) return WrongCount(c);
  return Typed{fmt::format("(CASE WHEN {} THEN {} ELSE {} END)", c.arguments[0].sql, c.arguments[1].sql,
                           c.arguments[2].sql),
               CommonType(c.arguments[1].type, c.arguments[2].type)};
}

Result<Typed> Nvl2(FunctionContext& c) {
  if (c.arguments.size() != 3) return WrongCount(c);
  return Typed{fmt::format("(CASE WHEN {} IS NOT NULL THEN {} ELSE {} END)", c.arguments[0].sql,
                           c.arguments[1].sql, c.arguments[2].sql),
               CommonType(c.arguments[1].type, c.arguments[2].type)};
}

// DECODE(x, search, result, …, default): null matches null.
Result<Typed> Decode(FunctionContext& c) {
  if (c.arguments.size() < 3) return WrongCount(c);
  std::string sql = "(CASE";
  size_t i = 1;
  for (; i + 1 < c.arguments.size(); i += 2) {
    sql += fmt::format(" WHEN {} IS NOT DISTINCT FROM {} THEN {}", c.arguments[0].sql, c.arguments[i].sql,
                       c.arguments[i + 1].sql);
  }
  if (i < c.arguments.size()) sql += " ELSE " + c.arguments[i].sql;
  return Typed{sql + " END)", c.arguments[2].type};
}

// --- text

Result<Typed> Concat(FunctionContext& c) {
  if (c.arguments.empty()) return WrongCount(c);
  std::string sql;
  for (const Typed& argument : c.arguments) sql += (sql.empty() ? "" : " || ") + AsText(argument).sql;
  return Typed{"(" + sql + ")", DataType::Text()};
}

// A start of 0 counts as 1.
Result<Typed> Substr(FunctionContext& c) {
  if (c.arguments.size() < 2 || c.arguments.size() > 3) return WrongCount(c);
  const std::string start =
      fmt::format("CASE WHEN {0} = 0 THEN 1 ELSE CAST({0} AS BIGINT) END", c.arguments[1].sql);
  std::string sql = fmt::format("substring({}, {}", AsText(c.arguments[0]).sql, start);
  if (c.arguments.size() == 3) sql += fmt::format(", greatest(CAST({} AS BIGINT), 0)", c.arguments[2].sql);
  return Typed{sql + ")", DataType::Text()};
}

Result<Typed> SplitPart(FunctionContext& c) {
  if (c.arguments.size() != 3) return WrongCount(c);
  return Typed{
      fmt::format("split_part({}, {}, CASE WHEN {} = 0 THEN 1 ELSE CAST({} AS BIGINT) END)",
                  AsText(c.arguments[0]).sql, c.arguments[1].sql, c.arguments[2].sql, c.arguments[2].sql),
      DataType::Text()};
}

Result<Typed> Sha2(FunctionContext& c) {
  if (c.arguments.empty() || c.arguments.size() > 2) return WrongCount(c);
  if (c.arguments.size() == 2 && c.arguments[1].sql != "256" && c.arguments[1].sql != "0") {
    return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000",
                        fmt::format("Unsupported feature 'SHA2 with {} bits'; use 256.", c.arguments[1].sql));
  }
  return Typed{fmt::format("sha256({})", AsText(c.arguments[0]).sql), DataType::Text()};
}

// --- conversions

// The first argument, read or written by a format model if there is a second.
Result<Typed> ToChar(FunctionContext& c) {
  if (c.arguments.empty() || c.arguments.size() > 2) return WrongCount(c);
  if (c.arguments.size() == 1) return AsText(c.arguments[0]);
  const auto* model = std::get_if<Literal>(&c.call.arguments[1].value->node);
  if (model == nullptr || !IsDateOrTime(c.arguments[0].type)) {
    return MakeSqlError(
        StatusCode::kUnsupported, "000002", "0A000",
        fmt::format("Unsupported feature '{} with a format that is not a constant, or of a value that is "
                    "no date or timestamp'.",
                    c.name));
  }
  return Typed{fmt::format("strftime({}, {})", c.arguments[0].sql, QuoteString(StrftimePattern(model->text))),
               DataType::Text()};
}

Result<Typed> ToTime(FunctionContext& c, TypeKind kind) {
  if (c.arguments.empty() || c.arguments.size() > 2) return WrongCount(c);
  const bool try_cast = c.name.starts_with("TRY_");
  const DataType type = DataType::Of(kind);
  const Typed& value = c.arguments[0];
  if (c.arguments.size() == 2 && value.type.kind == TypeKind::kText) {
    const auto* model = std::get_if<Literal>(&c.call.arguments[1].value->node);
    if (model != nullptr && model->kind == LiteralKind::kString && UpperCase(model->text) != "AUTO") {
      const std::string parsed = fmt::format("{}({}, {})", try_cast ? "try_strptime" : "strptime", value.sql,
                                             QuoteString(StrftimePattern(model->text)));
      return Typed{fmt::format("CAST({} AS {})", parsed, ToDuckDbType(type)), type};
    }
  }
  if (value.type.is_number() && kind != TypeKind::kDate && kind != TypeKind::kTime) {
    // Seconds since the epoch, or with a scale its fractions.
    const std::string divisor =
        c.arguments.size() == 2 ? fmt::format("power(10, {})", c.arguments[1].sql) : "1";
    return Typed{fmt::format("CAST(make_timestamp(CAST({} * (1000000 / {}) AS BIGINT)) AS {})", value.sql,
                             divisor, ToDuckDbType(type)),
                 type};
  }
  return CastTo(value, type, try_cast);
}

Result<Typed> ToDate(FunctionContext& c) {
  return ToTime(c, TypeKind::kDate);
}
Result<Typed> ToTimeOfDay(FunctionContext& c) {
  return ToTime(c, TypeKind::kTime);
}
Result<Typed> ToTimestampNtz(FunctionContext& c) {
  return ToTime(c, TypeKind::kTimestampNtz);
}
Result<Typed> ToTimestampLtz(FunctionContext& c) {
  return ToTime(c, TypeKind::kTimestampLtz);
}
Result<Typed> ToTimestampTz(FunctionContext& c) {
  return ToTime(c, TypeKind::kTimestampTz);
}

Result<Typed> ToNumber(FunctionContext& c) {
  if (c.arguments.empty() || c.arguments.size() > 3) return WrongCount(c);
  int precision = 38, scale = 0;
  for (size_t i = 1; i < c.call.arguments.size(); ++i) {
    const auto* literal = std::get_if<Literal>(&c.call.arguments[i].value->node);
    if (literal == nullptr || literal->kind != LiteralKind::kNumber || literal->text.size() > 2) {
      return MakeSqlError(StatusCode::kUnsupported, "000002", "0A000",
                          fmt::format("Unsupported feature '{} with a format'.", c.name));
    }
    (i == 1 ? precision : scale) = std::stoi(literal->text);
  }
  return CastTo(c.arguments[0], DataType::Number(precision, scale), c.name.starts_with("TRY_"));
}

Result<Typed> ToDouble(FunctionContext& c) {
  if (c.arguments.size() != 1) return WrongCount(c);
  return CastTo(c.arguments[0], DataType::Float(), c.name.starts_with("TRY_"));
}

Result<Typed> ToBoolean(FunctionContext& c) {
  if (c.arguments.size() != 1) return WrongCount(c);
  return CastTo(c.arguments[0], DataType::Boolean(), c.name.starts_with("TRY_"));
}

// OBJECT_CONSTRUCT leaves out keys whose value is null.
Result<Typed> ObjectConstruct(FunctionContext& c) {
  if (c.arguments.size() % 2 != 0) return WrongCount(c);
  std::string list;
  for (const Typed& argument : c.arguments) list += (list.empty() ? "" : ", ") + argument.sql;
  return Typed{fmt::format("json_merge_patch(CAST('{{}}' AS JSON), json_object({}))", list),
               DataType::Of(TypeKind::kObject)};
}

// GET(v, field or index)
Result<Typed> Get(FunctionContext& c) {
  if (c.arguments.size() != 2) return WrongCount(c);
  const std::string path = c.arguments[1].type.kind == TypeKind::kText
                               ? fmt::format("'$.\"' || {} || '\"'", c.arguments[1].sql)
                               : fmt::format("'$[' || CAST({} AS BIGINT) || ']'", c.arguments[1].sql);
  return Typed{fmt::format("json_extract({}, {})", c.arguments[0].sql, path),
               DataType::Of(TypeKind::kVariant)};
}

// --- dates

Status BadPart(const FunctionContext& c) {
  return MakeSqlError(
      StatusCode::kInvalidArgument, "001045", "42601",
      fmt::format("SQL compilation error: error line {} at position {}\nthe date part of {} is not one "
                  "Snowflake knows",
                  c.call.name.location.line, c.call.name.location.position, c.name),
      c.call.name.location.line, c.call.name.location.position);
}

// Translates the arguments behind the date part.
Result<std::vector<Typed>> Rest(FunctionContext& c) {
  std::vector<Typed> rest;
  for (size_t i = 1; i < c.call.arguments.size(); ++i) {
    LIFEBOAT_ASSIGN_OR_RETURN(Typed one, c.translator.Translate(*c.call.arguments[i].value, c.scope));
    rest.push_back(std::move(one));
  }
  return rest;
}

Result<Typed> DateDiff(FunctionContext& c) {
  if (c.call.arguments.size() != 3) return WrongCount(c);
  const std::string part = DatePart(*c.call.arguments[0].value);
  if (part.empty()) return BadPart(c);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> ends, Rest(c));
  std::string from = AsTimestamp(ends[0]), to = AsTimestamp(ends[1]);
  if (ends[0].type.kind != ends[1].type.kind) {
    // One with a time zone and one without compare in the session's zone, where both become timestamps with
    // one.
    const bool zone =
        ends[0].type.kind == TypeKind::kTimestampLtz || ends[1].type.kind == TypeKind::kTimestampLtz ||
        ends[0].type.kind == TypeKind::kTimestampTz || ends[1].type.kind == TypeKind::kTimestampTz;
    from = fmt::format("CAST({} AS {})", from, zone ? "TIMESTAMPTZ" : "TIMESTAMP");
    to = fmt::format("CAST({} AS {})", to, zone ? "TIMESTAMPTZ" : "TIMESTAMP");
  }
  return Typed{fmt::format("date_diff('{}', {}, {})", part, from, to), DataType::Number(18, 0)};
}

Result<Typed> DateAdd(FunctionContext& c) {
  if (c.call.arguments.size() != 3) return WrongCount(c);
  const std::string part = DatePart(*c.call.arguments[0].value);
  if (part.empty()) return BadPart(c);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<Typed> rest, Rest(c));
  const std::string count = fmt::format("CAST({} AS {})", rest[0].sql,
                                        part == "second" || part == "millisecond" ? "DOUBLE" : "BIGINT");
  std::string interval;
  if (part == "quarter") {
    interval = fmt::format("to_months(CAST(3 * {} AS INTEGER))", count);
  } else if (part == "year" || part == "month" || part == "week" || part == "day") {
    interval = fmt::format("to_{}s(CAST({} AS INTEGER))", part, count);
  } else if (part == "nanosecond") {
    interval = fmt::format("to_microseconds({} // 1000)", count);
  } else {
    interval = fmt::format("to_{}s({})", part, count);
  }
  const std::string moved = fmt::format("({} + {})", AsTimestamp(rest[1]), interval);
  const bool whole_days =
      part == "year" || part == "quarter" || part == "month" || part == "week" || part == "day";
  if (rest[1].type.kind == TypeKind::kDate) {
    if (whole_days) return Typed{fmt::format("CAST({} AS DATE)", moved), rest[1].type};
    return Typed{moved, DataType::Of(TypeKind::kTimestampNtz)};
  }
  return Typed{moved, IsDateOrTime(rest[1].type) ? rest[1].type : DataType::Of(TypeKind::kTimestampNtz)};
}

Result<Typed> DateTrunc(FunctionContext& c) {
  if (c.call.arguments.size() != 2) return WrongCount(c);
  size_t value_at = 1;
  std::string part = DatePart(*c.call.arguments[0].value);
  if (part.empty()) {  // TRUNC(date, 'part') has them the other way round
    part = DatePart(*c.call.arguments[1].value);
    value_at = 0;
  }
  if (part.empty()) return BadPart(c);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed value,
                            c.translator.Translate(*c.call.arguments[value_at].value, c.scope));
  const std::string sql = fmt::format("date_trunc('{}', {})", part, AsTimestamp(value));
  if (value.type.kind == TypeKind::kDate) return Typed{fmt::format("CAST({} AS DATE)", sql), value.type};
  return Typed{sql, IsDateOrTime(value.type) ? value.type : DataType::Of(TypeKind::kTimestampNtz)};
}

Result<Typed> DatePartOf(FunctionContext& c) {
  if (c.call.arguments.size() != 2) return WrongCount(c);
  const std::string part = DatePart(*c.call.arguments[0].value);
  if (part.empty()) return BadPart(c);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed value, c.translator.Translate(*c.call.arguments[1].value, c.scope));
  const std::string sql = part == "epoch"
                              ? fmt::format("CAST(floor(epoch({})) AS BIGINT)", AsTimestamp(value))
                              : fmt::format("date_part('{}', {})", part, AsTimestamp(value));
  return Typed{sql, DataType::Number(18, 0)};
}

Result<Typed> CurrentTimestamp(FunctionContext& c) {
  if (c.name == "SYSDATE")
    return Typed{"CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)", DataType::Of(TypeKind::kTimestampNtz)};
  return Typed{"now()", DataType::Of(TypeKind::kTimestampLtz)};
}
Result<Typed> CurrentDate(FunctionContext&) {
  return Typed{"today()", DataType::Of(TypeKind::kDate)};
}
Result<Typed> CurrentTime(FunctionContext&) {
  return Typed{"CAST(now() AS TIME)", DataType::Of(TypeKind::kTime)};
}

Result<Typed> ConvertTimezone(FunctionContext& c) {
  if (c.arguments.size() == 2) {
    return Typed{fmt::format("CAST(CAST({} AS TIMESTAMPTZ) AT TIME ZONE {} AS TIMESTAMP)", c.arguments[1].sql,
                             c.arguments[0].sql),
                 DataType::Of(TypeKind::kTimestampNtz)};
  }
  if (c.arguments.size() != 3) return WrongCount(c);
  return Typed{fmt::format("((CAST({} AS TIMESTAMP) AT TIME ZONE {}) AT TIME ZONE {})", c.arguments[2].sql,
                           c.arguments[0].sql, c.arguments[1].sql),
               DataType::Of(TypeKind::kTimestampNtz)};
}

// SEQ1() … SEQ8(): rows counted from 0.
Result<Typed> Sequence(FunctionContext&) {
  return Typed{"(row_number() OVER () - 1)", DataType::Number(19, 0)};
}

// UNIFORM(low, high, RANDOM())
Result<Typed> Uniform(FunctionContext& c) {
  if (c.arguments.size() != 3) return WrongCount(c);
  if (c.arguments[0].type.is_number() && c.arguments[0].type.scale == 0) {
    return Typed{fmt::format("CAST(floor({0} + random() * ({1} - {0} + 1)) AS BIGINT)", c.arguments[0].sql,
                             c.arguments[1].sql),
                 DataType::Number(38, 0)};
  }
  return Typed{fmt::format("({0} + random() * ({1} - {0}))", c.arguments[0].sql, c.arguments[1].sql),
               DataType::Float()};
}

struct Entry {
  std::string_view name;
  SpecialFunction function;
  bool takes_expressions = true;
};

constexpr Entry kEntries[] = {
    {"COUNT", Count},
    {"SUM", Sum},
    {"AVG", Avg},
    {"LISTAGG", ListAgg},
    {"ARRAY_AGG", ListAgg},
    {"PERCENTILE_CONT", PercentileCont},
    {"PERCENTILE_DISC", PercentileCont},
    {"FIRST_VALUE", WindowValue},
    {"LAST_VALUE", WindowValue},
    {"NTH_VALUE", WindowValue},
    {"LAG", WindowValue},
    {"LEAD", WindowValue},
    {"RATIO_TO_REPORT", RatioToReport},
    {"ROUND", Round},
    {"CEIL", Round},
    {"CEILING", Round},
    {"FLOOR", Round},
    {"TRUNCATE", Round},
    {"DIV0", Div0},
    {"DIV0NULL", Div0},
    {"GREATEST", Greatest},
    {"LEAST", Greatest},
    {"IFF", Iff},
    {"NVL2", Nvl2},
    {"DECODE", Decode},
    {"CONCAT", Concat},
    {"SUBSTR", Substr},
    {"SUBSTRING", Substr},
    {"SPLIT_PART", SplitPart},
    {"SHA2", Sha2},
    {"SHA2_HEX", Sha2},
    {"TO_CHAR", ToChar},
    {"TO_VARCHAR", ToChar},
    {"TO_DATE", ToDate},
    {"DATE", ToDate},
    {"TRY_TO_DATE", ToDate},
    {"TO_TIME", ToTimeOfDay},
    {"TIME", ToTimeOfDay},
    {"TRY_TO_TIME", ToTimeOfDay},
    {"TO_TIMESTAMP", ToTimestampNtz},
    {"TO_TIMESTAMP_NTZ", ToTimestampNtz},
    {"TRY_TO_TIMESTAMP", ToTimestampNtz},
    {"TRY_TO_TIMESTAMP_NTZ", ToTimestampNtz},
    {"TO_TIMESTAMP_LTZ", ToTimestampLtz},
    {"TRY_TO_TIMESTAMP_LTZ", ToTimestampLtz},
    {"TO_TIMESTAMP_TZ", ToTimestampTz},
    {"TRY_TO_TIMESTAMP_TZ", ToTimestampTz},
    {"TO_NUMBER", ToNumber},
    {"TO_DECIMAL", ToNumber},
    {"TO_NUMERIC", ToNumber},
    {"TRY_TO_NUMBER", ToNumber},
    {"TRY_TO_DECIMAL", ToNumber},
    {"TRY_TO_NUMERIC", ToNumber},
    {"TO_DOUBLE", ToDouble},
    {"TRY_TO_DOUBLE", ToDouble},
    {"TO_BOOLEAN", ToBoolean},
    {"TRY_TO_BOOLEAN", ToBoolean},
    {"OBJECT_CONSTRUCT", ObjectConstruct},
    {"GET", Get},
    {"DATEDIFF", DateDiff, false},
    {"TIMEDIFF", DateDiff, false},
    {"TIMESTAMPDIFF", DateDiff, false},
    {"DATEADD", DateAdd, false},
    {"TIMEADD", DateAdd, false},
    {"TIMESTAMPADD", DateAdd, false},
    {"DATE_TRUNC", DateTrunc, false},
    {"DATE_PART", DatePartOf, false},
    {"CURRENT_TIMESTAMP", CurrentTimestamp},
    {"LOCALTIMESTAMP", CurrentTimestamp},
    {"GETDATE", CurrentTimestamp},
    {"SYSTIMESTAMP", CurrentTimestamp},
    {"SYSDATE", CurrentTimestamp},
    {"CURRENT_DATE", CurrentDate},
    {"CURRENT_TIME", CurrentTime},
    {"LOCALTIME", CurrentTime},
    {"CONVERT_TIMEZONE", ConvertTimezone},
    {"SEQ1", Sequence},
    {"SEQ2", Sequence},
    {"SEQ4", Sequence},
    {"SEQ8", Sequence},
    {"UNIFORM", Uniform},
};

// TRUNC is DATE_TRUNC when it is given a date part, TRUNCATE otherwise.
Result<Typed> Trunc(FunctionContext& c) {
  const bool date = c.call.arguments.size() == 2 && (!DatePart(*c.call.arguments[1].value).empty());
  if (date) return DateTrunc(c);
  for (const FunctionArgument& argument : c.call.arguments) {
    LIFEBOAT_ASSIGN_OR_RETURN(Typed one, c.translator.Translate(*argument.value, c.scope));
    c.arguments.push_back(std::move(one));
  }
  return Round(c);
}

const Entry* FindEntry(const std::string& name) {
  const auto found =
      std::find_if(std::begin(kEntries), std::end(kEntries), [&](const Entry& e) { return e.name == name; });
  return found == std::end(kEntries) ? nullptr : found;
}

}  // namespace

SpecialFunction FindSpecialFunction(const std::string& name) {
  if (name == "TRUNC") return Trunc;
  const Entry* entry = FindEntry(name);
  return entry == nullptr ? nullptr : entry->function;
}

bool SpecialTakesExpressions(const std::string& name) {
  const Entry* entry = FindEntry(name);
  return entry != nullptr && entry->takes_expressions;
}

namespace {

struct Part {
  std::string_view word, part;
};
constexpr Part kParts[] = {{"YEAR", "year"},
                           {"Y", "year"},
                           {"YY", "year"},
                           {"YYY", "year"},
                           {"YYYY", "year"},
                           {"YR", "year"},
                           {"YEARS", "year"},
                           {"YRS", "year"},
                           {"QUARTER", "quarter"},
                           {"Q", "quarter"},
                           {"QTR", "quarter"},
                           {"QTRS", "quarter"},
                           {"QUARTERS", "quarter"},
                           {"MONTH", "month"},
                           {"MM", "month"},
                           {"MON", "month"},
                           {"MONS", "month"},
                           {"MONTHS", "month"},
                           {"WEEK", "week"},
                           {"W", "week"},
                           {"WK", "week"},
                           {"WEEKOFYEAR", "week"},
                           {"WOY", "week"},
                           {"WY", "week"},
                           {"WEEKS", "week"},
                           {"WEEK_ISO", "week"},
                           {"DAY", "day"},
                           {"D", "day"},
                           {"DD", "day"},
                           {"DAYS", "day"},
                           {"DAYOFMONTH", "day"},
                           {"DAYOFWEEK", "dow"},
                           {"WEEKDAY", "dow"},
                           {"DOW", "dow"},
                           {"DW", "dow"},
                           {"DAYOFWEEKISO", "isodow"},
                           {"DAYOFYEAR", "doy"},
                           {"YEARDAY", "doy"},
                           {"DOY", "doy"},
                           {"DY", "doy"},
                           {"HOUR", "hour"},
                           {"H", "hour"},
                           {"HH", "hour"},
                           {"HR", "hour"},
                           {"HOURS", "hour"},
                           {"HRS", "hour"},
                           {"MINUTE", "minute"},
                           {"M", "minute"},
                           {"MI", "minute"},
                           {"MIN", "minute"},
                           {"MINUTES", "minute"},
                           {"MINS", "minute"},
                           {"SECOND", "second"},
                           {"S", "second"},
                           {"SEC", "second"},
                           {"SECONDS", "second"},
                           {"SECS", "second"},
                           {"MILLISECOND", "millisecond"},
                           {"MS", "millisecond"},
                           {"MSEC", "millisecond"},
                           {"MILLISECONDS", "millisecond"},
                           {"MICROSECOND", "microsecond"},
                           {"US", "microsecond"},
                           {"USEC", "microsecond"},
                           {"MICROSECONDS", "microsecond"},
                           {"NANOSECOND", "nanosecond"},
                           {"NS", "nanosecond"},
                           {"NSEC", "nanosecond"},
                           {"NANOSECONDS", "nanosecond"},
                           {"EPOCH", "epoch"},
                           {"EPOCH_SECOND", "epoch"},
                           {"EPOCH_SECONDS", "epoch"}};

}  // namespace

std::string DatePart(std::string_view word) {
  const std::string upper = UpperCase(word);
  for (const Part& part : kParts) {
    if (part.word == upper) return std::string(part.part);
  }
  return std::string();
}

std::string DatePart(const Expression& expression) {
  if (const auto* column = std::get_if<ColumnRef>(&expression.node);
      column != nullptr && column->parts.size() == 1) {
    return DatePart(column->parts[0].text);
  }
  if (const auto* literal = std::get_if<Literal>(&expression.node);
      literal != nullptr && literal->kind == LiteralKind::kString) {
    return DatePart(literal->text);
  }
  return std::string();
}

Result<Typed> Translator::One(const Extract& e, const Expression& whole, const Scope& scope) {
  const std::string part = DatePart(e.part);
  LIFEBOAT_ASSIGN_OR_RETURN(const Typed operand, Translate(*e.operand, scope));
  if (part.empty()) return InvalidIdentifier(e.part, whole.span.location);
  if (part == "epoch")
    return Typed{fmt::format("CAST(floor(epoch({})) AS BIGINT)", operand.sql), DataType::Number(18, 0)};
  return Typed{fmt::format("date_part('{}', {})", part, operand.sql), DataType::Number(18, 0)};
}

}  // namespace lifeboat::account::sql
