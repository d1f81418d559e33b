// FakeAccount: an AccountService without SQL, for tests of what speaks to one. It knows the statements listed
// at FakeSession::Run by their text, and one user, U1 with password p1 and roles R1 and R2.
#ifndef LIFEBOAT_TESTS_SUPPORT_FAKE_ACCOUNT_H_
#define LIFEBOAT_TESTS_SUPPORT_FAKE_ACCOUNT_H_

#include <atomic>
#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/engine/account_service.h"
#include "account/sql/sql_error.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace lifeboat::account {

// What all sessions of a FakeAccount share.
struct FakeAccountState {
  Mutex mutex;
  CondVar changed;
  bool gate_open GUARDED_BY(mutex) = false;
  std::set<std::string> cancelled GUARDED_BY(mutex);  // query ids
  std::atomic<int> executed{0};                       // statements begun
  std::atomic<uint64_t> last_session_id{0};
};

inline std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

class FakeSession : public Session {
 public:
  FakeSession(std::shared_ptr<FakeAccountState> account, SessionState state)
      : account_(std::move(account)), state_(std::move(state)), id_(++account_->last_session_id) {}

  uint64_t id() const override { return id_; }
  SessionState State() const override {
    MutexLock lock(mutex_);
    return state_;
  }
  void Cancel(const std::string& query_id) override {
    MutexLock lock(account_->mutex);
    account_->cancelled.insert(query_id);
    account_->changed.NotifyAll();
  }
  Result<QueryResult> Execute(const StatementRequest& request) override {
    ++account_->executed;
    std::string_view sql = request.sql;
    while (!sql.empty() && (sql.back() == ';' || sql.back() == ' ' || sql.back() == '\n'))
      sql.remove_suffix(1);
    while (!sql.empty() && (sql.front() == ' ' || sql.front() == '\n')) sql.remove_prefix(1);
    return Run(request, sql, Upper(sql));
  }

 private:
  static Column MakeColumn(std::string name, ColumnType type, int precision = 0, int scale = 0) {
    Column column;
    column.name = std::move(name);
    column.type = type;
    column.precision = precision;
    column.scale = scale;
    return column;
  }

  static QueryResult One(std::string name, Cell value, ColumnType type = ColumnType::kText) {
    QueryResult result;
    result.columns = {MakeColumn(std::move(name), type)};
    result.rows = {{std::move(value)}};
    return result;
  }

  static std::string Between(std::string_view text, char open, char close) {
    const size_t from = text.find(open) + 1;
    return std::string(text.substr(from, text.find(close, from) - from));
  }

  static QueryResult AllTypes() {
    const std::string json = R"({"k": "v"})";
    const std::vector<std::pair<Column, std::string>> cells = {
        {MakeColumn("C_FIXED", ColumnType::kFixed, 38), "42"},
        {MakeColumn("C_SCALED", ColumnType::kFixed, 10, 2), "3.14"},
        {MakeColumn("C_REAL", ColumnType::kReal), "1.5"},
        {MakeColumn("C_TEXT", ColumnType::kText), "Grüße \"quoted\"\n\\"},
        {MakeColumn("C_BOOLEAN", ColumnType::kBoolean), "1"},
        {MakeColumn("C_DATE", ColumnType::kDate), "20484"},
        {MakeColumn("C_TIME", ColumnType::kTime, 0, 9), "45296.789000000"},
        {MakeColumn("C_NTZ", ColumnType::kTimestampNtz, 0, 9), "1769862896.123456000"},
        {MakeColumn("C_LTZ", ColumnType::kTimestampLtz, 0, 9), "1769862896.123456000"},
        {MakeColumn("C_TZ", ColumnType::kTimestampTz, 0, 9), "1769862896.123456000 1500"},
        {MakeColumn("C_VARIANT", ColumnType::kVariant), json},
        {MakeColumn("C_OBJECT", ColumnType::kObject), json},
        {MakeColumn("C_ARRAY", ColumnType::kArray), "[1, 2]"},
        {MakeColumn("C_BINARY", ColumnType::kBinary), "DEADBEEF"}};
    QueryResult result;
    result.rows.resize(2);
    for (const auto& [column, text] : cells) {
      result.columns.push_back(column);
      result.rows[0].push_back(text);
      result.rows[1].push_back(std::nullopt);
    }
    return result;
  }

  static QueryResult Numbers(int64_t count) {
    QueryResult result;
    result.columns = {MakeColumn("N", ColumnType::kFixed, 38), MakeColumn("T", ColumnType::kText)};
    for (int64_t n = 0; n < count; ++n)
      result.rows.push_back({std::to_string(n), "row " + std::to_string(n)});
    return result;
  }

  // Until `done` holds (checked under the account's mutex) or the statement is cancelled.
  template <typename Done>
  Status WaitUntil(const std::string& query_id, Done done) {
    MutexLock lock(account_->mutex);
    while (!done()) {
      if (account_->cancelled.count(query_id) > 0) {
        return sql::MakeSqlError(StatusCode::kCancelled, "000604", "57014", "SQL execution canceled");
      }
      account_->changed.WaitFor(account_->mutex, std::chrono::milliseconds(5));
    }
    return Status::Ok();
  }

  Result<QueryResult> RunBinds(const StatementRequest& request, const std::string& upper) {
    QueryResult result;
    const int64_t rows = static_cast<int64_t>(request.bind_rows.size());
    if (upper.starts_with("INSERT")) {
      result = One("number of rows inserted", std::to_string(rows), ColumnType::kFixed);
      result.type = StatementType::kInsert;
      for (const char c : upper) result.bind_count += c == '?';
    } else {
      result.bind_count = 1;
      for (const auto& row : request.bind_rows) {
        std::vector<Cell> cells;
        for (const auto& [name, bind] : row) cells.push_back(bind.value);
        result.rows.push_back(cells);
      }
      const size_t width = result.rows.empty() ? 1 : result.rows[0].size();
      for (size_t i = 0; i < width; ++i)
        result.columns.push_back(MakeColumn("B" + std::to_string(i), ColumnType::kText));
    }
    if (request.describe_only) result.rows.clear();
    return result;
  }

  Result<QueryResult> RunSession(std::string_view sql, const std::string& upper) {
    MutexLock lock(mutex_);
    QueryResult result = One("status", "Statement executed successfully.");
    result.type = StatementType::kScl;
    if (upper.starts_with("USE ROLE ")) {
      state_.role = upper.substr(9);
    } else if (upper.starts_with("USE DATABASE ")) {
      state_.database = upper.substr(13);
      state_.schema = "PUBLIC";
    } else if (upper.starts_with("SET ")) {
      const size_t equals = sql.find('=');
      const size_t value = sql.find_first_not_of(' ', equals + 1);
      state_.variables[upper.substr(4, upper.find_first_of(" =", 4) - 4)] = std::string(sql.substr(value));
    } else if (upper.starts_with("SELECT $")) {
      const auto it = state_.variables.find(upper.substr(8));
      if (it == state_.variables.end()) {
        return sql::MakeSqlError(StatusCode::kNotFound, "000904", "42000",
                                 "SQL compilation error: error line 1 at position 7\nSession variable '" +
                                     upper.substr(7) + "' does not exist",
                                 1, 7);
      }
      return One(upper.substr(7), it->second);
    } else {
      return One("CURRENT_ROLE()", state_.role);
    }
    return result;
  }

  Result<QueryResult> Run(const StatementRequest& request, std::string_view sql, const std::string& upper) {
    if (upper == "SELECT 1") return One("1", "1", ColumnType::kFixed);
    if (upper == "SELECT 2") return One("2", "2", ColumnType::kFixed);
    if (upper.find("AS C_FIXED") != std::string::npos) return AllTypes();
    if (upper.find("ROWCOUNT => ") != std::string::npos) {
      int64_t count = 0;
      const char* digits = upper.data() + upper.find("ROWCOUNT => ") + 12;
      std::from_chars(digits, upper.data() + upper.size(), count);
      return Numbers(count);
    }
    if (upper.find("SYSTEM$WAIT(") != std::string::npos) {
      int64_t seconds = 0;
      const std::string digits = Between(upper, '(', ')');
      std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
      const int64_t end = SystemClock().MonotonicMicros() + seconds * 1'000'000;
      LIFEBOAT_RETURN_IF_ERROR(
          WaitUntil(request.query_id, [&] { return SystemClock().MonotonicMicros() >= end; }));
      return One("SYSTEM$WAIT", "waited " + digits + " seconds");
    }
    if (upper == "SELECT GATE") {
      LIFEBOAT_RETURN_IF_ERROR(WaitUntil(request.query_id, [&] { return account_->gate_open; }));
      return One("GATE", "open");
    }
    if (upper.find('?') != std::string::npos || upper.find(":1") != std::string::npos)
      return RunBinds(request, upper);
    if (upper.starts_with("USE ") || upper.starts_with("SET ") || upper.starts_with("SELECT $") ||
        upper == "SELECT CURRENT_ROLE()") {
      return RunSession(sql, upper);
    }
    if (upper.starts_with("SELECT * FROM ")) {
      return sql::MakeSqlError(
          StatusCode::kNotFound, "002003", "42S02",
          "SQL compilation error:\nObject '" + upper.substr(14) + "' does not exist or not authorized.", 1,
          14);
    }
    return sql::MakeSqlError(
        StatusCode::kInvalidArgument, "001003", "42000",
        "SQL compilation error:\nsyntax error line 1 at position 0 unexpected '" + upper + "'.", 1, 0);
  }

  const std::shared_ptr<FakeAccountState> account_;
  mutable Mutex mutex_;
  SessionState state_ GUARDED_BY(mutex_);
  const uint64_t id_;
};

class FakeAccount : public AccountService {
 public:
  explicit FakeAccount(std::string name = "PRIMARY") : name_(std::move(name)) {}

  std::string account_name() const override { return name_; }
  std::string organization_name() const override { return "LIFEBOAT"; }

  Result<std::shared_ptr<Session>> Login(const LoginRequest& request) override {
    if (Upper(request.user) != "U1" || request.password != "p1") {
      return Status::Unauthenticated("Incorrect username or password was specified.");
    }
    SessionState state{"U1", request.role.empty() ? "R1" : Upper(request.role), request.warehouse,
                       request.database, request.schema};
    state.parameters = request.parameters;
    return Open(std::move(state));
  }
  Result<std::shared_ptr<Session>> Resume(const SessionState& state) override {
    if (state.user != "U1") return Status::Unauthenticated("User {} does not exist here.", state.user);
    ++resumed;
    return Open(state);
  }

  void OpenGate() {
    MutexLock lock(shared->mutex);
    shared->gate_open = true;
    shared->changed.NotifyAll();
  }

  std::atomic<int> resumed{0};
  const std::shared_ptr<FakeAccountState> shared = std::make_shared<FakeAccountState>();

 private:
  Result<std::shared_ptr<Session>> Open(SessionState state) {
    return std::shared_ptr<Session>(std::make_shared<FakeSession>(shared, std::move(state)));
  }
  const std::string name_;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_TESTS_SUPPORT_FAKE_ACCOUNT_H_
