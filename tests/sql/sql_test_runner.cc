// sql_test_runner FILE…: runs SQL test files (README.md), each against a new embedded account in a folder of
// its own. Exit code 0 if every command of every file did what the file says, 1 if one did not, 2 for wrong
// usage.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "account/engine/embedded_account.h"
#include "account/sql/sql_error.h"
#include "lifeboat/driver/display_text.h"
#include "sql/test_file.h"
#include "storage/local_storage.h"

namespace lifeboat::sqltest {
namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sql_test_XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct TypeText {
  char letter;
  std::string_view name;
};

TypeText TextOf(account::ColumnType type) {
  switch (type) {
    case account::ColumnType::kFixed:
      return {'N', "FIXED"};
    case account::ColumnType::kReal:
      return {'R', "REAL"};
    case account::ColumnType::kText:
      return {'T', "TEXT"};
    case account::ColumnType::kBoolean:
      return {'B', "BOOLEAN"};
    case account::ColumnType::kDate:
      return {'D', "DATE"};
    case account::ColumnType::kTime:
      return {'I', "TIME"};
    case account::ColumnType::kTimestampNtz:
      return {'S', "TIMESTAMP_NTZ"};
    case account::ColumnType::kTimestampLtz:
      return {'S', "TIMESTAMP_LTZ"};
    case account::ColumnType::kTimestampTz:
      return {'S', "TIMESTAMP_TZ"};
    case account::ColumnType::kVariant:
      return {'V', "VARIANT"};
    case account::ColumnType::kObject:
      return {'V', "OBJECT"};
    case account::ColumnType::kArray:
      return {'V', "ARRAY"};
    case account::ColumnType::kBinary:
      return {'X', "BINARY"};
  }
  return {'?', "?"};
}

std::string CellText(const account::Column& column, const account::Cell& cell) {
  if (!cell) return "NULL";
  if (column.type == account::ColumnType::kBoolean) return *cell == "1" ? "true" : "false";
  if (cell->empty()) return "(empty)";
  const Result<std::string> shown = driver::DisplayText(TextOf(column.type).name, *cell);
  std::string text = shown.ok() ? *shown : "(not of its type) " + *cell;
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::vector<std::string> Lines(const account::QueryResult& result, bool names, bool sorted) {
  std::vector<std::string> lines;
  for (const auto& row : result.rows) {
    std::string line;
    for (size_t i = 0; i < row.size() && i < result.columns.size(); ++i) {
      if (i > 0) line.push_back('|');
      line += CellText(result.columns[i], row[i]);
    }
    lines.push_back(std::move(line));
  }
  if (sorted) std::sort(lines.begin(), lines.end());
  if (names) {
    std::string header;
    for (const account::Column& column : result.columns) header += (header.empty() ? "" : "|") + column.name;
    lines.insert(lines.begin(), std::move(header));
  }
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "    " + line + "\n";
  return text;
}

class FileRun {
 public:
  FileRun(std::string path, const TestFile& file) : path_(std::move(path)), file_(file) {}

  // The number of commands that went wrong.
  int Run() {
    if (const Status status = Open(); !status.ok()) {
      Complain(0, status.ToString());
      return failures_;
    }
    for (const Command& command : file_.commands) RunCommand(command);
    return failures_;
  }

 private:
  Status Open() {
    if (folder_.path().empty()) return Status::ResourceExhausted("no folder could be made for the account");
    account::EmbeddedAccountOptions options;
    options.dir = folder_.path() + "/account";
    options.account = "PRIMARY";
    options.admin_password = "secret";
    options.storage = storage::MakeLocalStorage();
    options.catalog_factory =
        [](const account::CatalogConnection& connection) -> Result<std::unique_ptr<catalog::Catalog>> {
      return Status::Unavailable("{}: SQL tests have no catalog; use tests of account/engine",
                                 connection.integration);
    };
    options.clock = &clock_;
    options.strict = file_.strict;
    LIFEBOAT_ASSIGN_OR_RETURN(service_, account::EmbeddedAccount::Open(std::move(options)));
    return Login("ADMIN", "secret");
  }

  Status Login(const std::string& user, const std::string& password) {
    user_ = user;
    password_ = password;
    return UseSession("main");
  }

  // Sessions are per user; the first use of a name opens it.
  Status UseSession(const std::string& name) {
    std::shared_ptr<account::Session>& session = sessions_[user_ + "/" + name];
    if (session == nullptr) {
      account::LoginRequest request;
      request.user = user_;
      request.password = password_;
      LIFEBOAT_ASSIGN_OR_RETURN(session, service_->Login(request));
    }
    session_ = session;
    return Status::Ok();
  }

  void RunCommand(const Command& command) {
    if (command.kind == CommandKind::kLogin || command.kind == CommandKind::kSession) {
      const Status status = command.kind == CommandKind::kLogin ? Login(command.words[0], command.words[1])
                                                                : UseSession(command.words[0]);
      if (!status.ok()) Complain(command.line, status.ToString());
      return;
    }
    account::StatementRequest request;
    request.query_id = fmt::format("00000000-0000-0000-0000-{:012}", ++next_query_);
    request.sql = command.sql;
    const Result<account::QueryResult> result = session_->Execute(request);
    if (!command.error_code.empty()) {
      CheckError(command, result.status());
    } else if (!result.ok()) {
      Complain(command.line, result.status().ToString());
    } else if (command.kind == CommandKind::kQuery) {
      CheckRows(command, *result);
    } else if (command.count) {
      const std::string expected = std::to_string(*command.count);
      const bool has = !result->rows.empty() && !result->rows[0].empty() && result->rows[0][0];
      const std::string got = has ? *result->rows[0][0] : "(nothing)";
      if (got != expected) Complain(command.line, fmt::format("expected count {}, got {}", expected, got));
    }
  }

  void CheckError(const Command& command, const Status& status) {
    if (status.ok()) {
      Complain(command.line, fmt::format("expected error {}, but it succeeded", command.error_code));
      return;
    }
    const auto* error = status.detail<account::sql::SqlError>();
    const std::string code = error == nullptr ? "(none)" : error->code;
    if (code != command.error_code) {
      Complain(command.line,
               fmt::format("expected error {}, got {}: {}", command.error_code, code, status.message()));
    } else if (status.message().find(command.error_text) == std::string::npos) {
      Complain(command.line,
               fmt::format("expected '{}' in the message, got: {}", command.error_text, status.message()));
    }
  }

  void CheckRows(const Command& command, const account::QueryResult& result) {
    std::string types;
    for (const account::Column& column : result.columns) types.push_back(TextOf(column.type).letter);
    const std::vector<std::string> got = Lines(result, command.names, command.sorted);
    if (types != command.types) {
      Complain(command.line,
               fmt::format("expected column types {}, got {}\n{}", command.types, types, Joined(got)));
    } else if (got != command.expected) {
      Complain(command.line, fmt::format("expected\n{}  got\n{}", Joined(command.expected), Joined(got)));
    }
  }

  void Complain(int line, const std::string& what) {
    ++failures_;
    fmt::print(stderr, "{}:{}: {}\n", path_, line, what);
  }

  const std::string path_;
  const TestFile& file_;
  TempFolder folder_;
  ManualClock clock_;
  std::unique_ptr<account::AccountService> service_;
  std::map<std::string, std::shared_ptr<account::Session>> sessions_;
  std::shared_ptr<account::Session> session_;
  std::string user_, password_;
  int next_query_ = 0;
  int failures_ = 0;
};

int RunFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    fmt::print(stderr, "{}: cannot be read; name an existing .test file\n", path);
    return 1;
  }
  const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  const Result<TestFile> file = ParseTestFile(text);
  if (!file.ok()) {
    fmt::print(stderr, "{}: {}\n", path, file.status().message());
    return 1;
  }
  if (file->commands.empty()) {
    fmt::print(stderr, "{}: holds no command\n", path);
    return 1;
  }
  const int failures = FileRun(path, *file).Run();
  fmt::print("{}: {} commands, {} failed\n", path, file->commands.size(), failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace lifeboat::sqltest

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: sql_test_runner FILE...\nexample: sql_test_runner tests/sql/select.test\n");
    return 2;
  }
  int exit_code = 0;
  for (int i = 1; i < argc; ++i) exit_code = std::max(exit_code, lifeboat::sqltest::RunFile(argv[i]));
  return exit_code;
}
