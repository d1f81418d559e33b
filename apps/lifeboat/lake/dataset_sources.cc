#include "lifeboat/lake/dataset_sources.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <system_error>
#include <utility>

#include "account/engine/file_rows.h"
#include "lifeboat/advertising/generate.h"
#include "lifeboat/advertising/iceberg_schema.h"
#include "lifeboat/advertising/rows.h"
#include "lifeboat/deployment/private_file.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

using advertising::Table;
using Sources = std::vector<std::unique_ptr<account::RowSource>>;

struct FolderDescription {
  advertising::FileFormat format = advertising::FileFormat::kParquet;
  Dataset dataset;
};

Result<FolderDescription> Describe(const std::string& path) {
  Result<boost::json::value> file = ReadJsonFile(path);
  if (file.status().code() == StatusCode::kNotFound) {
    return Status::NotFound(
        "'{}' is missing: the folder holds no complete data set; make one with lifeboat generate", path);
  }
  LIFEBOAT_RETURN_IF_ERROR(file.status());
  const auto member = [](const boost::json::value* from, std::string_view key) -> const boost::json::value* {
    return from != nullptr && from->is_object() ? from->get_object().if_contains(key) : nullptr;
  };
  FolderDescription description;
  const boost::json::value* id = member(&*file, "id");
  const boost::json::value* format = member(&*file, "format");
  if (id == nullptr || !id->is_string() || format == nullptr || !format->is_string()) {
    return Status::Corruption("'{}' is not the description of a data set; generate the data anew", path);
  }
  description.dataset.id = std::string(id->get_string());
  LIFEBOAT_ASSIGN_OR_RETURN(description.format, advertising::ParseFileFormat(format->get_string()));
  for (size_t i = 0; i < advertising::kTables.size(); ++i) {
    const boost::json::value* rows =
        member(member(&*file, "rows"), advertising::TableName(advertising::kTables[i]));
    if (rows == nullptr || !rows->is_int64()) {
      return Status::Corruption("'{}' does not count the rows of {}; generate the data anew", path,
                                advertising::TableName(advertising::kTables[i]));
    }
    description.dataset.rows[i] = rows->get_int64();
  }
  return description;
}

Result<std::vector<std::string>> FilesOf(storage::Storage& storage, const std::string& dir, Table table,
                                         advertising::FileFormat format) {
  const bool csv = format == advertising::FileFormat::kCsv;
  const std::string prefix =
      storage::FileLocation(fmt::format("{}/{}{}", dir, advertising::TableName(table), csv ? ".csv" : "/"));
  std::vector<std::string> files;
  LIFEBOAT_RETURN_IF_ERROR(storage.List(prefix, [&files](const storage::ObjectInfo& object) {
    files.push_back(object.location);
    return Status::Ok();
  }));
  return files;
}

}  // namespace

Dataset DatasetOfPlan(advertising::Plan plan) {
  // Sources refer to both; the data set's function keeps them alive.
  struct Made {
    advertising::Plan plan;
    advertising::Totals totals;
  };
  auto made = std::make_shared<Made>();
  made->plan = std::move(plan);
  Dataset dataset;
  dataset.id = advertising::DatasetId(made->plan.options);
  for (size_t i = 0; i < advertising::kTables.size(); ++i) {
    dataset.rows[i] = made->plan.Rows(advertising::kTables[i]);
  }
  dataset.open = [made](Table table, int shares) -> Result<Sources> {
    return advertising::MakeRowSources(made->plan, table, shares, made->totals);
  };
  return dataset;
}

Result<Dataset> DatasetOfFolder(const std::string& folder, const std::shared_ptr<storage::Storage>& storage) {
  std::error_code error;
  const std::string dir = std::filesystem::absolute(folder, error).lexically_normal().string();
  LIFEBOAT_ASSIGN_OR_RETURN(FolderDescription description, Describe(dir + "/dataset.json"));
  description.dataset.open = [dir, storage, format = description.format](Table table,
                                                                         int shares) -> Result<Sources> {
    account::FileRowsOptions options;
    options.schema = advertising::IcebergSchema(table);
    options.format = format == advertising::FileFormat::kCsv ? account::TabularFormat::kCsv
                                                             : account::TabularFormat::kParquet;
    options.threads = shares;
    LIFEBOAT_ASSIGN_OR_RETURN(options.locations, FilesOf(*storage, dir, table, format));
    // A table without rows has no Parquet file.
    if (options.locations.empty()) return Sources();
    return account::ReadFileRows(storage, options, shares);
  };
  return std::move(description.dataset);
}

}  // namespace lifeboat::app
