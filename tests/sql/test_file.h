// A SQL test file: what it says, not what running it does. The format is described in README.md beside this
// file.
#ifndef LIFEBOAT_TESTS_SQL_TEST_FILE_H_
#define LIFEBOAT_TESTS_SQL_TEST_FILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::sqltest {

enum class CommandKind {
  kStatement,  // statement ok | error CODE | count N
  kQuery,      // query TYPES [names] [sorted]
  kLogin,      // login USER PASSWORD
  kSession     // session NAME
};

struct Command {
  CommandKind kind = CommandKind::kStatement;
  int line = 0;  // where it begins in the file, from 1
  std::string sql;

  std::string error_code;          // statement error; empty: must succeed
  std::string error_text;          // must occur in the message
  std::optional<long long> count;  // statement count N: the first cell

  std::string types;  // one letter a column; see README.md
  bool names = false;
  bool sorted = false;
  std::vector<std::string> expected;  // lines, cells separated by '|'

  std::vector<std::string> words;  // kLogin: user, password; kSession: name
};

struct TestFile {
  bool strict = false;
  std::vector<Command> commands;
};

// kInvalidArgument naming the line for anything the format does not know.
Result<TestFile> ParseTestFile(std::string_view text);

}  // namespace lifeboat::sqltest

#endif  // LIFEBOAT_TESTS_SQL_TEST_FILE_H_
