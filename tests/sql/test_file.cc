#include "sql/test_file.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace lifeboat::sqltest {
namespace {

constexpr std::string_view kTypeLetters = "NRTBDISVX";

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

class FileParser {
 public:
  explicit FileParser(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back(line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Result<TestFile> Run() {
    TestFile file;
    for (; next_ < lines_.size(); ++next_) {
      const std::vector<std::string> words = Words(lines_[next_]);
      if (words.empty() || words[0].starts_with('#')) continue;
      if (words[0] == "strict") {
        if (!file.commands.empty()) return Wrong("'strict' must come before the first command");
        file.strict = true;
        continue;
      }
      Command command;
      command.line = static_cast<int>(next_) + 1;
      LIFEBOAT_RETURN_IF_ERROR(ParseCommand(words, &command));
      file.commands.push_back(std::move(command));
    }
    return file;
  }

 private:
  Status Wrong(std::string_view what) const {
    return Status::InvalidArgument("line {}: {}", next_ + 1, what);
  }

  Status ParseCommand(const std::vector<std::string>& words, Command* command) {
    if (words[0] == "login" && words.size() == 3) {
      command->kind = CommandKind::kLogin;
      command->words = {words[1], words[2]};
      return Status::Ok();
    }
    if (words[0] == "session" && words.size() == 2) {
      command->kind = CommandKind::kSession;
      command->words = {words[1]};
      return Status::Ok();
    }
    if (words[0] == "statement") {
      LIFEBOAT_RETURN_IF_ERROR(ParseStatementHead(words, command));
      return ParseBody(command);
    }
    if (words[0] == "query") {
      LIFEBOAT_RETURN_IF_ERROR(ParseQueryHead(words, command));
      return ParseBody(command);
    }
    return Wrong("expected statement, query, login, session or strict");
  }

  Status ParseStatementHead(const std::vector<std::string>& words, Command* command) const {
    if (words.size() == 2 && words[1] == "ok") return Status::Ok();
    if (words.size() == 3 && words[1] == "error" && words[2].size() == 6) {
      command->error_code = words[2];
      return Status::Ok();
    }
    if (words.size() == 3 && words[1] == "count") {
      long long count = 0;
      const char* end = words[2].data() + words[2].size();
      if (std::from_chars(words[2].data(), end, count).ptr != end) return Wrong("the count is no number");
      command->count = count;
      return Status::Ok();
    }
    return Wrong("expected 'statement ok', 'statement count N' or 'statement error CODE' with six digits");
  }

  Status ParseQueryHead(const std::vector<std::string>& words, Command* command) const {
    command->kind = CommandKind::kQuery;
    if (words.size() < 2) return Wrong("expected 'query TYPES'");
    command->types = words[1];
    if (command->types.find_first_not_of(kTypeLetters) != std::string::npos) {
      return Wrong("column types are letters of NRTBDISVX");
    }
    for (size_t i = 2; i < words.size(); ++i) {
      if (words[i] == "names") {
        command->names = true;
      } else if (words[i] == "sorted") {
        command->sorted = true;
      } else {
        return Wrong("a query may be 'names' and 'sorted'");
      }
    }
    return Status::Ok();
  }

  // The SQL up to a blank line or ----, then what is expected up to a blank line.
  Status ParseBody(Command* command) {
    for (++next_; next_ < lines_.size() && !lines_[next_].empty() && lines_[next_] != "----"; ++next_) {
      if (!command->sql.empty()) command->sql.push_back('\n');
      command->sql += lines_[next_];
    }
    if (command->sql.empty()) return Wrong("a statement or query without SQL");
    const bool expectation = next_ < lines_.size() && lines_[next_] == "----";
    if (command->kind == CommandKind::kQuery && !expectation) return Wrong("a query needs ---- and its rows");
    if (!expectation) return Status::Ok();
    for (++next_; next_ < lines_.size() && !lines_[next_].empty(); ++next_) {
      command->expected.emplace_back(lines_[next_]);
    }
    if (command->kind == CommandKind::kQuery) return Status::Ok();
    if (command->error_code.empty()) return Wrong("only errors and queries have an expectation below ----");
    for (const std::string& line : command->expected) {
      if (!command->error_text.empty()) command->error_text.push_back('\n');
      command->error_text += line;
    }
    return Status::Ok();
  }

  std::vector<std::string_view> lines_;
  size_t next_ = 0;
};

}  // namespace

Result<TestFile> ParseTestFile(std::string_view text) {
  return FileParser(text).Run();
}

}  // namespace lifeboat::sqltest
