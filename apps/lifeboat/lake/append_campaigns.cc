#include "lifeboat/lake/append_campaigns.h"

#include <algorithm>
#include <string>
#include <utility>

#include "account/engine/file_rows.h"
#include "account/engine/parquet_writer.h"
#include "iceberg/scan/plan_scan.h"
#include "lifeboat/advertising/column_chunk.h"
#include "lifeboat/advertising/rows.h"
#include "lifeboat/cli/interrupt.h"
#include "lifeboat/lake/commit_append.h"

namespace lifeboat::app {
namespace {

constexpr int kAttempts = 10;
constexpr advertising::ColumnDefinition kIdColumn[] = {{"campaign_id"}};

// The number to go on from. Ids are read from every live file: bounds would sort 9999 behind 10000.
Result<uint64_t> NextNumber(const std::shared_ptr<storage::Storage>& storage, const iceberg::ScanPlan& plan) {
  account::FileRowsOptions options;
  const iceberg::Field* id = plan.schema->FindField(kIdColumn[0].name);
  if (id == nullptr) return Status::FailedPrecondition("the campaigns table has no column campaign_id");
  options.schema.fields = {*id};
  for (const iceberg::PlannedFile& file : plan.files) options.locations.push_back(file.file.file_path);
  int64_t highest = static_cast<int64_t>(advertising::kFirstAppendedNumber) - 1;
  if (options.locations.empty()) return static_cast<uint64_t>(highest + 1);
  LIFEBOAT_ASSIGN_OR_RETURN(const auto sources, account::ReadFileRows(storage, options, 1));
  advertising::ColumnChunk chunk(kIdColumn);
  while (true) {
    chunk.Reset();
    LIFEBOAT_ASSIGN_OR_RETURN(const size_t count, sources.front()->Fill(chunk));
    if (count == 0) return static_cast<uint64_t>(highest + 1);
    for (size_t i = 0; i < count; ++i) {
      if (!chunk.IsNull(0, i))
        highest = std::max(highest, advertising::AppendedCampaignNumber(chunk.String(0, i)));
    }
  }
}

Result<std::vector<iceberg::DataFile>> WriteCampaigns(const std::shared_ptr<storage::Storage>& storage,
                                                      const iceberg::TableMetadata& metadata,
                                                      const std::vector<advertising::Campaign>& campaigns) {
  account::ParquetWriteOptions options;
  options.schema = metadata.schema();
  options.partition_spec = metadata.spec();
  options.data_location = iceberg::DataLocation(metadata);
  options.threads = 1;
  std::vector<std::unique_ptr<account::RowSource>> sources;
  sources.push_back(advertising::MakeCampaignRows(campaigns));
  return account::WriteParquet(storage, options, std::move(sources));
}

}  // namespace

Result<AppendedCampaigns> AppendCampaigns(catalog::Catalog& catalog,
                                          const std::shared_ptr<storage::Storage>& storage, int64_t count,
                                          uint64_t seed, int32_t today) {
  const catalog::TableIdentifier identifier{
      {std::string(advertising::kNamespace)},
      std::string(advertising::TableName(advertising::Table::kCampaigns))};
  Status last;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    LIFEBOAT_RETURN_IF_ERROR(CheckInterrupted());
    LIFEBOAT_ASSIGN_OR_RETURN(const catalog::LoadedTable table, catalog.LoadTable(identifier));
    LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::ScanPlan plan, iceberg::PlanScan(*storage, *table.metadata));
    LIFEBOAT_ASSIGN_OR_RETURN(const uint64_t first, NextNumber(storage, plan));
    AppendedCampaigns appended;
    appended.campaigns = advertising::MakeAppendedCampaigns(seed, first, count, today);
    LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<iceberg::DataFile> files,
                              WriteCampaigns(storage, *table.metadata, appended.campaigns));
    const Result<catalog::LoadedTable> committed =
        CommitAppend(catalog, *storage, identifier, *table.metadata, files, {});
    if (committed.ok()) {
      appended.snapshots_before = static_cast<int64_t>(table.metadata->snapshots.size());
      appended.snapshots_after = static_cast<int64_t>(committed->metadata->snapshots.size());
      appended.rows_before = plan.record_count();
      LIFEBOAT_ASSIGN_OR_RETURN(const iceberg::ScanPlan after,
                                iceberg::PlanScan(*storage, *committed->metadata));
      appended.rows_after = after.record_count();
      appended.snapshot_id = committed->metadata->current_snapshot_id.value_or(0);
      return appended;
    }
    last = committed.status();
    if (last.code() != StatusCode::kConflict) return last;
  }
  return last;
}

}  // namespace lifeboat::app
