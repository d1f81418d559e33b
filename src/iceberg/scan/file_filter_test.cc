// Leaving out a file must never lose a row: random rows, files, partitions and filters are checked against
// the plain meaning of the filter, row by row. What is left out on purpose is checked by example.
#include "iceberg/scan/file_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "iceberg/manifest/manifest.h"
#include "iceberg/scan/plan_scan.h"

namespace lifeboat::iceberg {
namespace {

using Op = Expression::Op;

// What a filter says of one row. Enough of SQL's three values: anything compared with null is not true.
bool Matches(const Expression& filter, const Schema& schema, const std::vector<Literal>& row) {
  switch (filter.op) {
    case Op::kTrue:
      return true;
    case Op::kFalse:
      return false;
    case Op::kAnd:
      for (const Expression& child : filter.children) {
        if (!Matches(child, schema, row)) return false;
      }
      return true;
    case Op::kOr:
      for (const Expression& child : filter.children) {
        if (Matches(child, schema, row)) return true;
      }
      return false;
    case Op::kNot:
      return Matches(RewriteNot(filter), schema, row);
    default:
      break;
  }
  size_t column = 0;
  while (schema.fields[column].id != filter.field_id) ++column;
  const Literal& value = row[column];
  if (filter.op == Op::kIsNull) return value.is_null();
  if (value.is_null()) return false;
  const auto equals = [&](const Literal& literal) { return Compare(value, literal) == 0; };
  const auto starts = [&] {
    return value.As<std::string>()->starts_with(*filter.literals[0].As<std::string>());
  };
  switch (filter.op) {
    case Op::kNotNull:
      return true;
    case Op::kIsNan:
      return value.is_nan();
    case Op::kNotNan:
      return !value.is_nan();
    case Op::kLess:
      return Compare(value, filter.literals[0]) < 0;
    case Op::kLessOrEqual:
      return Compare(value, filter.literals[0]) <= 0;
    case Op::kGreater:
      return Compare(value, filter.literals[0]) > 0;
    case Op::kGreaterOrEqual:
      return Compare(value, filter.literals[0]) >= 0;
    case Op::kEqual:
      return equals(filter.literals[0]);
    case Op::kNotEqual:
      return !equals(filter.literals[0]);
    case Op::kIn:
      return std::any_of(filter.literals.begin(), filter.literals.end(), equals);
    case Op::kNotIn:
      return std::none_of(filter.literals.begin(), filter.literals.end(), equals);
    case Op::kStartsWith:
      return starts();
    case Op::kNotStartsWith:
      return !starts();
    default:
      return true;
  }
}

struct Column {
  Type type;
  std::vector<std::string_view> transforms;
};

const std::vector<Column>& Columns() {
  static const std::vector<Column> columns = {
      {Type::Primitive(TypeId::kInt), {"identity", "bucket[4]", "truncate[7]", "void"}},
      {Type::Primitive(TypeId::kLong), {"identity", "bucket[3]", "truncate[1000]"}},
      {Type::Primitive(TypeId::kDouble), {"identity"}},
      {Type::Primitive(TypeId::kFloat), {"identity"}},
      {Type::Decimal(9, 2), {"identity", "bucket[5]", "truncate[50]"}},
      {Type::Primitive(TypeId::kDate), {"identity", "year", "month", "day", "bucket[4]"}},
      {Type::Primitive(TypeId::kTimestampTz), {"identity", "year", "month", "day", "hour", "bucket[4]"}},
      {Type::Primitive(TypeId::kString), {"identity", "bucket[4]", "truncate[2]", "unheard-of"}},
      {Type::Primitive(TypeId::kBinary), {"identity", "truncate[2]"}},
      {Type::Primitive(TypeId::kBoolean), {"identity"}},
  };
  return columns;
}

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    for (const Column& column : Columns()) {
      Field field;
      field.id = static_cast<int32_t>(schema_.fields.size()) + 1;
      field.name = "c" + std::to_string(field.id);
      field.type = column.type;
      schema_.fields.push_back(std::move(field));
    }
    const size_t partition_fields = random_.Below(3);
    for (size_t i = 0; i < partition_fields; ++i) {
      const size_t column = random_.Below(Columns().size());
      PartitionField field;
      field.source_id = static_cast<int32_t>(column) + 1;
      field.field_id = 1000 + static_cast<int32_t>(i);
      field.name = "p" + std::to_string(i);
      const auto& transforms = Columns()[column].transforms;
      field.transform = Transform::Parse(transforms[random_.Below(transforms.size())]);
      spec_.fields.push_back(std::move(field));
    }
  }

  // Few different values, so that filters hit; null and NaN among them.
  Literal Value(const Type& type, bool nullable = true) {
    if (nullable && random_.Below(6) == 0) return Literal();
    const auto small = static_cast<int64_t>(random_.Below(40)) - 20;
    switch (type.id) {
      case TypeId::kBoolean:
        return Literal(small > 0);
      case TypeId::kInt:
        if (random_.Below(30) == 0) return Literal(std::numeric_limits<int32_t>::max());
        return Literal(static_cast<int32_t>(small));
      case TypeId::kDate:
        return Literal(static_cast<int32_t>(small * 20));
      case TypeId::kLong:
        return Literal(small * 300);
      case TypeId::kTimestampTz:
        return Literal(small * 40'000'000'000 + small);
      case TypeId::kDecimal:
        return Literal(static_cast<Int128>(small * 11));
      case TypeId::kFloat:
        return Literal(random_.Below(8) == 0 ? std::nanf("") : static_cast<float>(small) / 2);
      case TypeId::kDouble:
        return Literal(random_.Below(8) == 0 ? std::nan("") : static_cast<double>(small) / 2);
      default: {
        std::string text;
        for (size_t length = random_.Below(5); length > 0; --length) {
          text.push_back(static_cast<char>('a' + random_.Below(3)));
        }
        return Literal(std::move(text));
      }
    }
  }

  Expression Predicate() {
    const size_t column = random_.Below(schema_.fields.size());
    const Type& type = schema_.fields[column].type;
    constexpr Op kOps[] = {Op::kIsNull,  Op::kNotNull,        Op::kLess,       Op::kLessOrEqual,
                           Op::kGreater, Op::kGreaterOrEqual, Op::kEqual,      Op::kNotEqual,
                           Op::kIn,      Op::kNotIn,          Op::kStartsWith, Op::kNotStartsWith,
                           Op::kIsNan,   Op::kNotNan};
    Expression predicate;
    predicate.field_id = static_cast<int32_t>(column) + 1;
    predicate.op = kOps[random_.Below(std::size(kOps))];
    const bool text = type.id == TypeId::kString || type.id == TypeId::kBinary;
    if ((predicate.op == Op::kStartsWith || predicate.op == Op::kNotStartsWith) && !text)
      predicate.op = Op::kEqual;
    if (predicate.op >= Op::kLess) predicate.literals.push_back(Value(type, false));
    if (predicate.op == Op::kIn || predicate.op == Op::kNotIn)
      predicate.literals.push_back(Value(type, false));
    return predicate;
  }

  Expression Filter(int depth) {
    if (depth == 0) return Predicate();
    switch (random_.Below(4)) {
      case 0:
        return Expression::And({Filter(depth - 1), Filter(depth - 1)});
      case 1:
        return Expression::Or({Filter(depth - 1), Filter(depth - 1)});
      case 2:
        return Expression::Not(Filter(depth - 1));
      default:
        return Predicate();
    }
  }

  std::vector<Literal> Row() {
    std::vector<Literal> row;
    for (const Field& field : schema_.fields) row.push_back(Value(field.type));
    return row;
  }

  std::vector<Literal> PartitionOf(const std::vector<Literal>& row) const {
    std::vector<Literal> partition;
    for (const PartitionField& field : spec_.fields) {
      const size_t column = static_cast<size_t>(field.source_id) - 1;
      partition.push_back(field.transform.Apply(schema_.fields[column].type, row[column]));
    }
    return partition;
  }

  // A file of rows that share a partition, with true statistics; some of them left out.
  DataFile FileOf(const std::vector<std::vector<Literal>>& rows) {
    DataFile file;
    file.file_path = "f";
    file.partition = PartitionOf(rows[0]);
    file.record_count = static_cast<int64_t>(rows.size());
    for (size_t column = 0; column < schema_.fields.size(); ++column) {
      if (random_.Below(6) == 0) continue;
      const Field& field = schema_.fields[column];
      int64_t nulls = 0, nans = 0;
      Literal lower, upper;
      for (const auto& row : rows) {
        const Literal& value = row[column];
        if (value.is_null()) {
          ++nulls;
        } else if (value.is_nan()) {
          ++nans;
        } else {
          if (lower.is_null() || Compare(value, lower) < 0) lower = value;
          if (upper.is_null() || Compare(value, upper) > 0) upper = value;
        }
      }
      file.value_counts.emplace_back(field.id, file.record_count);
      file.null_value_counts.emplace_back(field.id, nulls);
      if (random_.Below(2) == 0) file.nan_value_counts.emplace_back(field.id, nans);
      if (lower.is_null()) continue;
      file.lower_bounds.emplace_back(field.id, LiteralToBytes(field.type, lower));
      file.upper_bounds.emplace_back(field.id, LiteralToBytes(field.type, upper));
      if (const std::string* text = lower.As<std::string>(); text != nullptr && text->size() > 2) {
        file.lower_bounds.back().second = text->substr(0, 2);  // shortened, as writers do
        file.upper_bounds.back().second.push_back('\xff');
      }
    }
    return file;
  }

  Random& random() { return random_; }
  const Schema& schema() const { return schema_; }
  const PartitionSpec& spec() const { return spec_; }

 private:
  SeededRandom random_;
  Schema schema_;
  PartitionSpec spec_;
};

TEST(FileFilter, NeverLosesARow) {
  int64_t kept = 0, skipped = 0, manifests_skipped = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    World world(seed);
    // Rows of one partition: the first, and others that happen to fall into it.
    std::vector<std::vector<Literal>> rows = {world.Row()};
    for (int i = 0; i < 20; ++i) {
      std::vector<Literal> row = world.Row();
      // Copying the sources of the partition makes the row fall into it.
      for (const PartitionField& field : world.spec().fields) {
        const size_t column = static_cast<size_t>(field.source_id) - 1;
        if (world.random().Below(3) != 0) row[column] = rows[0][column];
      }
      if (world.PartitionOf(row) == world.PartitionOf(rows[0])) rows.push_back(std::move(row));
      if (rows.size() == 4) break;
    }
    const DataFile file = world.FileOf(rows);
    ManifestHeader header;
    header.schema = world.schema();
    header.spec = world.spec();
    ManifestWriter writer(header, 1);
    // A partition of an unknown transform has no values (Transform::Apply); nothing else is refused.
    ASSERT_TRUE(writer.AddFile(file).ok()) << "seed " << seed;
    const Result<ManifestWriter::Written> written = writer.Finish();
    ASSERT_TRUE(written.ok());
    for (int i = 0; i < 10; ++i) {
      const Expression filter = world.Filter(2);
      bool any = false;
      for (const auto& row : rows) any = any || Matches(filter, world.schema(), row);
      const FileFilter file_filter(filter, world.schema());
      const bool file_kept = MayMatch(file, world.schema(), world.spec(), filter);
      const bool manifest_kept = file_filter.MayMatchManifest(written->file, world.spec());
      EXPECT_TRUE(file_kept || !any) << "seed " << seed << ": " << ToString(filter, world.schema());
      EXPECT_TRUE(manifest_kept || !any)
          << "seed " << seed << ", manifest: " << ToString(filter, world.schema());
      kept += file_kept ? 1 : 0;
      skipped += file_kept ? 0 : 1;
      manifests_skipped += manifest_kept ? 0 : 1;
    }
  }
  // The filter is worth having: it leaves out a good part of what holds no row.
  EXPECT_GT(skipped, kept / 4);
  EXPECT_GT(manifests_skipped, 500);
}

class Examples : public ::testing::Test {
 protected:
  static Schema OneColumn(TypeId type) {
    Schema schema;
    Field field;
    field.id = 1;
    field.name = "c";
    field.type = Type::Primitive(type);
    schema.fields.push_back(std::move(field));
    return schema;
  }
  static PartitionSpec By(std::string_view transform) {
    PartitionSpec spec;
    PartitionField field;
    field.source_id = 1;
    field.field_id = 1000;
    field.name = "p";
    field.transform = Transform::Parse(transform);
    spec.fields.push_back(std::move(field));
    return spec;
  }
  static bool Keeps(TypeId type, std::string_view transform, Literal partition, const Expression& filter) {
    DataFile file;
    file.partition = {std::move(partition)};
    return MayMatch(file, OneColumn(type), By(transform), filter);
  }
};

TEST_F(Examples, DaysOfTimestamps) {
  constexpr int64_t kDayMicros = 86'400'000'000;
  const auto keeps = [](int32_t day, Op op, int64_t micros) {
    return Keeps(TypeId::kTimestamp, "day", Literal(day), Expression::Compare(op, 1, Literal(micros)));
  };
  EXPECT_TRUE(keeps(10, Op::kEqual, 10 * kDayMicros + 5));
  EXPECT_FALSE(keeps(11, Op::kEqual, 10 * kDayMicros + 5));
  EXPECT_FALSE(keeps(10, Op::kLess, 10 * kDayMicros));  // before midnight
  EXPECT_TRUE(keeps(10, Op::kLessOrEqual, 10 * kDayMicros));
  EXPECT_TRUE(keeps(9, Op::kLess, 10 * kDayMicros));
  EXPECT_FALSE(keeps(9, Op::kGreater, 10 * kDayMicros - 1));
  EXPECT_TRUE(keeps(9, Op::kGreaterOrEqual, 10 * kDayMicros - 1));
  EXPECT_TRUE(keeps(10, Op::kNotEqual, 10 * kDayMicros));
}

TEST_F(Examples, BucketsOfText) {
  const Transform bucket = Transform::Parse("bucket[16]");
  const Type type = Type::Primitive(TypeId::kString);
  const int32_t mine = *bucket.Apply(type, Literal("CMP-1")).As<int32_t>();
  const auto keeps = [](int32_t value, const Expression& filter) {
    return Keeps(TypeId::kString, "bucket[16]", Literal(value), filter);
  };
  EXPECT_TRUE(keeps(mine, Expression::Equal(1, Literal("CMP-1"))));
  EXPECT_FALSE(keeps((mine + 1) % 16, Expression::Equal(1, Literal("CMP-1"))));
  EXPECT_TRUE(keeps((mine + 1) % 16, Expression::Compare(Op::kLess, 1, Literal("CMP-1"))));
  EXPECT_TRUE(keeps((mine + 1) % 16, Expression::Not(Expression::Equal(1, Literal("CMP-1")))));
}

TEST_F(Examples, TruncatedText) {
  const auto keeps = [](const char* value, const Expression& filter) {
    return Keeps(TypeId::kString, "truncate[3]", Literal(value), filter);
  };
  EXPECT_TRUE(keeps("abc", Expression::StartsWith(1, "ab")));
  EXPECT_TRUE(keeps("abc", Expression::StartsWith(1, "abcd")));
  EXPECT_FALSE(keeps("abd", Expression::StartsWith(1, "abcd")));
  EXPECT_FALSE(keeps("xyz", Expression::StartsWith(1, "ab")));
  EXPECT_FALSE(keeps("abd", Expression::In(1, {Literal("abcd"), Literal("x")})));
}

TEST_F(Examples, NullPartitionHoldsNoValue) {
  EXPECT_FALSE(Keeps(TypeId::kInt, "identity", Literal(), Expression::Equal(1, Literal(int32_t{3}))));
  EXPECT_TRUE(Keeps(TypeId::kInt, "identity", Literal(), Expression::IsNull(1)));
  EXPECT_FALSE(Keeps(TypeId::kInt, "identity", Literal(int32_t{3}), Expression::IsNull(1)));
  EXPECT_TRUE(Keeps(TypeId::kInt, "void", Literal(), Expression::Equal(1, Literal(int32_t{3}))));
}

TEST_F(Examples, NanIsAboveEveryNumber) {
  DataFile file;
  file.lower_bounds = {{1, LiteralToBytes(Type::Primitive(TypeId::kDouble), Literal(1.0))}};
  file.upper_bounds = {{1, LiteralToBytes(Type::Primitive(TypeId::kDouble), Literal(2.0))}};
  const Schema schema = OneColumn(TypeId::kDouble);
  const Expression above = Expression::Compare(Op::kGreater, 1, Literal(5.0));
  EXPECT_TRUE(MayMatch(file, schema, {}, above));  // nobody counted the NaNs
  file.nan_value_counts = {{1, 0}};
  EXPECT_FALSE(MayMatch(file, schema, {}, above));
  file.nan_value_counts = {{1, 1}};
  EXPECT_TRUE(MayMatch(file, schema, {}, above));
  EXPECT_FALSE(MayMatch(file, schema, {}, Expression::Compare(Op::kLess, 1, Literal(1.0))));
}

TEST_F(Examples, LeastNumbersAreNotLostToTruncation) {
  const int32_t least = std::numeric_limits<int32_t>::min();
  EXPECT_TRUE(Keeps(TypeId::kInt, "truncate[10]", Literal(int32_t{50}),
                    Expression::Compare(Op::kGreaterOrEqual, 1, Literal(least))));
}

TEST_F(Examples, DamagedBoundsTellNothing) {
  DataFile file;
  file.lower_bounds = {{1, "xyz"}};
  EXPECT_TRUE(MayMatch(file, OneColumn(TypeId::kLong), {}, Expression::Equal(1, Literal(int64_t{3}))));
}

}  // namespace
}  // namespace lifeboat::iceberg
