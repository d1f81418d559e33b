// SqliteLogFile: the write-ahead log of a SQLite connection, written by one call a commit.
//
// SQLite writes a commit as two small writes for every page it changed, and then waits for the disk. This VFS
// keeps what is to be written in memory until the log is synced or read, and then hands it over in one piece:
// a commit of ten pages is one system call instead of twenty. Everything but the log goes to SQLite's default
// VFS as it is.
//
// Nothing is lost by it that a crash would not lose anyway: SQLite counts on nothing in the log before it has
// synced it, and with synchronous = FULL each commit is.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_LOG_FILE_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_LOG_FILE_H_

#include <functional>

struct sqlite3;

namespace lifeboat::catalog {

// The name to open a connection with; null, for the default VFS, when it could not be registered.
const char* SqliteLogFileVfs();

// While it lives, what is written to the log of the connection's main database reaches the file only after
// `ready` returned true. False fails the write, so that the commit fails and SQLite rolls back; the file is
// as it was then. `ready` may be called several times.
class SqliteLogGate {
 public:
  SqliteLogGate(sqlite3* connection, const std::function<bool()>& ready);
  ~SqliteLogGate();
  SqliteLogGate(const SqliteLogGate&) = delete;
  SqliteLogGate& operator=(const SqliteLogGate&) = delete;

  // False when the connection has no such log: nobody will call `ready`.
  bool is_installed() const { return ready_ != nullptr; }

 private:
  const std::function<bool()>** ready_ = nullptr;  // the log's
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_LOG_FILE_H_
