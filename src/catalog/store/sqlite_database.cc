#include "catalog/store/sqlite_database.h"

#include <sqlite3.h>

#include <cerrno>

#include "base/check.h"

namespace lifeboat::catalog {

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path, Mode mode) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(path));
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const int code = sqlite3_open_v2(path.c_str(), &database->handle_, flags,
                                   mode == Mode::kReadWrite ? SqliteLogFileVfs() : nullptr);
  if (code != SQLITE_OK) return database->ErrorFor(code);
  sqlite3_extended_result_codes(database->handle_, 1);
  sqlite3_busy_timeout(database->handle_, 10'000);
  return database;
}

SqliteDatabase::~SqliteDatabase() {
  sqlite3_close_v2(handle_);
}

Status SqliteDatabase::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status::Ok() : ErrorFor(code);
}

Result<int64_t> SqliteDatabase::QueryInteger(const char* sql) {
  SqliteStatement statement(sql);
  SqliteRun run(*this, statement);
  LIFEBOAT_ASSIGN_OR_RETURN(const bool found, run.Step());
  if (!found) return Status::Internal("'{}' returned no row", sql);
  return run.Integer(0);
}

bool SqliteDatabase::InTransaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}
int64_t SqliteDatabase::Changes() const {
  return sqlite3_changes64(handle_);
}
int64_t SqliteDatabase::LastInsertRowId() const {
  return sqlite3_last_insert_rowid(handle_);
}

Status SqliteDatabase::ErrorFor(int sqlite_code) const {
  const int cause = errno;  // of the call that failed; sqlite3_system_errno() is not set by COMMIT
  const char* text = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(sqlite_code);
  const auto error = [&](StatusCode code, std::string_view remedy) {
    return Status::Make(code, "catalog store '{}': {}{}", path_, text, remedy);
  };
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL:
      return error(StatusCode::kResourceExhausted, "; free space on its disk");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return error(StatusCode::kCorruption, "; restore the file from a copy");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(StatusCode::kUnavailable, "; another process holds it, try again");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return error(StatusCode::kFailedPrecondition, "; check that folder and file can be written");
    case SQLITE_IOERR:
      // A limit on files or a quota is to this process a full disk; SQLite takes only ENOSPC for one.
      if (sqlite_code == SQLITE_IOERR_WRITE && (cause == EFBIG || cause == EDQUOT)) {
        return error(StatusCode::kResourceExhausted, "; raise the file size limit or the disk quota");
      }
      return error(StatusCode::kUnavailable, "; check its disk");
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return error(StatusCode::kResourceExhausted, "");
    default:
      return error(StatusCode::kInternal, "");
  }
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(handle_);
}

Status SqliteStatement::Prepare(SqliteDatabase& database) {
  if (handle_ != nullptr) return Status::Ok();
  const int code =
      sqlite3_prepare_v3(database.handle_, sql_, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  return code == SQLITE_OK ? Status::Ok() : database.ErrorFor(code);
}

SqliteRun::SqliteRun(SqliteDatabase& database, SqliteStatement& statement)
    : database_(database), status_(statement.Prepare(database)) {
  handle_ = statement.handle_;
}

SqliteRun::~SqliteRun() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

SqliteRun& SqliteRun::Bind(int index, std::string_view text) {
  if (!status_.ok()) return *this;
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  const int code = sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) status_ = database_.ErrorFor(code);
  return *this;
}

SqliteRun& SqliteRun::BindBytes(int index, std::string_view bytes) {
  if (!status_.ok()) return *this;
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  const int code = sqlite3_bind_blob64(handle_, index, data, bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) status_ = database_.ErrorFor(code);
  return *this;
}

SqliteRun& SqliteRun::Bind(int index, int64_t value) {
  if (!status_.ok()) return *this;
  const int code = sqlite3_bind_int64(handle_, index, value);
  if (code != SQLITE_OK) status_ = database_.ErrorFor(code);
  return *this;
}

SqliteRun& SqliteRun::BindNull(int index) {
  if (!status_.ok()) return *this;
  const int code = sqlite3_bind_null(handle_, index);
  if (code != SQLITE_OK) status_ = database_.ErrorFor(code);
  return *this;
}

Result<bool> SqliteRun::Step() {
  LIFEBOAT_RETURN_IF_ERROR(status_);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.ErrorFor(code);
}

Status SqliteRun::Run() {
  for (;;) {
    LIFEBOAT_ASSIGN_OR_RETURN(const bool more, Step());
    if (!more) return Status::Ok();
  }
}

int64_t SqliteRun::Integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view SqliteRun::Text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

std::string_view SqliteRun::Bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

bool SqliteRun::IsNull(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

}  // namespace lifeboat::catalog
