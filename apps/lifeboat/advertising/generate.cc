#include "lifeboat/advertising/generate.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <numeric>
#include <utility>

#include "account/engine/parquet_writer.h"
#include "lifeboat/advertising/csv_writer.h"
#include "lifeboat/advertising/dates.h"
#include "lifeboat/advertising/iceberg_schema.h"
#include "lifeboat/advertising/interruptible_rows.h"
#include "lifeboat/advertising/rows.h"
#include "lifeboat/cli/progress.h"
#include "storage/local_storage.h"

namespace lifeboat::app::advertising {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDatasetFile = "dataset.json";
// Finished tables are renamed out of it; what an interrupted run leaves in it is removed by the next.
constexpr std::string_view kWorkFolder = ".generating";

std::string EntryName(Table table, FileFormat format) {
  return std::string(TableName(table)) + (format == FileFormat::kCsv ? ".csv" : "");
}

Status WriteTable(const Plan& plan, Table table, const GenerateRequest& request, const std::string& target,
                  Totals& totals) {
  const std::shared_ptr<storage::Storage> storage = storage::MakeLocalStorage();
  Progress progress(fmt::format("generate {}", TableName(table)), static_cast<uint64_t>(plan.Rows(table)),
                    "rows");
  std::vector<std::unique_ptr<account::RowSource>> sources =
      MakeRowSources(plan, table, request.format == FileFormat::kCsv ? 1 : request.threads, totals);
  InterruptibleRows::Wrap(sources);
  if (request.format == FileFormat::kCsv) {
    LIFEBOAT_RETURN_IF_ERROR(
        WriteCsv(*storage, storage::FileLocation(target), Columns(table), sources, [&progress](int64_t rows) {
          progress.Advance(static_cast<uint64_t>(rows));
          return Status::Ok();
        }));
  } else {
    account::ParquetWriteOptions options;
    options.schema = IcebergSchema(table);
    options.data_location = storage::FileLocation(target);
    options.threads = request.threads;
    options.on_progress = [&progress](int64_t rows) { progress.Reach(static_cast<uint64_t>(rows)); };
    const auto files = account::WriteParquet(storage, options, std::move(sources));
    LIFEBOAT_RETURN_IF_ERROR(files.status());
  }
  progress.Reach(static_cast<uint64_t>(plan.Rows(table)));
  progress.Finish();
  return Status::Ok();
}

std::string DatasetJson(const Plan& plan, FileFormat format, const GenerateSummary& summary) {
  std::string rows;
  for (const Table table : kTables) {
    rows += fmt::format("{}\"{}\": {}", rows.empty() ? "" : ", ", TableName(table), plan.Rows(table));
  }
  return fmt::format(
      "{{\"id\": \"{}\",\n \"format\": \"{}\", \"seed\": {}, \"start\": \"{}\", \"end\": \"{}\",\n \"rows\": "
      "{{{}}},\n"
      " \"revenue_usd\": {:.2f}, \"spend_usd\": {:.4f}}}\n",
      DatasetId(plan.options), FileFormatName(format), plan.options.seed, FormatDate(plan.options.from_day),
      FormatDate(plan.options.to_day), rows, summary.revenue_usd, summary.spend_usd);
}

Status FileSystemError(std::string_view action, const fs::path& path, const std::error_code& error) {
  return Status::FailedPrecondition("cannot {} '{}': {}; choose another folder or correct its permissions",
                                    action, path.string(), error.message());
}

Status PrepareFolder(const fs::path& dir, bool overwrite) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) return FileSystemError("make the folder", dir, error);
  if (!overwrite && fs::exists(dir / kDatasetFile, error)) {
    return Status::AlreadyExists("'{}' already holds a data set; choose another folder or add --overwrite",
                                 dir.string());
  }
  fs::remove_all(dir / kWorkFolder, error);
  if (!error) fs::create_directory(dir / kWorkFolder, error);
  if (error) return FileSystemError("write into", dir, error);
  return Status::Ok();
}

// Swaps the finished tables in. Between the removal of the old dataset.json and the writing of the new one
// the folder counts as incomplete.
Status Publish(const fs::path& dir, FileFormat format) {
  std::error_code error;
  fs::remove(dir / kDatasetFile, error);
  for (const Table table : kTables) {
    for (const FileFormat old : {FileFormat::kParquet, FileFormat::kCsv}) {
      fs::remove_all(dir / EntryName(table, old), error);
      if (error) return FileSystemError("remove", dir / EntryName(table, old), error);
    }
    fs::rename(dir / kWorkFolder / EntryName(table, format), dir / EntryName(table, format), error);
    if (error) return FileSystemError("write", dir / EntryName(table, format), error);
  }
  fs::remove_all(dir / kWorkFolder, error);
  return Status::Ok();
}

}  // namespace

std::string_view FileFormatName(FileFormat format) {
  return format == FileFormat::kCsv ? "csv" : "parquet";
}

Result<FileFormat> ParseFileFormat(std::string_view name) {
  if (name == "parquet") return FileFormat::kParquet;
  if (name == "csv") return FileFormat::kCsv;
  return Status::InvalidArgument("'{}' is not a file format; use parquet or csv", name);
}

int64_t GenerateSummary::TotalRows() const {
  return std::accumulate(rows.begin(), rows.end(), int64_t{0});
}

double GenerateSummary::ReturnOnAdSpend() const {
  return spend_usd > 0 ? revenue_usd / spend_usd : 0;
}

Result<GenerateSummary> Generate(const Plan& plan, const GenerateRequest& request) {
  std::error_code error;
  const fs::path dir = fs::absolute(request.dir, error).lexically_normal();
  LIFEBOAT_RETURN_IF_ERROR(PrepareFolder(dir, request.overwrite));
  const int64_t started = SystemClock().MonotonicMicros();
  Totals totals;
  GenerateSummary summary;
  for (size_t i = 0; i < kTables.size(); ++i) {
    const fs::path target = dir / kWorkFolder / EntryName(kTables[i], request.format);
    const Status written = WriteTable(plan, kTables[i], request, target.string(), totals);
    if (!written.ok()) {
      fs::remove_all(dir / kWorkFolder, error);
      return written;
    }
    summary.rows[i] = plan.Rows(kTables[i]);
  }
  summary.revenue_usd = totals.RevenueUsd();
  summary.spend_usd = totals.SpendUsd();
  LIFEBOAT_RETURN_IF_ERROR(Publish(dir, request.format));
  LIFEBOAT_RETURN_IF_ERROR(storage::MakeLocalStorage()->Write(
      storage::FileLocation((dir / kDatasetFile).string()), DatasetJson(plan, request.format, summary)));
  summary.seconds = static_cast<double>(SystemClock().MonotonicMicros() - started) / 1e6;
  return summary;
}

}  // namespace lifeboat::app::advertising
