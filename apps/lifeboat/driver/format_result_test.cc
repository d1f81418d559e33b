#include "lifeboat/driver/format_result.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "lifeboat/driver/display_text.h"

namespace lifeboat::driver {
namespace {

ResultSet Sample() {
  ResultSet result;
  result.columns = {{"N", "FIXED"}, {"T", "TEXT"}, {"B", "BOOLEAN"}, {"V", "VARIANT"}, {"R", "REAL"}};
  result.rows = {{"12", "a,\"b\"\nü", "true", "{\"k\": 1}", "1.5"},
                 {"3", "", std::nullopt, std::nullopt, "NaN"},
                 {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt}};
  return result;
}

TEST(FormatResult, Table) {
  EXPECT_EQ(FormatResult(Sample(), ResultFormat::kTable),
            " N    | T        | B    | V        | R\n"
            "------+----------+------+----------+------\n"
            "   12 | a,\"b\"\\nü | true | {\"k\": 1} |  1.5\n"
            "    3 |          | NULL | NULL     |  NaN\n"
            " NULL | NULL     | NULL | NULL     | NULL\n"
            "(3 rows)\n");
}

TEST(FormatResult, Csv) {
  EXPECT_EQ(FormatResult(Sample(), ResultFormat::kCsv),
            "N,T,B,V,R\r\n"
            "12,\"a,\"\"b\"\"\nü\",true,\"{\"\"k\"\": 1}\",1.5\r\n"
            "3,\"\",,,NaN\r\n"
            ",,,,\r\n");
}

TEST(FormatResult, Json) {
  EXPECT_EQ(FormatResult(Sample(), ResultFormat::kJson),
            "[\n"
            "  {\"N\": 12, \"T\": \"a,\\\"b\\\"\\nü\", \"B\": true, \"V\": {\"k\": 1}, \"R\": 1.5},\n"
            "  {\"N\": 3, \"T\": \"\", \"B\": null, \"V\": null, \"R\": \"NaN\"},\n"
            "  {\"N\": null, \"T\": null, \"B\": null, \"V\": null, \"R\": null}\n"
            "]\n");
  EXPECT_EQ(FormatResult(ResultSet(), ResultFormat::kJson), "[]\n");
}

TEST(FormatResult, NamesOfFormats) {
  EXPECT_OK(ParseResultFormat("csv"));
  EXPECT_STATUS(StatusCode::kInvalidArgument, ParseResultFormat("xml"));
}

TEST(DisplayText, TimesBeforeTheEpochAndZones) {
  const struct {
    const char *type, *text, *shown;
  } cases[] = {
      {"DATE", "-1", "1969-12-31"},
      {"DATE", "-719162", "0001-01-01"},
      {"TIME", "0.000000000", "00:00:00"},
      {"TIMESTAMP_NTZ", "0.000000000", "1970-01-01 00:00:00.000"},
      {"TIMESTAMP_NTZ", "-0.500000000", "1969-12-31 23:59:59.500"},
      {"TIMESTAMP_NTZ", "-1.000000000", "1969-12-31 23:59:59.000"},
      {"TIMESTAMP_LTZ", "1", "1970-01-01 00:00:01.000Z"},
      {"TIMESTAMP_TZ", "0.000000000 1110", "1969-12-31 18:30:00.000 -0530"},
      {"BOOLEAN", "0", "false"},
      {"TEXT", "-1", "-1"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.text);
    ASSERT_OK_AND_ASSIGN(const std::string shown, DisplayText(one.type, one.text));
    EXPECT_EQ(shown, one.shown);
  }
  for (const auto& [type, text] : {std::pair{"DATE", "x"}, {"BOOLEAN", "maybe"}, {"TIMESTAMP_TZ", "1.0"}}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, DisplayText(type, text));
  }
}

}  // namespace
}  // namespace lifeboat::driver
