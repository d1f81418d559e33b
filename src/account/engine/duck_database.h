// DuckDatabase, DuckConnection: DuckDB behind an interface of our own, so that its headers and its exceptions
// stay in the duck_*.cc files.
//
// A database is one DuckDB instance, locked down after it is opened: no file but its own and what its storage
// holds, no extension loading, no configuration by SQL. Statements given to a connection are DuckDB SQL made
// by us, never a user's text.
//
// Errors carry a SqlError: what DuckDB reports is translated to Snowflake's codes (duck_error.cc).
#ifndef LIFEBOAT_ACCOUNT_ENGINE_DUCK_DATABASE_H_
#define LIFEBOAT_ACCOUNT_ENGINE_DUCK_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/account_service.h"
#include "account/engine/iceberg_scan.h"
#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::account {

struct DuckOptions {
  std::string path;            // database file; empty: in memory
  std::string temp_directory;  // for what does not fit into memory; empty: none
  std::shared_ptr<storage::Storage> storage;
  int threads = 2;
  int64_t memory_limit_bytes = int64_t{2} << 30;
};

// Rows as the driver protocol shows them. `duckdb_types` are DuckDB's names of the columns' types.
struct DuckResult {
  std::vector<Column> columns;
  std::vector<std::string> duckdb_types;
  std::vector<std::vector<Cell>> rows;
  int64_t changed_rows = 0;  // of INSERT, UPDATE, DELETE, MERGE
};

class DuckConnection {
 public:
  virtual ~DuckConnection() = default;
  // Runs one statement and fetches everything.
  virtual Result<DuckResult> Query(const std::string& duckdb_sql) = 0;
  // Columns without running.
  virtual Result<DuckResult> Describe(const std::string& duckdb_sql) = 0;
  virtual bool in_transaction() const = 0;
  // Undoes the open transaction, even after Interrupt().
  virtual Status Rollback() = 0;
  // Ends what runs with 000604, and everything that would run until Resume(). From any thread.
  virtual void Interrupt() = 0;
  virtual void Resume() = 0;
};

class DuckDatabase {
 public:
  static Result<std::unique_ptr<DuckDatabase>> Open(const DuckOptions& options);
  virtual ~DuckDatabase() = default;

  virtual Result<std::unique_ptr<DuckConnection>> Connect() = 0;
  // What lb_iceberg_scan('<id>') reads.
  virtual IcebergScanRegistry& scans() = 0;
};

// The expression of a DuckDB "SELECT expression", as text that can stand elsewhere.
Result<std::string> SelectedExpression(const std::string& select);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_DUCK_DATABASE_H_
