// SqliteFile: one SQLite database file and the few calls ObjectStore needs of it, with errors as Status.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_SQLITE_FILE_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_SQLITE_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

struct sqlite3;

namespace lifeboat::account {

class SqliteFile {
 public:
  using Value = std::variant<int64_t, std::string>;
  using Row = std::vector<Value>;  // NULL reads as an empty text

  // Opens or creates the file for this process alone: WAL, synchronous=FULL, exclusive locking.
  static Result<std::unique_ptr<SqliteFile>> Open(const std::string& path);
  ~SqliteFile();

  // Several statements without parameters.
  Status Script(const char* sql);
  // One statement; rows, if any, go to `visit`.
  Status Run(std::string_view sql, const Row& parameters,
             const std::function<void(const Row&)>& visit = nullptr);

 private:
  explicit SqliteFile(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
  Status Error(int code) const;

  sqlite3* database_;
  std::string path_;
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_SQLITE_FILE_H_
