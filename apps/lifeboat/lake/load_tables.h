// LoadTables: creates the advertising tables in a catalog and fills each by one commit.
//
// A table is either wholly loaded or not at all: an interrupted load leaves it empty, and the same load run
// again goes on with the tables that are missing. The snapshot's summary names the data set
// (kDatasetProperty); a table that holds another one is refused. With `replace` every table that holds rows
// is dropped and loaded anew.
#ifndef LIFEBOAT_LAKE_LOAD_TABLES_H_
#define LIFEBOAT_LAKE_LOAD_TABLES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "account/engine/row_source.h"
#include "base/result.h"
#include "catalog/api/catalog.h"
#include "lifeboat/advertising/tables.h"
#include "storage/storage.h"

namespace lifeboat::app {

inline constexpr char kDatasetProperty[] = "lifeboat.dataset";

// Where the rows come from: a plan, or the files `generate` wrote.
struct Dataset {
  std::string id;                                           // same id, same rows
  std::array<int64_t, advertising::kTables.size()> rows{};  // in the order of kTables
  std::function<Result<std::vector<std::unique_ptr<account::RowSource>>>(advertising::Table, int shares)>
      open;
};

struct LoadOptions {
  bool replace = false;
  int threads = 2;
};

struct LoadedRows {
  advertising::Table table = advertising::Table::kCampaigns;
  int64_t rows = 0;
  int64_t files = 0;
  bool was_loaded = false;  // by an earlier run
  double seconds = 0;
};

Result<std::vector<LoadedRows>> LoadTables(catalog::Catalog& catalog,
                                           const std::shared_ptr<storage::Storage>& storage,
                                           const Dataset& dataset, const LoadOptions& options);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_LAKE_LOAD_TABLES_H_
