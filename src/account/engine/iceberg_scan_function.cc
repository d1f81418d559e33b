#include "account/engine/iceberg_scan_function.h"

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/catalog/catalog_entry/table_function_catalog_entry.hpp>
#include <duckdb/common/multi_file/multi_file_reader.hpp>
#include <duckdb/function/function_set.hpp>
#include <duckdb/function/partition_stats.hpp>
#include <duckdb/main/connection.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/storage/statistics/numeric_stats.hpp>

#include "account/engine/iceberg_deletes.h"
#include "account/engine/iceberg_duck_types.h"
#include "account/engine/iceberg_file_list.h"

namespace lifeboat::account {
namespace {

struct ScanFunctionInfo : duckdb::TableFunctionInfo {
  explicit ScanFunctionInfo(IcebergScanRegistry& scans) : registry(scans) {}
  IcebergScanRegistry& registry;
};

duckdb::MultiFileColumnDefinition ToColumn(const iceberg::Field& field, const std::string& table_name) {
  const Result<duckdb::LogicalType> type = ToDuckType(field.type);
  if (!type.ok()) {
    throw duckdb::NotImplementedException("table %s, column %s: %s", table_name, field.name,
                                          type.status().message());
  }
  duckdb::MultiFileColumnDefinition column(field.name, *type);
  column.identifier = duckdb::Value::INTEGER(field.id);
  // What files written before the column was added read as.
  duckdb::Value missing(*type);
  if (field.initial_default && field.type.is_primitive()) {
    const Result<iceberg::Literal> literal = iceberg::LiteralFromJson(field.type, *field.initial_default);
    if (!literal.ok()) throw duckdb::IOException("table %s: %s", table_name, literal.status().message());
    missing = ToDuckValue(field.type, *literal);
  }
  column.default_expression = duckdb::make_uniq<duckdb::ConstantExpression>(std::move(missing));
  for (const iceberg::Field& child : field.type.fields)
    column.children.push_back(ToColumn(child, table_name));
  return column;
}

// Reads each file of an IcebergFileList with the table's schema instead of the files' own.
class IcebergReader : public duckdb::MultiFileReader {
 public:
  explicit IcebergReader(IcebergScanRegistry& registry) : registry_(registry) {}

  static duckdb::unique_ptr<duckdb::MultiFileReader> Make(const duckdb::TableFunction& function) {
    return duckdb::make_uniq<IcebergReader>(function.function_info->Cast<ScanFunctionInfo>().registry);
  }

  duckdb::shared_ptr<duckdb::MultiFileList> CreateFileList(duckdb::ClientContext&,
                                                           const duckdb::vector<duckdb::string>& paths,
                                                           const duckdb::FileGlobInput&) override {
    std::shared_ptr<const IcebergScan> scan = paths.size() == 1 ? registry_.Find(paths[0]) : nullptr;
    if (scan == nullptr) throw duckdb::InvalidInputException("the Iceberg scan to read is not known");
    const Status readable = CheckReadable(*scan);
    if (!readable.ok()) throw duckdb::NotImplementedException(readable.message());
    return duckdb::make_shared_ptr<IcebergFileList>(std::move(scan));
  }

  bool Bind(duckdb::MultiFileOptions& options, duckdb::MultiFileList& files,
            duckdb::vector<duckdb::LogicalType>& types, duckdb::vector<duckdb::string>& names,
            duckdb::MultiFileReaderBindData& bind) override {
    const auto& list = static_cast<IcebergFileList&>(files);
    for (const iceberg::Field& field : list.schema().fields) {
      bind.schema.push_back(ToColumn(field, list.scan().table_name));
      names.push_back(field.name);
      types.push_back(bind.schema.back().type);
    }
    bind.mapping = duckdb::MultiFileColumnMappingMode::BY_FIELD_ID;
    // Partition values are columns of the files; a location that looks like one means nothing.
    options.auto_detect_hive_partitioning = false;
    options.hive_partitioning = false;
    return true;
  }

  void FinalizeBind(duckdb::MultiFileReaderData& data, const duckdb::MultiFileOptions& options,
                    const duckdb::MultiFileReaderBindData& bind,
                    const duckdb::vector<duckdb::MultiFileColumnDefinition>& columns,
                    const duckdb::vector<duckdb::ColumnIndex>& column_ids, duckdb::ClientContext& context,
                    duckdb::optional_ptr<duckdb::MultiFileReaderGlobalState> state) override {
    MultiFileReader::FinalizeBind(data, options, bind, columns, column_ids, context, state);
    const auto& list = static_cast<const IcebergFileList&>(*state->file_list);
    const iceberg::PlannedFile& file = list.file(data.reader->file_list_idx.GetIndex());
    data.reader->deletion_filter = LoadDeletes(*context.db, list.scan(), file);
    AddPartitionConstants(list, file, column_ids, data);
  }

  duckdb::unique_ptr<duckdb::MultiFileReaderGlobalState> InitializeGlobalState(
      duckdb::ClientContext&, const duckdb::MultiFileOptions&, const duckdb::MultiFileReaderBindData&,
      const duckdb::MultiFileList& files, const duckdb::vector<duckdb::MultiFileColumnDefinition>&,
      const duckdb::vector<duckdb::ColumnIndex>&) override {
    return duckdb::make_uniq<duckdb::MultiFileReaderGlobalState>(duckdb::vector<duckdb::LogicalType>(),
                                                                 &files);
  }

  duckdb::unique_ptr<MultiFileReader> Copy() const override {
    return duckdb::make_uniq<IcebergReader>(registry_);
  }

 private:
  // A column that a file does not hold takes its value from the file's partition where that is the column
  // itself (Iceberg table spec, "Column Projection").
  static void AddPartitionConstants(const IcebergFileList& list, const iceberg::PlannedFile& file,
                                    const duckdb::vector<duckdb::ColumnIndex>& column_ids,
                                    duckdb::MultiFileReaderData& data) {
    const iceberg::PartitionSpec* spec = list.scan().metadata->FindSpec(file.file.partition_spec_id);
    if (spec == nullptr) return;
    for (size_t i = 0; i < column_ids.size(); ++i) {
      const duckdb::idx_t index = column_ids[i].GetPrimaryIndex();
      if (index >= list.schema().fields.size()) continue;
      const iceberg::Field& field = list.schema().fields[index];
      if (HoldsField(*data.reader, field.id)) continue;
      for (size_t p = 0; p < spec->fields.size() && p < file.file.partition.size(); ++p) {
        const iceberg::PartitionField& partition = spec->fields[p];
        if (partition.source_id != field.id ||
            partition.transform.kind != iceberg::Transform::Kind::kIdentity)
          continue;
        data.constant_map.Add(duckdb::MultiFileGlobalIndex(i),
                              ToDuckValue(field.type, file.file.partition[p]));
      }
    }
  }

  static bool HoldsField(const duckdb::BaseFileReader& reader, int32_t field_id) {
    for (const duckdb::MultiFileColumnDefinition& column : reader.GetColumns()) {
      if (!column.identifier.IsNull() && column.GetIdentifierFieldId() == field_id) return true;
    }
    return false;
  }

  IcebergScanRegistry& registry_;
};

const IcebergFileList& ListOf(const duckdb::FunctionData* bind_data) {
  return static_cast<const IcebergFileList&>(*bind_data->Cast<duckdb::MultiFileBindData>().file_list);
}

// Exact counts, from which DuckDB answers count(*) without opening a file.
duckdb::vector<duckdb::PartitionStatistics> PartitionStats(duckdb::ClientContext&,
                                                           duckdb::GetPartitionStatsInput& input) {
  duckdb::vector<duckdb::PartitionStatistics> result;
  const IcebergFileList& list = ListOf(input.bind_data.get());
  for (size_t i = 0; i < list.size(); ++i) {
    duckdb::PartitionStatistics statistics;
    statistics.count = static_cast<duckdb::idx_t>(list.file(i).file.record_count);
    statistics.count_type =
        list.file(i).deletes.empty() ? duckdb::CountType::COUNT_EXACT : duckdb::CountType::COUNT_APPROXIMATE;
    result.push_back(std::move(statistics));
  }
  return result;
}

// Bounds of whole numbers, dates and timestamps over all files, and whether there are nulls: what the
// optimizer needs to choose compact keys. Nothing is said where any file says nothing.
duckdb::unique_ptr<duckdb::BaseStatistics> ColumnStats(duckdb::ClientContext&,
                                                       const duckdb::FunctionData* bind_data,
                                                       duckdb::column_t column) {
  const IcebergFileList& list = ListOf(bind_data);
  if (column >= list.schema().fields.size() || list.size() == 0) return nullptr;
  const iceberg::Field& field = list.schema().fields[column];
  switch (field.type.id) {
    case iceberg::TypeId::kInt:
    case iceberg::TypeId::kLong:
    case iceberg::TypeId::kDate:
    case iceberg::TypeId::kTimestamp:
    case iceberg::TypeId::kTimestampTz:
      break;
    default:
      return nullptr;
  }
  iceberg::Literal lowest, highest;
  bool has_null = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const iceberg::DataFile& file = list.file(i).file;
    const std::string* lower = iceberg::Find(file.lower_bounds, field.id);
    const std::string* upper = iceberg::Find(file.upper_bounds, field.id);
    const int64_t* nulls = iceberg::Find(file.null_value_counts, field.id);
    if (lower == nullptr || upper == nullptr || nulls == nullptr) return nullptr;
    const Result<iceberg::Literal> low = iceberg::LiteralFromBytes(field.type, *lower);
    const Result<iceberg::Literal> high = iceberg::LiteralFromBytes(field.type, *upper);
    if (!low.ok() || !high.ok()) return nullptr;
    if (lowest.is_null() || iceberg::Compare(*low, lowest) < 0) lowest = *low;
    if (highest.is_null() || iceberg::Compare(*high, highest) > 0) highest = *high;
    has_null = has_null || *nulls > 0;
  }
  auto statistics = duckdb::NumericStats::CreateEmpty(*ToDuckType(field.type)).ToUnique();
  duckdb::NumericStats::SetMin(*statistics, ToDuckValue(field.type, lowest));
  duckdb::NumericStats::SetMax(*statistics, ToDuckValue(field.type, highest));
  statistics->SetHasNoNull();
  if (has_null) statistics->SetHasNull();
  return statistics;
}

}  // namespace

void RegisterIcebergScanFunction(duckdb::DatabaseInstance& database, IcebergScanRegistry& registry) {
  duckdb::ExtensionLoader loader(database, "lifeboat");
  const duckdb::TableFunctionSet& parquet = loader.GetTableFunction("parquet_scan").functions;
  duckdb::TableFunctionSet scans(kIcebergScanFunction);
  for (duckdb::TableFunction function : parquet.functions) {
    if (function.arguments.size() != 1 || function.arguments[0] != duckdb::LogicalType::VARCHAR) continue;
    function.name = kIcebergScanFunction;
    function.function_info = duckdb::make_shared_ptr<ScanFunctionInfo>(registry);
    function.get_multi_file_reader = IcebergReader::Make;
    function.named_parameters.clear();
    // These look into the first file, which says nothing about the others.
    function.statistics = ColumnStats;
    function.statistics_extended = nullptr;
    function.get_partition_stats = PartitionStats;
    function.get_partition_info = nullptr;
    function.set_scan_order = nullptr;
    function.late_materialization = false;
    function.serialize = nullptr;
    function.deserialize = nullptr;
    function.get_bind_info = nullptr;
    scans.AddFunction(std::move(function));
  }
  loader.RegisterFunction(std::move(scans));
}

}  // namespace lifeboat::account
