#include "sql/test_file.h"

#include <gtest/gtest.h>

#include "base/testing.h"

namespace lifeboat::sqltest {
namespace {

TEST(TestFileTest, ReadsEveryCommand) {
  ASSERT_OK_AND_ASSIGN(const TestFile file, ParseTestFile(R"(# comment
strict

statement ok
create table t (a int,
  b string)

statement count 2
insert into t values (1, 'x'), (2, 'y')

statement error 002003
select * from u
----
does not exist

login bob secret
session second
query NT names sorted
select * from t
----
A|B
1|x
2|y
)"));
  EXPECT_TRUE(file.strict);
  ASSERT_EQ(file.commands.size(), 6u);
  EXPECT_EQ(file.commands[0].sql, "create table t (a int,\n  b string)");
  EXPECT_EQ(file.commands[0].line, 4);
  EXPECT_EQ(file.commands[1].count, 2);
  EXPECT_EQ(file.commands[2].error_code, "002003");
  EXPECT_EQ(file.commands[2].error_text, "does not exist");
  EXPECT_EQ(file.commands[3].words, (std::vector<std::string>{"bob", "secret"}));
  EXPECT_EQ(file.commands[4].words, std::vector<std::string>{"second"});
  EXPECT_TRUE(file.commands[5].names && file.commands[5].sorted);
  EXPECT_EQ(file.commands[5].expected.size(), 3u);
}

TEST(TestFileTest, RefusesWhatItDoesNotKnow) {
  for (const std::string_view text :
       {"statement maybe\nselect 1\n", "statement error 42\nselect 1\n", "statement ok\n",
        "query N\nselect 1\n", "query Z\nselect 1\n----\n1\n", "query N upside\nselect 1\n----\n1\n",
        "statement ok\nselect 1\n----\n1\n", "skip\n", "statement ok\nselect 1\n\nstrict\n",
        "statement count x\nselect 1\n"}) {
    EXPECT_STATUS(StatusCode::kInvalidArgument, ParseTestFile(text));
  }
}

}  // namespace
}  // namespace lifeboat::sqltest
