// AccountService: an embedded account as its wire protocols see it: log in, run statements in a session,
// cancel.
//
// Nothing here knows HTTP or JSON; nothing in account/wire knows SQL. Rows are text in the form of
// Snowflake's JSON result set (see Column), because every driver accepts it. Thread-safe: sessions run in
// parallel, the statements of one session one at a time.
//
// Errors of statements carry a sql::SqlError detail (account/sql/sql_error.h): Snowflake's code, SQLSTATE,
// line and position.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_SERVICE_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_SERVICE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace lifeboat::account {

// The driver protocol's column types. Cells are text: FIXED decimal digits; REAL; BOOLEAN "1"/"0"; DATE days
// since the epoch; TIME seconds.fraction; TIMESTAMP_NTZ and _LTZ epoch.fraction (nine digits); TIMESTAMP_TZ
// "epoch.fraction offset" (minutes + 1440); BINARY hexadecimal; VARIANT, OBJECT, ARRAY JSON text.
enum class ColumnType {
  kFixed,
  kReal,
  kText,
  kBoolean,
  kDate,
  kTime,
  kTimestampNtz,
  kTimestampLtz,
  kTimestampTz,
  kVariant,
  kObject,
  kArray,
  kBinary
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
  bool nullable = true;
  int precision = 0;                    // kFixed; fractional digits for times
  int scale = 0;                        // kFixed: digits after the point; times: fractional digits (0–9)
  int64_t length = 0;                   // kText, kBinary: characters / bytes
  std::string database, schema, table;  // origin when known
};

// Snowflake's statementTypeId (SNOWFLAKE.md 1.3).
enum class StatementType : int64_t {
  kSelect = 0x1000,
  kDml = 0x3000,
  kInsert = 0x3100,
  kUpdate = 0x3200,
  kDelete = 0x3300,
  kMerge = 0x3400,
  kScl = 0x4000,
  kUse = 0x4300,
  kShow = 0x4400,
  kDescribe = 0x4500,
  kTcl = 0x5000,
  kDdl = 0x6000
};

using Cell = std::optional<std::string>;  // nothing: NULL

struct QueryResult {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  StatementType type = StatementType::kSelect;
  int bind_count = 0;                 // `?` and `:n` placeholders seen
  std::vector<std::string> warnings;  // what friendly mode let pass
  bool session_changed = false;       // current objects, role, variables or parameters differ from before
};

// A client-supplied value for a placeholder. `type` is the driver protocol's ("FIXED", "TEXT",
// "TIMESTAMP_NTZ", …).
struct BindValue {
  std::string type;
  Cell value;
};

struct StatementRequest {
  std::string query_id;  // UUID, chosen by the caller
  std::string sql;
  bool describe_only = false;
  // By placeholder name ("1", "2", …). More than one row: array binding, run once per row.
  std::vector<std::map<std::string, BindValue>> bind_rows;
};

// What of a session travels to another account when the connection moves.
struct SessionState {
  std::string user, role, warehouse, database, schema;  // empty: none
  std::map<std::string, std::string> variables;         // SET name = value, as SQL literals
  std::map<std::string, std::string> parameters;        // ALTER SESSION SET
};

class Session {
 public:
  virtual ~Session() = default;
  virtual uint64_t id() const = 0;
  virtual SessionState State() const = 0;
  // Runs one statement (a trailing ';' is allowed). Blocks.
  virtual Result<QueryResult> Execute(const StatementRequest& request) = 0;
  // Makes the statement of that query id, if it is running, end with Snowflake's 000604 (57014).
  virtual void Cancel(const std::string& query_id) = 0;
};

struct LoginRequest {
  std::string user;  // as typed
  std::string password;
  std::string role, warehouse, database, schema;  // wanted; empty: the user's defaults
  std::map<std::string, std::string> parameters;
};

class AccountService {
 public:
  virtual ~AccountService() = default;
  virtual std::string account_name() const = 0;       // "PRIMARY"
  virtual std::string organization_name() const = 0;  // "LIFEBOAT"

  // Verifies the password; kUnauthenticated (390100) without saying which part was wrong.
  virtual Result<std::shared_ptr<Session>> Login(const LoginRequest& request) = 0;
  // Opens a session for a user that another server of the same connection has authenticated (signed master
  // token). Objects of `state` that do not exist here are left unset rather than refused.
  virtual Result<std::shared_ptr<Session>> Resume(const SessionState& state) = 0;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ACCOUNT_SERVICE_H_
