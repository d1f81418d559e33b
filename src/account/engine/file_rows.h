// FileRows: the rows of Parquet or CSV files as RowSources, for loading them into a table.
//
// Columns are found by the schema's names and converted to its types; a missing column or a value that does
// not convert ends the read with kInvalidArgument. CSV has a header line; an empty field is NULL, "" is the
// empty string.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_FILE_ROWS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_FILE_ROWS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/row_source.h"
#include "base/result.h"
#include "iceberg/model/schema.h"
#include "storage/storage.h"

namespace lifeboat::account {

enum class TabularFormat { kParquet, kCsv };

struct FileRowsOptions {
  std::vector<std::string> locations;  // at least one
  TabularFormat format = TabularFormat::kParquet;
  iceberg::Schema schema;  // top-level fields of primitive type
  int threads = 2;
  int64_t memory_limit_bytes = int64_t{1} << 30;
};

// `shares` sources that divide the rows among them as they are drained: each row comes from exactly one.
Result<std::vector<std::unique_ptr<RowSource>>> ReadFileRows(const std::shared_ptr<storage::Storage>& storage,
                                                             const FileRowsOptions& options, int shares);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_FILE_ROWS_H_
