#include "iceberg/scan/residual.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "iceberg/scan/projection.h"
#include "iceberg/scan/value_range.h"
#include "iceberg/test_lake.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

class ResidualTest : public ::testing::Test {
 protected:
  std::string Of(const Expression& filter, std::string_view transform, const Literal& value,
                 int32_t source_id = kDay) {
    const PartitionSpec spec = TestLake::SpecOf(source_id, "part", transform);
    return ToString(Residual(filter, schema_, spec, {value}), schema_);
  }
  static Expression Day(Op op, int32_t day) { return Expression::Compare(op, kDay, Literal(day)); }

  const Schema schema_ = TestLake::TestSchema();
};

TEST_F(ResidualTest, IdentityDecidesEverything) {
  const Literal seven(int32_t{7}), null;
  const std::pair<Op, bool> of_seven[] = {{Op::kLess, false},    {Op::kLessOrEqual, true},
                                          {Op::kGreater, false}, {Op::kGreaterOrEqual, true},
                                          {Op::kEqual, true},    {Op::kNotEqual, false}};
  for (const auto& [op, expected] : of_seven)
    EXPECT_EQ(Of(Day(op, 7), "identity", seven), expected ? "TRUE" : "FALSE");
  EXPECT_EQ(Of(Expression::IsNull(kDay), "identity", null), "TRUE");
  EXPECT_EQ(Of(Expression::NotNull(kDay), "identity", null), "FALSE");
  EXPECT_EQ(Of(Day(Op::kLess, 9), "identity", null), "FALSE");
  Expression differs = Day(Op::kNotEqual, 7);
  EXPECT_EQ(Of(differs, "identity", null), "FALSE");
  differs.matches_null = true;
  EXPECT_EQ(Of(differs, "identity", null), "TRUE");
}

TEST_F(ResidualTest, ATransformDecidesWhatItCan) {
  const Literal month_of_1971(int32_t{12});  // days 365 to 395
  EXPECT_EQ(Of(Day(Op::kLess, 365), "month", month_of_1971), "FALSE");
  EXPECT_EQ(Of(Day(Op::kLess, 366), "month", month_of_1971), "day < 1971-01-02");
  EXPECT_EQ(Of(Day(Op::kLess, 396), "month", month_of_1971), "TRUE");
  EXPECT_EQ(Of(Day(Op::kGreaterOrEqual, 365), "month", month_of_1971), "TRUE");
  EXPECT_EQ(Of(Day(Op::kGreaterOrEqual, 396), "month", month_of_1971), "FALSE");
  EXPECT_EQ(Of(Day(Op::kEqual, 400), "month", month_of_1971), "FALSE");
  EXPECT_EQ(Of(Day(Op::kNotEqual, 400), "month", month_of_1971), "TRUE");
  EXPECT_EQ(Of(Day(Op::kEqual, 370), "month", month_of_1971), "day = 1971-01-06");
  EXPECT_EQ(Of(Day(Op::kLess, 1), "void", month_of_1971), "day < 1970-01-02");
  // Old files before 1970 may say one month too many.
  EXPECT_EQ(Of(Day(Op::kLess, 0), "month", Literal(int32_t{-1})), "day < 1970-01-01");

  Expression month = Expression::Equal(kDay, Literal(int32_t{12}));
  month.transform = Transform::Parse("month");
  EXPECT_EQ(Of(month, "month", month_of_1971), "TRUE");
  EXPECT_EQ(Of(month, "year", Literal(int32_t{1})), "month(day) = 12");
}

TEST_F(ResidualTest, GroupsAreSimplified) {
  const Literal seven(int32_t{7});
  const Expression clicks = Expression::Equal(kClicks, Literal(int64_t{1}));
  EXPECT_EQ(Of(Expression::And({Day(Op::kEqual, 7), clicks}), "identity", seven), "clicks = 1");
  EXPECT_EQ(Of(Expression::And({Day(Op::kEqual, 8), clicks}), "identity", seven), "FALSE");
  EXPECT_EQ(Of(Expression::Or({Day(Op::kEqual, 7), clicks}), "identity", seven), "TRUE");
  EXPECT_EQ(Of(Expression::Or({Day(Op::kEqual, 8), clicks}), "identity", seven), "clicks = 1");
  EXPECT_EQ(Of(Expression::And({Day(Op::kEqual, 7)}), "identity", seven), "TRUE");
  EXPECT_EQ(Of(Expression::And({clicks, Expression::IsNull(kCost), Day(Op::kEqual, 7)}), "identity", seven),
            "(clicks = 1 AND cost IS NULL)");
}

// Whatever the filter and the partition: the residual says of each row of the partition what the filter says.
TEST_F(ResidualTest, SaysTheSameOfEveryRow) {
  const Op ops[] = {Op::kLess,     Op::kLessOrEqual, Op::kGreater, Op::kGreaterOrEqual, Op::kEqual,
                    Op::kNotEqual, Op::kIn,          Op::kNotIn,   Op::kIsNull,         Op::kNotNull};
  const Type source = Type::Primitive(TypeId::kDate);
  int decided = 0;
  for (const char* name : {"identity", "month", "year", "day", "bucket[3]", "void"}) {
    const Transform transform = Transform::Parse(name);
    const PartitionSpec spec = TestLake::SpecOf(kDay, "part", name);
    for (int32_t row = -40; row <= 800; row += 10) {
      const Literal day = row == -40 ? Literal() : Literal(row);
      for (const Op op : ops) {
        for (int32_t literal = 0; literal <= 760; literal += 20) {
          Expression filter = Day(op, literal);
          if (op == Op::kIsNull || op == Op::kNotNull) filter.literals.clear();
          filter.matches_null = op == Op::kNotEqual || op == Op::kNotIn;
          const Expression residual = Residual(filter, schema_, spec, {transform.Apply(source, day)});
          if (residual == filter) continue;
          ++decided;
          ASSERT_EQ(residual.op == Op::kTrue, MayMatch(filter, ValueRange::Of(day)))
              << name << ": " << ToString(filter, schema_) << " of day " << row;
        }
      }
    }
  }
  EXPECT_GT(decided, 10'000);
}

TEST(ProjectionTest, NotStartsWithNeedsTheWholePrefix) {
  Expression predicate = Expression::StartsWith(kCampaignId, "abc");
  predicate.op = Op::kNotStartsWith;
  const Type text = Type::Primitive(TypeId::kString);
  EXPECT_FALSE(Project(predicate, Transform::Parse("truncate[2]"), text).has_value());
  const auto projected = Project(predicate, Transform::Parse("truncate[3]"), text);
  ASSERT_TRUE(projected.has_value());
  EXPECT_FALSE(MayMatch(*projected, ValueRange::Of(Literal("abc"))));
  EXPECT_TRUE(MayMatch(*projected, ValueRange::Of(Literal("abd"))));
}

TEST(ProjectionTest, OldFilesBefore1970AreOneAbove) {
  const Type date = Type::Primitive(TypeId::kDate);
  const auto projected =
      Project(Expression::Equal(kDay, Literal(int32_t{-40})), Transform::Parse("month"), date);
  ASSERT_TRUE(projected.has_value());
  EXPECT_TRUE(MayMatch(*projected, ValueRange::Of(Literal(int32_t{-2}))));
  EXPECT_TRUE(MayMatch(*projected, ValueRange::Of(Literal(int32_t{-1}))));
  EXPECT_FALSE(MayMatch(*projected, ValueRange::Of(Literal(int32_t{0}))));
}

}  // namespace
}  // namespace lifeboat::iceberg
