// What Lifeboat sees in, and writes to, the files of an Iceberg table, as a program for
// iceberg_files_test.py.
//
//   iceberg_files_tool plan METADATA_LOCATION [COLUMN OP VALUE]
//     prints the planned files as JSON; OP is one of = != < <= > >= starts-with is-null not-null
//   iceberg_files_tool rewrite METADATA_LOCATION FOLDER_LOCATION FORMAT_VERSION
//     makes a table in FOLDER_LOCATION of the same data files, in two appends, and prints its metadata
//     location
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/table_metadata.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/write/append_files.h"
#include "storage/local_storage.h"

namespace lifeboat::iceberg {
namespace {

Result<TableMetadata> Load(storage::Storage& storage, const std::string& location) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, storage.Read(location));
  return ParseTableMetadata(text, location);
}

Result<Expression> ParseFilter(const Schema& schema, const std::vector<std::string>& words) {
  const std::map<std::string, Expression::Op> ops = {{"=", Expression::Op::kEqual},
                                                     {"!=", Expression::Op::kNotEqual},
                                                     {"<", Expression::Op::kLess},
                                                     {"<=", Expression::Op::kLessOrEqual},
                                                     {">", Expression::Op::kGreater},
                                                     {">=", Expression::Op::kGreaterOrEqual},
                                                     {"starts-with", Expression::Op::kStartsWith},
                                                     {"is-null", Expression::Op::kIsNull},
                                                     {"not-null", Expression::Op::kNotNull}};
  const Field* field = schema.FindField(words[0]);
  const auto op = ops.find(words[1]);
  if (field == nullptr || op == ops.end()) return Status::InvalidArgument("bad filter on '{}'", words[0]);
  Expression filter;
  filter.op = op->second;
  filter.field_id = field->id;
  if (words.size() > 2) {
    LIFEBOAT_ASSIGN_OR_RETURN(Literal literal, ParseLiteral(field->type, words[2]));
    filter.literals.push_back(std::move(literal));
  }
  return filter;
}

void WriteMap(JsonWriter& writer, std::string_view name, const FieldMap<int64_t>& map) {
  writer.Key(name);
  writer.BeginObject();
  for (const auto& [id, value] : map) writer.Member(std::to_string(id), value);
  writer.EndObject();
}

void WriteMap(JsonWriter& writer, std::string_view name, const FieldMap<std::string>& map) {
  writer.Key(name);
  writer.BeginObject();
  for (const auto& [id, value] : map) writer.Member(std::to_string(id), std::string_view(HexEncode(value)));
  writer.EndObject();
}

void WriteFile(JsonWriter& writer, const TableMetadata& metadata, const PlannedFile& planned) {
  const DataFile& file = planned.file;
  writer.BeginObject();
  writer.Member("file_path", std::string_view(file.file_path));
  writer.Member("file_format", std::string_view(file.file_format));
  writer.Member("spec_id", file.partition_spec_id);
  writer.Member("sequence_number", planned.sequence_number);
  writer.Member("record_count", file.record_count);
  writer.Member("file_size_in_bytes", file.file_size_in_bytes);
  writer.Key("partition");
  writer.BeginArray();
  const Type type = PartitionType(*metadata.FindSpec(file.partition_spec_id), metadata.schema());
  for (size_t i = 0; i < file.partition.size(); ++i) {
    AppendLiteralJson(type.fields[i].type, file.partition[i], writer);
  }
  writer.EndArray();
  WriteMap(writer, "column_sizes", file.column_sizes);
  WriteMap(writer, "value_counts", file.value_counts);
  WriteMap(writer, "null_value_counts", file.null_value_counts);
  WriteMap(writer, "nan_value_counts", file.nan_value_counts);
  WriteMap(writer, "lower_bounds", file.lower_bounds);
  WriteMap(writer, "upper_bounds", file.upper_bounds);
  writer.Member("split_offsets", file.split_offsets);
  writer.EndObject();
}

Result<std::string> Plan(storage::Storage& storage, const std::vector<std::string>& arguments) {
  LIFEBOAT_ASSIGN_OR_RETURN(const TableMetadata metadata, Load(storage, arguments.at(0)));
  ScanOptions options;
  if (arguments.size() > 1) {
    LIFEBOAT_ASSIGN_OR_RETURN(options.filter,
                              ParseFilter(metadata.schema(), {arguments.begin() + 1, arguments.end()}));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const ScanPlan plan, PlanScan(storage, metadata, options));
  std::string text;
  JsonWriter writer(&text);
  writer.BeginArray();
  for (const PlannedFile& file : plan.files) WriteFile(writer, metadata, file);
  writer.EndArray();
  return text;
}

Result<std::string> Rewrite(storage::Storage& storage, const std::vector<std::string>& arguments) {
  LIFEBOAT_ASSIGN_OR_RETURN(TableMetadata metadata, Load(storage, arguments.at(0)));
  LIFEBOAT_ASSIGN_OR_RETURN(const ScanPlan plan, PlanScan(storage, metadata));
  metadata.location = arguments.at(1);
  metadata.format_version = arguments.at(2) == "1" ? 1 : arguments.at(2) == "2" ? 2 : 3;
  metadata.last_sequence_number = 0;
  metadata.current_snapshot_id.reset();
  metadata.snapshots.clear();
  metadata.refs.clear();
  metadata.snapshot_log.clear();
  metadata.metadata_log.clear();
  std::vector<DataFile> halves[2];
  for (size_t i = 0; i < plan.files.size(); ++i) {
    halves[i < (plan.files.size() + 1) / 2 ? 0 : 1].push_back(plan.files[i].file);
  }
  for (const std::vector<DataFile>& half : halves) {
    LIFEBOAT_ASSIGN_OR_RETURN(const PreparedAppend append, AppendFiles(storage, metadata, half));
    LIFEBOAT_RETURN_IF_ERROR(CheckRequirements(&metadata, append.requirements));
    LIFEBOAT_ASSIGN_OR_RETURN(metadata, ApplyUpdates(&metadata, append.updates));
  }
  const std::string location = NewMetadataLocation(metadata, "");
  LIFEBOAT_RETURN_IF_ERROR(storage.Write(location, ToJsonText(metadata)));
  return location;
}

Result<std::string> Run(const std::vector<std::string>& arguments) {
  const auto storage = storage::MakeLocalStorage();
  if (arguments.size() >= 2 && arguments[0] == "plan") {
    return Plan(*storage, {arguments.begin() + 1, arguments.end()});
  }
  if (arguments.size() == 4 && arguments[0] == "rewrite") {
    return Rewrite(*storage, {arguments.begin() + 1, arguments.end()});
  }
  return Status::InvalidArgument(
      "usage: iceberg_files_tool plan METADATA [COLUMN OP VALUE] | rewrite METADATA FOLDER VERSION");
}

}  // namespace
}  // namespace lifeboat::iceberg

int main(int argc, char** argv) {
  const auto result = lifeboat::iceberg::Run({argv + 1, argv + argc});
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n", result->c_str());
  return 0;
}
