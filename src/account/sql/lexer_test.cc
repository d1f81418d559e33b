#include "account/sql/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lifeboat::account::sql {
namespace {

std::vector<std::string> Texts(std::string_view sql) {
  std::vector<std::string> texts;
  for (const Token& token : Lex(sql)) {
    if (token.kind != TokenKind::kEnd) texts.push_back(token.text);
  }
  return texts;
}

using Strings = std::vector<std::string>;

TEST(LexerTest, FoldsWordsAndKeepsQuotedIdentifiers) {
  const std::vector<Token> tokens = Lex("select \"a \"\"b\"\"\" from My_Table$1");
  ASSERT_EQ(tokens.size(), 5u);
  EXPECT_EQ(tokens[0].text, "SELECT");
  EXPECT_EQ(tokens[1].kind, TokenKind::kQuotedIdentifier);
  EXPECT_EQ(tokens[1].text, "a \"b\"");
  EXPECT_EQ(tokens[3].text, "MY_TABLE$1");
  EXPECT_EQ(tokens[4].kind, TokenKind::kEnd);
}

TEST(LexerTest, ResolvesEscapesOfStrings) {
  EXPECT_EQ(Texts("'it''s'"), Strings{"it's"});
  EXPECT_EQ(Texts(R"('a\tb\\c\'d\x41\u00e9\101\q')"), Strings{"a\tb\\c'dA\xC3\xA9"
                                                              "Aq"});
  EXPECT_EQ(Texts("'line\nbreak'"), Strings{"line\nbreak"});
  EXPECT_EQ(Lex("'open")[0].kind, TokenKind::kInvalid);
  EXPECT_EQ(Lex("'open\\'")[0].kind, TokenKind::kInvalid);
}

TEST(LexerTest, DollarLiteralsHaveNoEscapes) {
  EXPECT_EQ(Texts("$$a'b\\n$$ || $$c$$"), (Strings{"a'b\\n", "||", "c"}));
  EXPECT_EQ(Lex("$$open")[0].kind, TokenKind::kInvalid);
}

TEST(LexerTest, RoutineBodyEndsAtTheLastDollars) {
  const std::string body = "\nsql = $$select 1$$\nreturn $$x$$\n";
  const std::vector<Token> tokens =
      Lex("CREATE PROCEDURE p() RETURNS VARIANT LANGUAGE PYTHON AS $$" + body + "$$;");
  ASSERT_GE(tokens.size(), 3u);
  EXPECT_EQ(tokens[tokens.size() - 3].text, body);
  EXPECT_EQ(tokens[tokens.size() - 2].text, ";");
}

TEST(LexerTest, Comments) {
  EXPECT_EQ(Texts("a -- b\n// c\n/* d /* e */ f */ g"), (Strings{"A", "G"}));
  EXPECT_EQ(Texts("/* s3://bucket/* is a path */ a"), Strings{"A"})
      << "an inner /* that nothing closes is text";
  EXPECT_EQ(Texts("-- only"), Strings{});
  EXPECT_EQ(Texts("/* ╔══╗ é */ 'é'"), Strings{"é"});
  EXPECT_EQ(Lex("a /* open")[1].kind, TokenKind::kInvalid);
}

TEST(LexerTest, NumbersVariablesBindsAndSymbols) {
  EXPECT_EQ(Texts("1 1.5 .5 1e-3 2."), (Strings{"1", "1.5", ".5", "1e-3", "2."}));
  EXPECT_EQ(Texts("1e"), (Strings{"1", "E"}));
  EXPECT_EQ(Texts("a::int b=>c d||e v:f ? $x $1 a<>b"),
            (Strings{"A", "::", "INT", "B", "=>", "C", "D", "||", "E", "V", ":", "F", "?", "X", "1", "A",
                     "<>", "B"}));
  const std::vector<Token> tokens = Lex("$my_var $12");
  EXPECT_EQ(tokens[0].kind, TokenKind::kVariable);
  EXPECT_EQ(tokens[1].kind, TokenKind::kPositional);
}

TEST(LexerTest, PositionsCountCharactersFromZero) {
  const std::vector<Token> tokens = Lex("select 'é' x\n  , y");
  EXPECT_EQ(tokens[2].text, "X");
  EXPECT_EQ(tokens[2].location.line, 1);
  EXPECT_EQ(tokens[2].location.position, 11);
  EXPECT_EQ(tokens[4].location.line, 2);
  EXPECT_EQ(tokens[4].location.position, 4);
}

TEST(LexerTest, CommentResidue) {
  EXPECT_EQ(AfterCommentResidue("c */ select 1"), " select 1");
  EXPECT_EQ(AfterCommentResidue("select '*/'").data(), nullptr);
  EXPECT_EQ(AfterCommentResidue("select 2 * 3 / 4").data(), nullptr);
}

}  // namespace
}  // namespace lifeboat::account::sql
