// IcebergFileList: the files of an Iceberg scan plan as DuckDB's multi-file scan wants them, narrowed by
// filters. Includes DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILE_LIST_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILE_LIST_H_

#include <duckdb/common/multi_file/multi_file_list.hpp>
#include <memory>
#include <vector>

#include "account/engine/iceberg_scan.h"
#include "iceberg/model/expression.h"

namespace lifeboat::account {

class IcebergFileList : public duckdb::MultiFileList {
 public:
  // All files of the plan.
  explicit IcebergFileList(std::shared_ptr<const IcebergScan> scan);

  const IcebergScan& scan() const { return *scan_; }
  const iceberg::Schema& schema() const { return *scan_->plan->schema; }
  // The i-th file that is left.
  const iceberg::PlannedFile& file(size_t i) const { return scan_->plan->files[files_[i]]; }
  size_t size() const { return files_.size(); }

  duckdb::unique_ptr<duckdb::MultiFileList> ComplexFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      duckdb::MultiFilePushdownInfo& info,
      duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& filters) const override;
  duckdb::unique_ptr<duckdb::MultiFileList> DynamicFilterPushdown(
      duckdb::ClientContext& context, const duckdb::MultiFileOptions& options,
      const duckdb::vector<duckdb::string>& names, const duckdb::vector<duckdb::LogicalType>& types,
      const duckdb::vector<duckdb::column_t>& column_ids, duckdb::TableFilterSet& filters) const override;

  duckdb::vector<duckdb::OpenFileInfo> GetAllFiles() const override;
  duckdb::FileExpandResult GetExpandResult() const override;
  duckdb::idx_t GetTotalFileCount() const override { return files_.size(); }
  duckdb::unique_ptr<duckdb::NodeStatistics> GetCardinality(duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::MultiFileList> Copy() const override;

 protected:
  duckdb::OpenFileInfo GetFile(duckdb::idx_t i) const override;

 private:
  // The list without the files that cannot match; null when that leaves out none.
  duckdb::unique_ptr<duckdb::MultiFileList> Narrow(const iceberg::Expression& filter) const;

  std::shared_ptr<const IcebergScan> scan_;
  std::vector<uint32_t> files_;  // indexes into the plan's files
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_FILE_LIST_H_
