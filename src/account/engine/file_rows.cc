#include "account/engine/file_rows.h"

#include <algorithm>
#include <duckdb/common/types/vector.hpp>
#include <duckdb/main/connection.hpp>
#include <duckdb/main/database.hpp>
#include <duckdb/main/query_result.hpp>
#include <utility>

#include "account/engine/duck_error.h"
#include "account/engine/iceberg_duck_types.h"
#include "account/engine/storage_file_system.h"
#include "base/mutex.h"

namespace lifeboat::account {
namespace {

std::string Quote(const std::string& text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

Result<std::string> SelectStatement(const FileRowsOptions& options) {
  std::string columns;
  for (const iceberg::Field& field : options.schema.fields) {
    LIFEBOAT_ASSIGN_OR_RETURN(const duckdb::LogicalType type, ToDuckType(field.type));
    columns += (columns.empty() ? "" : ", ") +
               fmt::format("CAST({} AS {})", Quote(field.name, '"'), type.ToString());
  }
  std::string files;
  for (const std::string& location : options.locations) {
    files += (files.empty() ? "" : ", ") + Quote(ToDuckPath(location), '\'');
  }
  if (options.format == TabularFormat::kParquet)
    return fmt::format("SELECT {} FROM read_parquet([{}])", columns, files);
  return fmt::format(
      "SELECT {} FROM read_csv([{}], header = true, all_varchar = true, allow_quoted_nulls = false)", columns,
      files);
}

// One running query that all sources of a call draw chunks from.
class SharedScan {
 public:
  static Result<std::shared_ptr<SharedScan>> Open(const std::shared_ptr<storage::Storage>& storage,
                                                  const FileRowsOptions& options) {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string sql, SelectStatement(options));
    try {
      duckdb::DBConfig config;
      config.SetOptionByName("threads", duckdb::Value::BIGINT(options.threads));
      config.SetOptionByName("memory_limit", duckdb::Value(std::to_string(options.memory_limit_bytes) + "B"));
      config.SetOptionByName("temp_directory", duckdb::Value(""));
      config.SetOptionByName("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
      config.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
      auto scan = std::make_shared<SharedScan>();
      scan->database_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
      scan->database_->GetFileSystem().RegisterSubSystem(duckdb::make_uniq<StorageFileSystem>(storage));
      scan->connection_ = std::make_unique<duckdb::Connection>(*scan->database_);
      MutexLock lock(scan->mutex_);
      scan->result_ = scan->connection_->SendQuery(sql);
      if (scan->result_->HasError()) return InvalidFile(scan->result_->GetErrorObject());
      return scan;
    } catch (const std::exception& error) {
      return InvalidFile(duckdb::ErrorData(error));
    }
  }

  // The next rows, flattened; null at the end.
  Result<duckdb::unique_ptr<duckdb::DataChunk>> Next() {
    try {
      duckdb::unique_ptr<duckdb::DataChunk> chunk;
      {
        MutexLock lock(mutex_);
        if (result_ == nullptr) return chunk;
        chunk = result_->Fetch();
        if (result_->HasError()) return InvalidFile(result_->GetErrorObject());
        if (chunk == nullptr || chunk->size() == 0) {
          result_.reset();
          return duckdb::unique_ptr<duckdb::DataChunk>();
        }
      }
      chunk->Flatten();
      return chunk;
    } catch (const std::exception& error) {
      return InvalidFile(duckdb::ErrorData(error));
    }
  }

 private:
  // The engine's own words, without what it adds for users of its command line.
  static Status InvalidFile(const duckdb::ErrorData& error) {
    const std::string message = error.RawMessage();
    return Status::InvalidArgument("cannot read the data files: {}", message.substr(0, message.find('\n')));
  }

  std::unique_ptr<duckdb::DuckDB> database_;
  std::unique_ptr<duckdb::Connection> connection_;
  Mutex mutex_;
  duckdb::unique_ptr<duckdb::QueryResult> result_ GUARDED_BY(mutex_);
};

template <typename T>
void CopyValues(const duckdb::Vector& from, size_t first, size_t count, T* to) {
  const T* values = duckdb::FlatVector::GetData<T>(from);
  std::copy(values + first, values + first + count, to);
}

void CopyStrings(const duckdb::Vector& from, size_t first, size_t count, int column, RowChunk& to) {
  const auto* values = duckdb::FlatVector::GetData<duckdb::string_t>(from);
  const duckdb::ValidityMask& valid = duckdb::FlatVector::Validity(from);
  for (size_t i = 0; i < count; ++i) {
    if (!valid.RowIsValid(first + i)) continue;
    const duckdb::string_t& value = values[first + i];
    to.SetString(column, i, {value.GetData(), value.GetSize()});
  }
}

void CopyColumn(const duckdb::Vector& from, size_t first, size_t count, int column, RowChunk& to) {
  switch (from.GetType().InternalType()) {
    case duckdb::PhysicalType::BOOL:
      CopyValues<bool>(from, first, count, to.Booleans(column));
      break;
    case duckdb::PhysicalType::INT32:
      CopyValues<int32_t>(from, first, count, to.Ints(column));
      break;
    case duckdb::PhysicalType::INT64:
      CopyValues<int64_t>(from, first, count, to.Longs(column));
      break;
    case duckdb::PhysicalType::FLOAT:
      CopyValues<float>(from, first, count, to.Floats(column));
      break;
    case duckdb::PhysicalType::DOUBLE:
      CopyValues<double>(from, first, count, to.Doubles(column));
      break;
    case duckdb::PhysicalType::VARCHAR:
      CopyStrings(from, first, count, column, to);
      break;
    default:
      LIFEBOAT_CHECK(false, "no row chunk holds columns of type " + from.GetType().ToString());
  }
  const duckdb::ValidityMask& valid = duckdb::FlatVector::Validity(from);
  if (valid.AllValid()) return;
  for (size_t i = 0; i < count; ++i) {
    if (!valid.RowIsValid(first + i)) to.SetNull(column, i);
  }
}

class FileRows final : public RowSource {
 public:
  explicit FileRows(std::shared_ptr<SharedScan> scan) : scan_(std::move(scan)) {}

  Result<size_t> Fill(RowChunk& chunk) override {
    if (pending_ == nullptr) {
      LIFEBOAT_ASSIGN_OR_RETURN(pending_, scan_->Next());
      done_ = 0;
      if (pending_ == nullptr) return size_t{0};
    }
    const size_t count = std::min(chunk.capacity(), static_cast<size_t>(pending_->size()) - done_);
    for (size_t column = 0; column < pending_->ColumnCount(); ++column) {
      CopyColumn(pending_->data[column], done_, count, static_cast<int>(column), chunk);
    }
    done_ += count;
    if (done_ == pending_->size()) pending_.reset();
    return count;
  }

 private:
  std::shared_ptr<SharedScan> scan_;
  duckdb::unique_ptr<duckdb::DataChunk> pending_;
  size_t done_ = 0;
};

}  // namespace

Result<std::vector<std::unique_ptr<RowSource>>> ReadFileRows(const std::shared_ptr<storage::Storage>& storage,
                                                             const FileRowsOptions& options, int shares) {
  LIFEBOAT_CHECK(!options.locations.empty() && shares > 0, "nothing to read, or nobody to read it");
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<SharedScan> scan, SharedScan::Open(storage, options));
  std::vector<std::unique_ptr<RowSource>> sources;
  for (int i = 0; i < shares; ++i) sources.push_back(std::make_unique<FileRows>(scan));
  return sources;
}

}  // namespace lifeboat::account
