#include "account/engine/iceberg_file_list.h"

#include <duckdb/storage/statistics/node_statistics.hpp>
#include <numeric>

#include "account/engine/iceberg_filter.h"
#include "account/engine/storage_file_system.h"

namespace lifeboat::account {

IcebergFileList::IcebergFileList(std::shared_ptr<const IcebergScan> scan)
    : scan_(std::move(scan)), files_(scan_->plan->files.size()) {
  std::iota(files_.begin(), files_.end(), 0);
}

duckdb::unique_ptr<duckdb::MultiFileList> IcebergFileList::ComplexFilterPushdown(
    duckdb::ClientContext&, const duckdb::MultiFileOptions&, duckdb::MultiFilePushdownInfo& info,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const {
  return Narrow(ToIcebergFilter(schema(), info, filters));
}

duckdb::unique_ptr<duckdb::MultiFileList> IcebergFileList::DynamicFilterPushdown(
    duckdb::ClientContext&, const duckdb::MultiFileOptions&, const duckdb::vector<duckdb::string>&,
    const duckdb::vector<duckdb::LogicalType>&, const duckdb::vector<duckdb::column_t>& column_ids,
    duckdb::TableFilterSet& filters) const {
  return Narrow(ToIcebergFilter(schema(), column_ids, filters));
}

duckdb::unique_ptr<duckdb::MultiFileList> IcebergFileList::Narrow(const iceberg::Expression& filter) const {
  std::vector<uint32_t> kept;
  for (const uint32_t index : files_) {
    const iceberg::DataFile& file = scan_->plan->files[index].file;
    const iceberg::PartitionSpec* spec = scan_->metadata->FindSpec(file.partition_spec_id);
    if (spec == nullptr || iceberg::MayMatch(file, schema(), *spec, filter)) kept.push_back(index);
  }
  if (kept.size() == files_.size()) return nullptr;
  auto narrowed = duckdb::make_uniq<IcebergFileList>(*this);
  narrowed->files_ = std::move(kept);
  return narrowed;
}

duckdb::OpenFileInfo IcebergFileList::GetFile(duckdb::idx_t i) const {
  if (i >= files_.size()) return duckdb::OpenFileInfo();
  const iceberg::DataFile& data = file(i).file;
  duckdb::OpenFileInfo info(ToDuckPath(data.file_path));
  info.extended_info = duckdb::make_shared_ptr<duckdb::ExtendedOpenFileInfo>();
  info.extended_info->options[kFileSizeOption] =
      duckdb::Value::UBIGINT(static_cast<uint64_t>(data.file_size_in_bytes));
  return info;
}

duckdb::vector<duckdb::OpenFileInfo> IcebergFileList::GetAllFiles() const {
  duckdb::vector<duckdb::OpenFileInfo> all;
  for (size_t i = 0; i < files_.size(); ++i) all.push_back(GetFile(i));
  return all;
}

duckdb::FileExpandResult IcebergFileList::GetExpandResult() const {
  if (files_.empty()) return duckdb::FileExpandResult::NO_FILES;
  return files_.size() == 1 ? duckdb::FileExpandResult::SINGLE_FILE
                            : duckdb::FileExpandResult::MULTIPLE_FILES;
}

duckdb::unique_ptr<duckdb::NodeStatistics> IcebergFileList::GetCardinality(duckdb::ClientContext&) const {
  duckdb::idx_t records = 0;
  for (size_t i = 0; i < files_.size(); ++i) records += static_cast<duckdb::idx_t>(file(i).file.record_count);
  return duckdb::make_uniq<duckdb::NodeStatistics>(records, records);
}

duckdb::unique_ptr<duckdb::MultiFileList> IcebergFileList::Copy() const {
  return duckdb::make_uniq<IcebergFileList>(*this);
}

}  // namespace lifeboat::account
