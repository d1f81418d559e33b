// SqliteDatabase: one connection to a SQLite file with its prepared statements, as values and Status.
//
// A connection and its statements belong to one thread at a time; the store hands them out so. Text and blobs
// are bound without a copy: they must live until the statement is reset, which its SqliteRun does at the end
// of its scope.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_DATABASE_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/store/sqlite_log_file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace lifeboat::catalog {

class SqliteDatabase {
 public:
  enum class Mode { kReadWrite, kReadOnly };  // kReadWrite creates the file when it is missing
  static Result<std::unique_ptr<SqliteDatabase>> Open(const std::string& path, Mode mode);
  ~SqliteDatabase();

  // Runs statements that return nothing of interest.
  Status Execute(const char* sql);
  // The value of a one-row, one-column query such as "PRAGMA user_version".
  Result<int64_t> QueryInteger(const char* sql);
  // Holds back what is written to the log; see SqliteLogGate. `ready` must outlive the gate.
  SqliteLogGate GateLog(const std::function<bool()>& ready) { return SqliteLogGate(handle_, ready); }
  // True between BEGIN and COMMIT or ROLLBACK.
  bool InTransaction() const;
  // Rows changed by the last INSERT, UPDATE or DELETE.
  int64_t Changes() const;
  int64_t LastInsertRowId() const;

  // The Status of SQLite's result code for `path`: full disk kResourceExhausted, damaged file kCorruption,
  // locked by another process kUnavailable, a file that cannot be opened or written kFailedPrecondition.
  Status ErrorFor(int sqlite_code) const;

 private:
  friend class SqliteStatement;
  explicit SqliteDatabase(std::string path) : path_(std::move(path)) {}
  std::string path_;
  sqlite3* handle_ = nullptr;
};

// A prepared statement; prepared on first use, kept for its owner's life. REQUIRES: the database outlives it.
class SqliteStatement {
 public:
  explicit SqliteStatement(const char* sql) : sql_(sql) {}
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

 private:
  friend class SqliteRun;
  const char* sql_;
  sqlite3_stmt* handle_ = nullptr;
  Status Prepare(SqliteDatabase& database);
};

// One execution of a statement: bind, step, read columns; resets it when it goes out of scope.
//
//   SqliteRun run(database, statements.load);
//   run.Bind(1, name);
//   LIFEBOAT_ASSIGN_OR_RETURN(bool found, run.Step());
class SqliteRun {
 public:
  SqliteRun(SqliteDatabase& database, SqliteStatement& statement);
  ~SqliteRun();
  SqliteRun(const SqliteRun&) = delete;
  SqliteRun& operator=(const SqliteRun&) = delete;

  // Parameters count from 1. An error shows in Step().
  SqliteRun& Bind(int index, std::string_view text);
  SqliteRun& BindBytes(int index, std::string_view bytes);  // that need not be text
  SqliteRun& Bind(int index, int64_t value);
  SqliteRun& Bind(int index, uint64_t value) { return Bind(index, static_cast<int64_t>(value)); }
  SqliteRun& Bind(int index, int value) { return Bind(index, static_cast<int64_t>(value)); }
  SqliteRun& BindNull(int index);

  // True when there is a row to read, false at the end.
  Result<bool> Step();
  // Runs a statement without rows to the end.
  Status Run();

  // Columns count from 0; texts and bytes are valid until the next Step.
  int64_t Integer(int column) const;
  std::string_view Text(int column) const;
  std::string_view Bytes(int column) const;  // of a text too
  bool IsNull(int column) const;

 private:
  SqliteDatabase& database_;
  sqlite3_stmt* handle_ = nullptr;
  Status status_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_DATABASE_H_
