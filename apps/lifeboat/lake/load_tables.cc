#include "lifeboat/lake/load_tables.h"

#include <optional>
#include <utility>

#include "account/engine/parquet_writer.h"
#include "base/clock.h"
#include "iceberg/write/append_files.h"
#include "lifeboat/advertising/iceberg_schema.h"
#include "lifeboat/advertising/interruptible_rows.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/cli/progress.h"
#include "lifeboat/lake/commit_append.h"

namespace lifeboat::app {
namespace {

using advertising::Table;

catalog::TableIdentifier IdentifierOf(Table table) {
  return {{std::string(advertising::kNamespace)}, std::string(advertising::TableName(table))};
}

Status CheckColumns(const iceberg::TableMetadata& metadata, Table table) {
  const iceberg::Schema wanted = advertising::IcebergSchema(table);
  const std::vector<iceberg::Field>& present = metadata.schema().fields;
  bool same = present.size() == wanted.fields.size();
  for (size_t i = 0; same && i < present.size(); ++i) {
    same = present[i].name == wanted.fields[i].name && present[i].type == wanted.fields[i].type;
  }
  if (same) return Status::Ok();
  return Status::FailedPrecondition("table {} exists with other columns; drop it or add --replace",
                                    catalog::ToString(IdentifierOf(table)));
}

int64_t RowCount(const iceberg::TableMetadata& metadata) {
  const iceberg::Snapshot* snapshot = metadata.current_snapshot();
  if (snapshot == nullptr) return 0;
  const auto at = snapshot->summary.find("total-records");
  return at == snapshot->summary.end() ? -1 : std::strtoll(at->second.c_str(), nullptr, 10);
}

bool HoldsDataset(const iceberg::TableMetadata& metadata, const std::string& id) {
  for (const auto& snapshot : metadata.snapshots) {
    const auto at = snapshot->summary.find(kDatasetProperty);
    if (at != snapshot->summary.end() && at->second == id) return true;
  }
  return false;
}

Result<catalog::LoadedTable> CreateTable(catalog::Catalog& catalog, Table table) {
  catalog::CreateTableRequest request;
  request.name = std::string(advertising::TableName(table));
  request.schema = advertising::IcebergSchema(table);
  request.partition_spec = advertising::IcebergPartitionSpec(table);
  return catalog.CreateTable({std::string(advertising::kNamespace)}, request);
}

// The table to write to, empty; nothing when it holds the data set already.
Result<std::optional<catalog::LoadedTable>> PrepareTable(catalog::Catalog& catalog, Table table,
                                                         const Dataset& dataset, bool replace) {
  const catalog::TableIdentifier identifier = IdentifierOf(table);
  Result<catalog::LoadedTable> present = catalog.LoadTable(identifier);
  if (present.ok()) {
    if (!replace && HoldsDataset(*present->metadata, dataset.id))
      return std::optional<catalog::LoadedTable>();
    if (present->metadata->current_snapshot() == nullptr && CheckColumns(*present->metadata, table).ok()) {
      return std::optional(std::move(*present));
    }
    if (!replace) {
      LIFEBOAT_RETURN_IF_ERROR(CheckColumns(*present->metadata, table));
      return Status::AlreadyExists(
          "table {} already holds {} rows of other data; add --replace to load it anew",
          catalog::ToString(identifier), RowCount(*present->metadata));
    }
    LIFEBOAT_RETURN_IF_ERROR(catalog.DropTable(identifier, /*purge=*/true));
  } else if (present.status().code() != StatusCode::kNotFound) {
    return present.status();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(catalog::LoadedTable created, CreateTable(catalog, table));
  return std::optional(std::move(created));
}

Result<std::vector<iceberg::DataFile>> WriteDataFiles(const std::shared_ptr<storage::Storage>& storage,
                                                      const iceberg::TableMetadata& metadata, Table table,
                                                      const Dataset& dataset, int threads,
                                                      Progress& progress) {
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<account::RowSource>> sources,
                            dataset.open(table, threads));
  advertising::InterruptibleRows::Wrap(sources);
  account::ParquetWriteOptions options;
  options.schema = metadata.schema();
  options.partition_spec = metadata.spec();
  options.data_location = iceberg::DataLocation(metadata);
  options.threads = threads;
  options.on_progress = [&progress](int64_t rows) { progress.Reach(static_cast<uint64_t>(rows)); };
  return account::WriteParquet(storage, options, std::move(sources));
}

Result<LoadedRows> LoadTable(catalog::Catalog& catalog, const std::shared_ptr<storage::Storage>& storage,
                             Table table, int64_t expected_rows, const Dataset& dataset,
                             const LoadOptions& options) {
  LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
  const int64_t started = SystemClock().MonotonicMicros();
  LoadedRows loaded;
  loaded.table = table;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<catalog::LoadedTable> target,
                            PrepareTable(catalog, table, dataset, options.replace));
  if (!target.has_value()) {
    loaded.was_loaded = true;
    loaded.rows = expected_rows;
    return loaded;
  }
  Progress progress(fmt::format("load {}", advertising::TableName(table)),
                    static_cast<uint64_t>(expected_rows), "rows");
  LIFEBOAT_ASSIGN_OR_RETURN(
      const std::vector<iceberg::DataFile> files,
      WriteDataFiles(storage, *target->metadata, table, dataset, options.threads, progress));
  const Result<catalog::LoadedTable> committed = CommitAppend(
      catalog, *storage, IdentifierOf(table), *target->metadata, files, {{kDatasetProperty, dataset.id}});
  LIFEBOAT_RETURN_IF_ERROR(committed.status());
  for (const iceberg::DataFile& file : files) loaded.rows += file.record_count;
  loaded.files = static_cast<int64_t>(files.size());
  loaded.seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
  progress.Reach(static_cast<uint64_t>(loaded.rows));
  progress.Finish(fmt::format("{} data files, 1 commit", loaded.files));
  return loaded;
}

}  // namespace

Result<std::vector<LoadedRows>> LoadTables(catalog::Catalog& catalog,
                                           const std::shared_ptr<storage::Storage>& storage,
                                           const Dataset& dataset, const LoadOptions& options) {
  const Status created = catalog.CreateNamespace({std::string(advertising::kNamespace)}, {});
  if (!created.ok() && created.code() != StatusCode::kAlreadyExists) return created;
  std::vector<LoadedRows> loaded;
  for (size_t i = 0; i < advertising::kTables.size(); ++i) {
    LIFEBOAT_ASSIGN_OR_RETURN(LoadedRows rows, LoadTable(catalog, storage, advertising::kTables[i],
                                                         dataset.rows[i], dataset, options));
    loaded.push_back(rows);
  }
  return loaded;
}

}  // namespace lifeboat::app
