#include "account/engine/parquet_writer.h"

#include <atomic>
#include <duckdb/common/types/vector.hpp>
#include <duckdb/function/table_function.hpp>
#include <duckdb/main/connection.hpp>
#include <duckdb/main/database.hpp>
#include <duckdb/main/extension/extension_loader.hpp>

#include "account/engine/duck_error.h"
#include "account/engine/iceberg_duck_types.h"
#include "account/engine/parquet_statistics.h"
#include "account/engine/storage_file_system.h"
#include "base/mutex.h"

namespace lifeboat::account {
namespace {

// What all threads of one write share.
struct WriteState : duckdb::TableFunctionInfo {
  const ParquetWriteOptions* options = nullptr;
  std::vector<std::unique_ptr<RowSource>> sources;
  std::atomic<size_t> next_source{0};
  std::atomic<int64_t> rows{0};
  Mutex mutex;
  Status failure GUARDED_BY(mutex);  // of a source, kept because DuckDB carries only text

  RowSource* Next() {
    const size_t index = next_source++;
    return index < sources.size() ? sources[index].get() : nullptr;
  }
  void Fail(const Status& status) {
    MutexLock lock(mutex);
    if (failure.ok()) failure = status;
  }
  Status Failure() {
    MutexLock lock(mutex);
    return failure;
  }
};

// A RowChunk over DuckDB's own vectors.
class DuckRowChunk : public RowChunk {
 public:
  explicit DuckRowChunk(duckdb::DataChunk& chunk) : chunk_(chunk) { capacity_ = STANDARD_VECTOR_SIZE; }

  bool* Booleans(int column) override { return Values<bool>(column, duckdb::PhysicalType::BOOL); }
  int32_t* Ints(int column) override { return Values<int32_t>(column, duckdb::PhysicalType::INT32); }
  int64_t* Longs(int column) override { return Values<int64_t>(column, duckdb::PhysicalType::INT64); }
  float* Floats(int column) override { return Values<float>(column, duckdb::PhysicalType::FLOAT); }
  double* Doubles(int column) override { return Values<double>(column, duckdb::PhysicalType::DOUBLE); }

  void SetString(int column, size_t row, std::string_view value) override {
    duckdb::Vector& vector = chunk_.data[static_cast<size_t>(column)];
    Values<duckdb::string_t>(column, duckdb::PhysicalType::VARCHAR)[row] =
        duckdb::StringVector::AddStringOrBlob(vector, value.data(), value.size());
  }
  void SetNull(int column, size_t row) override {
    duckdb::FlatVector::SetNull(chunk_.data[static_cast<size_t>(column)], row, true);
  }

 private:
  template <typename T>
  T* Values(int column, duckdb::PhysicalType type) {
    duckdb::Vector& vector = chunk_.data[static_cast<size_t>(column)];
    LIFEBOAT_CHECK(vector.GetType().InternalType() == type, "a row source filled a column of another type");
    return duckdb::FlatVector::GetData<T>(vector);
  }

  duckdb::DataChunk& chunk_;
};

struct BindData : duckdb::TableFunctionData {
  WriteState* state = nullptr;
};

struct GlobalState : duckdb::GlobalTableFunctionState {
  explicit GlobalState(size_t threads) : threads_(threads) {}
  duckdb::idx_t MaxThreads() const override { return threads_; }
  size_t threads_;
};

struct LocalState : duckdb::LocalTableFunctionState {
  RowSource* source = nullptr;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext&, duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<BindData>();
  data->state = &input.info->Cast<WriteState>();
  for (const iceberg::Field& field : data->state->options->schema.fields) {
    names.push_back(field.name);
    types.push_back(*ToDuckType(field.type));
  }
  return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> InitGlobal(duckdb::ClientContext&,
                                                                duckdb::TableFunctionInitInput& input) {
  return duckdb::make_uniq<GlobalState>(input.bind_data->Cast<BindData>().state->sources.size());
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> InitLocal(duckdb::ExecutionContext&,
                                                              duckdb::TableFunctionInitInput& input,
                                                              duckdb::GlobalTableFunctionState*) {
  auto local = duckdb::make_uniq<LocalState>();
  local->source = input.bind_data->Cast<BindData>().state->Next();
  return local;
}

void Scan(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  WriteState& state = *input.bind_data->Cast<BindData>().state;
  LocalState& local = input.local_state->Cast<LocalState>();
  while (local.source != nullptr) {
    DuckRowChunk chunk(output);
    const Result<size_t> filled = local.source->Fill(chunk);
    if (!filled.ok()) {
      state.Fail(filled.status());
      throw duckdb::IOException(filled.status().message());
    }
    if (*filled > 0) {
      output.SetCardinality(*filled);
      const int64_t rows = state.rows += static_cast<int64_t>(*filled);
      if (state.options->on_progress) state.options->on_progress(rows);
      return;
    }
    local.source = state.Next();
  }
  output.SetCardinality(0);
}

std::string Quote(const std::string& name, char quote) {
  std::string quoted(1, quote);
  for (const char c : name) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted + quote;
}

Result<std::string> CopyStatement(const ParquetWriteOptions& options) {
  std::string field_ids;
  for (const iceberg::Field& field : options.schema.fields) {
    if (!field.type.is_primitive()) {
      return Status::Unsupported("column '{}' of type {} cannot be written", field.name,
                                 iceberg::ToString(field.type));
    }
    LIFEBOAT_RETURN_IF_ERROR(ToDuckType(field.type).status().WithContext("column '" + field.name + "'"));
    field_ids += (field_ids.empty() ? "" : ", ") + Quote(field.name, '"') + ": " + std::to_string(field.id);
  }
  std::string partitions;
  for (const iceberg::PartitionField& partition : options.partition_spec.fields) {
    const iceberg::Field* source = options.schema.FindField(partition.source_id);
    if (source == nullptr || partition.transform.kind != iceberg::Transform::Kind::kIdentity) {
      return Status::Unsupported(
          "partition field '{}' is not the identity of a column; data cannot be written for it",
          partition.name);
    }
    partitions += (partitions.empty() ? "" : ", ") + Quote(source->name, '"');
  }
  std::string sql = "COPY (SELECT * FROM lb_rows()) TO " + Quote(ToDuckPath(options.data_location), '\'') +
                    " (FORMAT parquet, RETURN_STATS, COMPRESSION " + Quote(options.compression, '\'') +
                    ", FIELD_IDS {" + field_ids + "}, APPEND true, FILENAME_PATTERN '{uuid}'";
  if (partitions.empty()) {
    sql += ", FILE_SIZE_BYTES " + std::to_string(options.target_file_size_bytes);
  } else {
    sql += ", PARTITION_BY (" + partitions + "), WRITE_PARTITION_COLUMNS true";
  }
  return sql + ")";
}

// One instance per write: its settings are its own, and nothing of it stays behind.
struct Writer {
  duckdb::shared_ptr<WriteState> state = duckdb::make_shared_ptr<WriteState>();
  std::unique_ptr<duckdb::DuckDB> database;
  StorageFileSystem* files = nullptr;

  Writer(const std::shared_ptr<storage::Storage>& storage, const ParquetWriteOptions& options) {
    duckdb::DBConfig config;
    config.SetOptionByName("threads", duckdb::Value::BIGINT(options.threads));
    config.SetOptionByName("memory_limit", duckdb::Value(std::to_string(options.memory_limit_bytes) + "B"));
    config.SetOptionByName("temp_directory", duckdb::Value(""));
    config.SetOptionByName("preserve_insertion_order", duckdb::Value::BOOLEAN(false));
    config.SetOptionByName("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
    config.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
    database = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    auto system = duckdb::make_uniq<StorageFileSystem>(storage);
    files = system.get();
    database->GetFileSystem().RegisterSubSystem(std::move(system));
    state->options = &options;
    duckdb::TableFunction rows("lb_rows", {}, Scan, Bind, InitGlobal, InitLocal);
    rows.function_info = state;
    duckdb::ExtensionLoader loader(*database->instance, "lifeboat");
    loader.RegisterFunction(std::move(rows));
  }

  Result<std::vector<iceberg::DataFile>> Run(const std::string& sql, const ParquetWriteOptions& options) {
    duckdb::Connection connection(*database);
    // Every partition keeps its one file open to the end.
    connection.Query("SET partitioned_write_max_open_files = 10000");
    const auto result = connection.Query(sql);
    if (result->HasError()) {
      const Status failure = state->Failure();
      return failure.ok() ? ToStatus(result->GetErrorObject()) : failure;
    }
    std::vector<iceberg::DataFile> data_files;
    for (const auto& row : *result) {
      WrittenFile written;
      written.location = FromDuckPath(row.GetValue<std::string>(0));
      written.record_count = row.GetValue<int64_t>(1);
      written.size_bytes = row.GetValue<int64_t>(2);
      written.column_statistics = row.GetBaseValue(4);
      written.partition_keys = row.GetBaseValue(5);
      LIFEBOAT_ASSIGN_OR_RETURN(iceberg::DataFile file,
                                ToDataFile(written, options.schema, options.partition_spec));
      data_files.push_back(std::move(file));
    }
    return data_files;
  }
};

Result<std::vector<iceberg::DataFile>> Write(const std::shared_ptr<storage::Storage>& storage,
                                             const ParquetWriteOptions& options, const std::string& sql,
                                             std::vector<std::unique_ptr<RowSource>> sources) {
  try {
    Writer writer(storage, options);
    writer.state->sources = std::move(sources);
    Result<std::vector<iceberg::DataFile>> files = writer.Run(sql, options);
    for (const std::string& location : writer.files->written()) {
      // Nothing of a failed write stays; neither does a file without rows.
      const bool wanted =
          files.ok() && std::any_of(files->begin(), files->end(), [&](const iceberg::DataFile& file) {
            return file.file_path == location && file.record_count > 0;
          });
      if (!wanted) LIFEBOAT_RETURN_IF_ERROR(storage->Delete(location));
    }
    if (files.ok())
      std::erase_if(*files, [](const iceberg::DataFile& file) { return file.record_count == 0; });
    return files;
  } catch (const std::exception& error) {
    return ToStatus(duckdb::ErrorData(error));
  }
}

}  // namespace

Result<std::vector<iceberg::DataFile>> WriteParquet(const std::shared_ptr<storage::Storage>& storage,
                                                    const ParquetWriteOptions& options,
                                                    std::vector<std::unique_ptr<RowSource>> sources) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string sql, CopyStatement(options));
  return Write(storage, options, sql, std::move(sources));
}

}  // namespace lifeboat::account
