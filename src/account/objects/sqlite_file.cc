#include "account/objects/sqlite_file.h"

#include <sqlite3.h>

namespace lifeboat::account {
namespace {

constexpr const char* kPragmas =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    // Takes the lock now, so that a second process is refused when it opens the file, not later.
    "BEGIN IMMEDIATE; COMMIT;";

SqliteFile::Value ReadColumn(sqlite3_stmt* statement, int column) {
  if (sqlite3_column_type(statement, column) == SQLITE_INTEGER) {
    return static_cast<int64_t>(sqlite3_column_int64(statement, column));
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return text == nullptr ? std::string() : std::string(text, sqlite3_column_bytes(statement, column));
}

}  // namespace

Result<std::unique_ptr<SqliteFile>> SqliteFile::Open(const std::string& path) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<SqliteFile> file(new SqliteFile(database, path));
  if (code != SQLITE_OK) return file->Error(code);
  LIFEBOAT_RETURN_IF_ERROR(file->Script(kPragmas));
  return file;
}

SqliteFile::~SqliteFile() {
  sqlite3_close(database_);
}

Status SqliteFile::Error(int code) const {
  const std::string reason = database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Status::Unavailable("account file '{}' is open in another process; stop that process first",
                                 path_);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Status::Corruption("account file '{}' is damaged ({}); restore it from a copy", path_, reason);
    case SQLITE_FULL:
      return Status::ResourceExhausted("no space left on the disk of account file '{}'", path_);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Status::FailedPrecondition("account file '{}' cannot be opened for writing: {}", path_, reason);
    default:
      return Status::Internal("account file '{}': {}", path_, reason);
  }
}

Status SqliteFile::Script(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status::Ok() : Error(code);
}

Status SqliteFile::Run(std::string_view sql, const Row& parameters,
                       const std::function<void(const Row&)>& visit) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  if (code != SQLITE_OK) return Error(code);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const int index = static_cast<int>(i) + 1;
    if (const auto* number = std::get_if<int64_t>(&parameters[i])) {
      sqlite3_bind_int64(raw, index, *number);
    } else {
      const auto& text = std::get<std::string>(parameters[i]);
      sqlite3_bind_text(raw, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
  }
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    if (!visit) continue;
    Row row;
    for (int column = 0; column < sqlite3_column_count(raw); ++column) row.push_back(ReadColumn(raw, column));
    visit(row);
  }
  return code == SQLITE_DONE ? Status::Ok() : Error(code);
}

}  // namespace lifeboat::account
