#include "iceberg/model/expression_json.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

Field Column(int32_t id, const char* name, Type type) {
  Field field;
  field.id = id;
  field.name = name;
  field.type = std::move(type);
  return field;
}

class ExpressionJsonTest : public ::testing::Test {
 protected:
  ExpressionJsonTest() {
    schema_.fields = {Column(1, "name", Type::Primitive(TypeId::kString)),
                      Column(2, "day", Type::Primitive(TypeId::kDate)),
                      Column(3, "small", Type::Primitive(TypeId::kInt)),
                      Column(4, "cost", Type::Primitive(TypeId::kFloat)),
                      Column(5, "price", Type::Decimal(9, 2)),
                      Column(6, "at", Type::Primitive(TypeId::kTimestampTz)),
                      Column(7, "place", Type::Struct({Column(8, "city", Type::Primitive(TypeId::kString))})),
                      Column(9, "precise", Type::Primitive(TypeId::kTimestampNs)),
                      Column(10, "id", Type::Primitive(TypeId::kUuid)),
                      Column(11, "hour", Type::Primitive(TypeId::kTime))};
  }
  Result<Expression> Parse(const std::string& text, bool case_sensitive = true) {
    LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseJson(text, "filter", 2000));
    return ParseExpression(value, schema_, case_sensitive);
  }
  std::string Written(const Expression& expression) {
    std::string text;
    JsonWriter writer(&text);
    AppendExpressionJson(expression, schema_, writer);
    return text;
  }
  // Parses, and gives the readable form; the error message if it is refused.
  std::string Text(const std::string& json) {
    const Result<Expression> expression = Parse(json);
    if (!expression.ok()) return expression.status().message();
    EXPECT_OK(ValidateExpression(*expression, schema_));
    return ToString(*expression, schema_);
  }

  Schema schema_;
};

TEST_F(ExpressionJsonTest, WhatIsWrittenIsReadBack) {
  for (
      const char* text : {
          "true",
          "false",
          R"({"type":"is-null","term":"place.city"})",
          R"({"type":"not-null","term":"place"})",
          R"({"type":"is-nan","term":"cost"})",
          R"({"type":"not-nan","term":"cost"})",
          R"({"type":"lt","term":"small","value":-3})",
          R"({"type":"lt-eq","term":"day","value":"2026-01-31"})",
          R"({"type":"gt","term":"price","value":"12.50"})",
          R"({"type":"gt-eq","term":"at","value":"2026-01-31T10:00:00+00:00"})",
          R"({"type":"eq","term":"id","value":"f79c3e09-677c-4bbd-a479-3f349cb785e7"})",
          R"({"type":"not-eq","term":"name","value":"a\"b"})",
          R"({"type":"in","term":"small","values":[1,2,3]})",
          R"({"type":"not-in","term":"name","values":["x","y"]})",
          R"({"type":"starts-with","term":"name","value":"CMP"})",
          R"({"type":"not-starts-with","term":"name","value":"CMP"})",
          R"({"type":"eq","term":{"type":"transform","transform":"day","term":"at"},"value":"2026-01-31"})",
          R"({"type":"eq","term":{"type":"transform","transform":"bucket[16]","term":"name"},"value":3})",
          R"({"type":"and","left":{"type":"is-null","term":"name"},)"
          R"("right":{"type":"or","left":{"type":"is-null","term":"day"},"right":{"type":"is-null","term":"id"}}})",
      }) {
    ASSERT_OK_AND_ASSIGN(const Expression expression, Parse(text));
    EXPECT_EQ(Written(expression), text);
    ASSERT_OK_AND_ASSIGN(const Expression again, Parse(Written(expression)));
    EXPECT_EQ(expression, again) << text;
  }
}

TEST_F(ExpressionJsonTest, OtherFormsOfTheSame) {
  EXPECT_EQ(Text(R"({"type":"true"})"), "TRUE");
  EXPECT_EQ(Text(R"({"type":"literal","value":false})"), "FALSE");
  EXPECT_EQ(Text(R"({"type":"eq","term":{"type":"reference","term":"name"},)"
                 R"("value":{"type":"literal","value":"x"}})"),
            "name = 'x'");
  EXPECT_EQ(
      Text(R"({"type":"eq","term":{"type":"transform","transform":"identity","term":"small"},"value":1})"),
      "small = 1");
  // Engines send what their columns are stored as.
  EXPECT_EQ(Text(R"({"type":"eq","term":"day","value":20484})"), "day = 2026-01-31");
  EXPECT_EQ(Text(R"({"type":"eq","term":"at","value":0})"), "at = 1970-01-01T00:00:00+00:00");
  EXPECT_EQ(Text(R"({"type":"eq","term":"precise","value":1000000})"),
            Text(R"({"type":"eq","term":"precise","value":"1970-01-01T00:00:01"})"));
  EXPECT_EQ(Text(R"({"type":"eq","term":"price","value":12.5})"), "price = 12.50");
  ASSERT_OK_AND_ASSIGN(const Expression lower, Parse(R"({"type":"is-null","term":"NAME"})", false));
  EXPECT_EQ(lower, Expression::IsNull(1));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Parse(R"({"type":"is-null","term":"NAME"})", true));
}

TEST_F(ExpressionJsonTest, NegationEndsInThePredicates) {
  EXPECT_EQ(Text(R"({"type":"not","child":{"type":"and","left":{"type":"lt","term":"small","value":1},)"
                 R"("right":{"type":"not","child":{"type":"in","term":"small","values":[7]}}}})"),
            "(small >= 1 OR small IN (7))");
  EXPECT_EQ(Text(R"({"type":"not","child":true})"), "FALSE");
  EXPECT_EQ(Text(R"({"type":"not","child":{"type":"starts-with","term":"name","value":"a"}})"),
            "name NOT STARTS WITH 'a'");
  // "Not equal" holds of null, unlike in SQL.
  ASSERT_OK_AND_ASSIGN(const Expression differs,
                       Parse(R"({"type":"not","child":{"type":"eq","term":"small","value":1}})"));
  EXPECT_TRUE(differs.matches_null);
  ASSERT_OK_AND_ASSIGN(const Expression equal,
                       Parse(R"({"type":"not","child":{"type":"not-eq","term":"small","value":1}})"));
  EXPECT_FALSE(equal.matches_null);
}

TEST_F(ExpressionJsonTest, ValuesTheTypeCannotHold) {
  const auto compare = [&](const char* op, const char* column, const char* value) {
    return Text(fmt::format(R"({{"type":"{}","term":"{}","value":{}}})", op, column, value));
  };
  for (const char* beyond : {"3000000000", "18446744073709551615"}) {
    EXPECT_EQ(compare("lt", "small", beyond), "small IS NOT NULL");
    EXPECT_EQ(compare("lt-eq", "small", beyond), "small IS NOT NULL");
    EXPECT_EQ(compare("gt", "small", beyond), "FALSE");
    EXPECT_EQ(compare("eq", "small", beyond), "FALSE");
    EXPECT_EQ(compare("not-eq", "small", beyond), "TRUE");
  }
  EXPECT_EQ(compare("gt-eq", "small", "-3000000000"), "small IS NOT NULL");
  EXPECT_EQ(compare("lt", "small", "-3000000000"), "FALSE");
  EXPECT_EQ(compare("gt", "hour", "-1"), "hour IS NOT NULL");
  EXPECT_EQ(compare("eq", "hour", "86400000000"), "FALSE");
  EXPECT_EQ(compare("lt", "hour", "86399999999"), "hour < 23:59:59.999999");
  EXPECT_EQ(Text(R"({"type":"in","term":"small","values":[1,3000000000]})"), "small IN (1)");
  EXPECT_EQ(Text(R"({"type":"in","term":"small","values":[]})"), "FALSE");
  EXPECT_EQ(Text(R"({"type":"not-in","term":"small","values":[3000000000]})"), "TRUE");
  // 0.1 lies between two floats: the bound is kept inside, whichever way it was rounded.
  ASSERT_OK_AND_ASSIGN(const Expression less, Parse(R"({"type":"lt","term":"cost","value":0.1})"));
  EXPECT_EQ(less, Expression::Compare(Op::kLessOrEqual, 4, Literal(0.1f)));
  ASSERT_OK_AND_ASSIGN(const Expression exact, Parse(R"({"type":"lt","term":"cost","value":0.5})"));
  EXPECT_EQ(exact, Expression::Compare(Op::kLess, 4, Literal(0.5f)));
  EXPECT_EQ(compare("not-eq", "cost", "0.1"), "TRUE");
  EXPECT_EQ(compare("lt", "cost", "1e300"), "cost IS NOT NULL");
}

TEST_F(ExpressionJsonTest, MistakesAreNamed) {
  for (const char* text : {
           "1",
           "null",
           "[]",
           "{}",
           R"({"type":7})",
           R"({"type":"like","term":"name","value":"x"})",
           R"({"type":"eq","value":1})",
           R"({"type":"eq","term":"small"})",
           R"({"type":"eq","term":"small","value":null})",
           R"({"type":"eq","term":"small","value":"1"})",
           R"({"type":"eq","term":"small","value":1.5})",
           R"({"type":"eq","term":"small","value":true})",
           R"({"type":"eq","term":"name","value":1})",
           R"({"type":"eq","term":"nowhere","value":1})",
           R"({"type":"eq","term":"place","value":1})",
           R"({"type":"eq","term":"day","value":"yesterday"})",
           R"({"type":"eq","term":"price","value":"1.234"})",
           R"({"type":"eq","term":"small","values":[1]})",
           R"({"type":"in","term":"small","value":1})",
           R"({"type":"in","term":"small","values":1})",
           R"({"type":"is-null","term":"small","value":1})",
           R"({"type":"is-nan","term":"small"})",
           R"({"type":"starts-with","term":"small","value":"1"})",
           R"({"type":"not"})",
           R"({"type":"and","left":true})",
           R"({"type":"or","right":true})",
           R"({"type":"eq","term":{"type":"transform","transform":"day","term":"name"},"value":1})",
           R"({"type":"eq","term":{"type":"transform","transform":"sqrt","term":"small"},"value":1})",
           R"({"type":"eq","term":{"type":"transform","transform":"day",)"
           R"("term":{"type":"transform","transform":"day","term":"at"}},"value":1})",
           R"({"type":"eq","term":{"type":"column"},"value":1})",
       }) {
    EXPECT_EQ(Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(Text(R"({"type":"and","left":true,"right":{"type":"eq","term":"small","value":"x"}})"),
            "right.value: expected a value of type int, got a string");
}

TEST_F(ExpressionJsonTest, LimitsHold) {
  const auto nested = [](size_t levels) {
    std::string text;
    for (size_t i = 0; i < levels; ++i) text += R"({"type":"not","child":)";
    return text + "true" + std::string(levels, '}');
  };
  EXPECT_OK(Parse(nested(kExpressionDepthMax - 1)));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Parse(nested(kExpressionDepthMax)));
  const auto values = [](size_t count) {
    std::string text = R"({"type":"in","term":"small","values":[0)";
    for (size_t i = 1; i < count; ++i) text += "," + std::to_string(i);
    return text + "]}";
  };
  EXPECT_OK(Parse(values(kExpressionLiteralsMax)));
  EXPECT_STATUS(StatusCode::kInvalidArgument, Parse(values(kExpressionLiteralsMax + 1)));
  // A broad tree is not deep, but it may have too many leaves.
  std::string leaf = R"({"type":"is-null","term":"small"})", tree = leaf;
  for (int level = 0; level < 11; ++level)
    tree = R"({"type":"or","left":)" + tree + R"(,"right":)" + tree + "}";
  EXPECT_STATUS(StatusCode::kInvalidArgument, Parse(tree));
}

}  // namespace
}  // namespace lifeboat::iceberg
