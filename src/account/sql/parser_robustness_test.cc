// Whatever the text, the parser answers: a statement or an error, never a crash, never without end.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "account/sql/lexer.h"
#include "account/sql/parser.h"
#include "account/sql/sql_error.h"
#include "base/random.h"

namespace lifeboat::account::sql {
namespace {

constexpr std::string_view kSeeds[] = {
    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * exclude (a) from "
    "r, "
    "table(f(x => 1)) t (c) where a in (select 1) and b between 1 and 2 or c not like 'x%' escape '^' group "
    "by rollup "
    "(a, b) having count(*) > 1 qualify row_number() over (partition by a order by b rows between 1 "
    "preceding and "
    "current row) = 1 order by 1 desc nulls last limit 5 offset 2",
    "select case a when 1 then v:x.y[0]::number(10,2) else {'a': [1, ?]} end, cast(:n as int), extract(year "
    "from d), "
    "listagg(distinct a, ',') within group (order by a), $v || $$x$$ from ((select 1) union (select 2)) q "
    "left join "
    "lateral flatten(input => v) f on true",
    "create or replace table a.b (id number autoincrement start 1 increment 1, t timestamp_ntz default "
    "current_timestamp() not null, primary key (id)) comment = 'x'",
    "create or replace database d linked_catalog = (catalog = 'c', allowed_namespaces = ('a', 'b')) "
    "external_volume = v",
    "create secure view v (a comment 'x') comment = 'y' as select * from t",
    "grant select, create iceberg table on future iceberg tables in schema a.b to role r with grant option",
    "show terse tables like 'a' in schema a.b starts with 'x' limit 5 from 'y'",
    "merge into t using s on t.a = s.a when matched and x then update set a = 1 when not matched then insert "
    "(a) values "
    "(default)",
    "alter table t add column a int, b string",
    "insert overwrite into t (a) values (1, default), (2, 3)",
    "begin let x := 1; if (x = 1) then return 1; end if; end; select 1",
};

constexpr std::string_view kFragments[] = {
    "(",     ")",   ",",      ";", "::",   ":",          ".",           "*",    "select",  "from",   "where",
    "union", "as",  "$$",     "'", "\"",   "/*",         "*/",          "--",   "\n",      "?",      "$1",
    "case",  "end", "over (", "[", "]",    "{",          "}",           "not",  "in",      "create", "table",
    "=",     "=>",  "1e9",    "é", "\xff", "interval '", "identifier(", "with", "lateral", "begin"};

// Every answer must be a statement or an error with Snowflake's code; scripts must be cut without losing
// their end.
void Check(const std::string& sql) {
  const Result<Statement> statement = Parse(sql);
  if (!statement.ok()) {
    const Status status = statement.status();
    ASSERT_NE(status.detail<SqlError>(), nullptr) << sql << "\n" << status.ToString();
  }
  size_t covered = 0;
  for (const ScriptStatement& part : SplitStatements(sql)) {
    ASSERT_GE(part.text.data(), sql.data());
    ASSERT_LE(part.text.data() + part.text.size(), sql.data() + sql.size());
    covered += part.text.size();
  }
  ASSERT_LE(covered, sql.size());
  const std::vector<Token> tokens = Lex(sql);
  ASSERT_EQ(tokens.back().kind, TokenKind::kEnd);
  for (size_t i = 1; i < tokens.size(); ++i) ASSERT_GE(tokens[i].begin, tokens[i - 1].end) << sql;
}

TEST(ParserRobustnessTest, EveryPrefixOfValidStatements) {
  for (std::string_view seed : kSeeds) {
    for (size_t length = 0; length <= seed.size(); ++length) Check(std::string(seed.substr(0, length)));
  }
}

TEST(ParserRobustnessTest, RandomMutations) {
  SeededRandom random(20241124);
  for (int round = 0; round < 20000; ++round) {
    std::string sql(kSeeds[random.Below(std::size(kSeeds))]);
    const size_t edits = 1 + random.Below(4);
    for (size_t i = 0; i < edits; ++i) {
      const size_t at = random.Below(sql.size() + 1);
      switch (random.Below(4)) {
        case 0:
          sql.insert(at, kFragments[random.Below(std::size(kFragments))]);
          break;
        case 1:
          sql.erase(at, random.Below(12));
          break;
        case 2: {  // a piece of another statement
          const std::string_view other = kSeeds[random.Below(std::size(kSeeds))];
          sql.insert(at, other.substr(random.Below(other.size()), random.Below(40)));
          break;
        }
        default:
          if (at < sql.size()) sql[at] = static_cast<char>(random.Below(256));
      }
    }
    Check(sql);
    if (HasFatalFailure()) FAIL() << "round " << round << ":\n" << sql;
  }
}

TEST(ParserRobustnessTest, RandomTokenSoup) {
  SeededRandom random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string sql = random.Below(2) == 0 ? "select " : "";
    const size_t length = random.Below(60);
    for (size_t i = 0; i < length; ++i) {
      sql += kFragments[random.Below(std::size(kFragments))];
      sql += ' ';
    }
    Check(sql);
    if (HasFatalFailure()) FAIL() << "round " << round << ":\n" << sql;
  }
}

}  // namespace
}  // namespace lifeboat::account::sql
