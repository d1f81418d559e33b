#include "account/engine/iceberg_deletes.h"

#include <algorithm>
#include <duckdb/main/connection.hpp>
#include <duckdb/main/query_result.hpp>
#include <vector>

#include "account/engine/storage_file_system.h"

namespace lifeboat::account {
namespace {

class PositionDeletes : public duckdb::DeleteFilter {
 public:
  explicit PositionDeletes(std::vector<int64_t> positions) : positions_(std::move(positions)) {}

  duckdb::idx_t Filter(duckdb::row_t first_row, duckdb::idx_t count, duckdb::SelectionVector& kept) override {
    kept.Initialize(STANDARD_VECTOR_SIZE);
    auto next = std::lower_bound(positions_.begin(), positions_.end(), first_row);
    duckdb::idx_t kept_count = 0;
    for (duckdb::idx_t i = 0; i < count; ++i) {
      const int64_t row = first_row + static_cast<int64_t>(i);
      if (next != positions_.end() && *next == row) {
        ++next;
      } else {
        kept.set_index(kept_count++, i);
      }
    }
    return kept_count;
  }

 private:
  std::vector<int64_t> positions_;  // ascending, each once
};

}  // namespace

duckdb::unique_ptr<duckdb::DeleteFilter> LoadDeletes(duckdb::DatabaseInstance& database,
                                                     const IcebergScan& scan,
                                                     const iceberg::PlannedFile& file) {
  if (file.deletes.empty()) return nullptr;
  std::vector<int64_t> positions;
  duckdb::Connection connection(database);
  for (const uint32_t index : file.deletes) {
    const std::string path = ToDuckPath(scan.plan->delete_files[index].file.file_path);
    const auto rows = connection.Query("SELECT pos FROM read_parquet($1) WHERE file_path = $2",
                                       duckdb::Value(path), duckdb::Value(file.file.file_path));
    if (rows->HasError()) rows->ThrowError();
    for (const auto& row : *rows) positions.push_back(row.GetValue<int64_t>(0));
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return duckdb::make_uniq<PositionDeletes>(std::move(positions));
}

}  // namespace lifeboat::account
