#include "account/engine/duck_database.h"

#include <atomic>
#include <duckdb/main/client_context.hpp>
#include <duckdb/main/config.hpp>
#include <duckdb/main/connection.hpp>
#include <duckdb/main/database.hpp>
#include <duckdb/main/materialized_query_result.hpp>
#include <duckdb/main/prepared_statement.hpp>
#include <duckdb/main/stream_query_result.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/select_statement.hpp>

#include "account/engine/duck_cells.h"
#include "account/engine/duck_error.h"
#include "account/engine/iceberg_scan_function.h"
#include "account/engine/storage_file_system.h"

namespace lifeboat::account {
namespace {

// Runs `work`, with DuckDB's exceptions as Status.
template <typename F>
auto Guarded(F&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    return ToStatus(duckdb::ErrorData(error));
  }
}

bool CountsChanges(const duckdb::QueryResult& result) {
  return result.properties.return_type == duckdb::StatementReturnType::CHANGED_ROWS;
}

class Connection : public DuckConnection {
 public:
  explicit Connection(duckdb::DuckDB& database) : connection_(database) {}

  Result<DuckResult> Query(const std::string& duckdb_sql) override {
    return Guarded([&]() -> Result<DuckResult> {
      if (interrupted_) throw duckdb::InterruptException();
      duckdb::QueryParameters parameters;
      parameters.output_type = duckdb::QueryResultOutputType::ALLOW_STREAMING;
      duckdb::unique_ptr<duckdb::QueryResult> rows = connection_.context->Query(duckdb_sql, parameters);
      if (rows->HasError()) return ToStatus(rows->GetErrorObject());
      DuckResult result = Shape(rows->names, rows->types);
      while (duckdb::unique_ptr<duckdb::DataChunk> chunk = rows->Fetch()) {
        if (chunk->size() == 0) break;
        if (CountsChanges(*rows)) {
          result.changed_rows += chunk->GetValue(0, 0).GetValue<int64_t>();
        } else {
          AppendCells(*chunk, result.rows);
        }
      }
      if (rows->HasError()) return ToStatus(rows->GetErrorObject());
      return result;
    });
  }

  Result<DuckResult> Describe(const std::string& duckdb_sql) override {
    return Guarded([&]() -> Result<DuckResult> {
      const auto prepared = connection_.Prepare(duckdb_sql);
      if (prepared->HasError()) return ToStatus(prepared->GetErrorObject());
      return Shape(prepared->GetNames(), prepared->GetTypes());
    });
  }

  bool in_transaction() const override { return !connection_.context->transaction.IsAutoCommit(); }

  Status Rollback() override {
    return Guarded([&]() -> Status {
      if (!in_transaction()) return Status::Ok();
      const auto done = connection_.Query("ROLLBACK");
      return done->HasError() ? ToStatus(done->GetErrorObject()) : Status::Ok();
    });
  }

  void Interrupt() override {
    interrupted_ = true;
    connection_.Interrupt();
  }
  void Resume() override { interrupted_ = false; }

 private:
  static DuckResult Shape(const duckdb::vector<duckdb::string>& names,
                          const duckdb::vector<duckdb::LogicalType>& types) {
    DuckResult result;
    for (size_t i = 0; i < names.size(); ++i) {
      result.columns.push_back(ToColumn(names[i], types[i]));
      result.duckdb_types.push_back(types[i].ToString());
    }
    return result;
  }

  duckdb::Connection connection_;
  std::atomic<bool> interrupted_{false};
};

class Database : public DuckDatabase {
 public:
  explicit Database(const DuckOptions& options) {
    duckdb::DBConfig config;
    config.SetOptionByName("threads", duckdb::Value::BIGINT(options.threads));
    config.SetOptionByName("memory_limit", duckdb::Value(std::to_string(options.memory_limit_bytes) + "B"));
    config.SetOptionByName("temp_directory", duckdb::Value(options.temp_directory));
    config.SetOptionByName("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
    config.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
    config.SetOptionByName("allow_community_extensions", duckdb::Value::BOOLEAN(false));
    database_ =
        std::make_unique<duckdb::DuckDB>(options.path.empty() ? nullptr : options.path.c_str(), &config);
    database_->GetFileSystem().RegisterSubSystem(duckdb::make_uniq<StorageFileSystem>(options.storage));
    RegisterIcebergScanFunction(*database_->instance, scans_);

    duckdb::Connection setup(*database_);
    const auto run = [&](const std::string& sql) {
      const auto done = setup.Query(sql);
      if (done->HasError()) done->ThrowError();
    };
    run("SET GLOBAL TimeZone = 'UTC'");
    run("SET GLOBAL default_null_order = 'NULLS_LAST'");
    run("SET GLOBAL parquet_metadata_cache = true");  // data files never change
    run(std::string("SET GLOBAL allowed_directories = ['") + kStorageScheme + "']");
    run("SET GLOBAL enable_external_access = false");
    run("SET GLOBAL lock_configuration = true");
  }

  Result<std::unique_ptr<DuckConnection>> Connect() override {
    return Guarded([&]() -> Result<std::unique_ptr<DuckConnection>> {
      return std::unique_ptr<DuckConnection>(std::make_unique<Connection>(*database_));
    });
  }

  IcebergScanRegistry& scans() override { return scans_; }

 private:
  IcebergScanRegistry scans_;
  std::unique_ptr<duckdb::DuckDB> database_;
};

}  // namespace

Result<std::unique_ptr<DuckDatabase>> DuckDatabase::Open(const DuckOptions& options) {
  return Guarded([&]() -> Result<std::unique_ptr<DuckDatabase>> {
    return std::unique_ptr<DuckDatabase>(std::make_unique<Database>(options));
  });
}

Result<std::string> SelectedExpression(const std::string& select) {
  return Guarded([&]() -> Result<std::string> {
    duckdb::Parser parser;
    parser.ParseQuery(select);
    if (parser.statements.size() == 1 &&
        parser.statements[0]->type == duckdb::StatementType::SELECT_STATEMENT) {
      const auto& node = *parser.statements[0]->Cast<duckdb::SelectStatement>().node;
      if (node.type == duckdb::QueryNodeType::SELECT_NODE) {
        const auto& list = node.Cast<duckdb::SelectNode>().select_list;
        if (list.size() == 1) {
          auto expression = list[0]->Copy();
          expression->ClearAlias();
          return std::string(expression->ToString());
        }
      }
    }
    return Status::Internal("'{}' does not select one expression", select);
  });
}

}  // namespace lifeboat::account
