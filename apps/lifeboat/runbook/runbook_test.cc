#include "lifeboat/runbook/runbook.h"

#include <gtest/gtest.h>

#include "account/sql/parser.h"
#include "base/testing.h"

namespace lifeboat::app {
namespace {

TEST(RunbookTest, ScriptsAreInOrderAndParse) {
  std::string_view previous;
  for (const RunbookScript& script : RunbookScripts()) {
    EXPECT_GT(script.name, previous);
    previous = script.name;
    const auto statements = account::sql::SplitStatements(script.text);
    EXPECT_FALSE(statements.empty()) << script.name;
    for (const auto& statement : statements) {
      const Status status = account::sql::Parse(statement.text).status();
      EXPECT_TRUE(status.ok()) << script.name << ":" << statement.line << ": " << status.message();
    }
  }
  EXPECT_EQ(previous, "90_checks.sql");
}

}  // namespace
}  // namespace lifeboat::app
