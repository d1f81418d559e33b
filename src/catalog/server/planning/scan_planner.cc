#include "catalog/server/planning/scan_planner.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "iceberg/model/expression_json.h"
#include "iceberg/model/json.h"
#include "iceberg/scan/content_file_json.h"
#include "iceberg/scan/residual.h"

namespace lifeboat::catalog {
namespace {

using iceberg::DataFile;
using iceberg::DeleteFile;
using iceberg::Expression;
using iceberg::JsonWriter;
using iceberg::PartitionSpec;
using iceberg::ScanWalk;
using iceberg::TableMetadata;

// To clients, "not found" is the table's or the plan's; a file that the table names must be there.
Result<std::string> CheckFilesExist(Result<std::string> answer) {
  if (answer.ok() || answer.status().code() != StatusCode::kNotFound) return answer;
  return Status::Corruption("a file of the table is missing: {}", answer.status().message());
}

}  // namespace

// The scan tasks of one answer, as they come in.
struct ScanPlanner::Piece {
  Piece(const TableMetadata& table_metadata, const ScanRequest& request)
      : metadata(table_metadata), schema(*metadata.FindSchema(request.schema_id)), scan(request) {}

  void Add(const DataFile& file, const PartitionSpec& spec, const std::vector<uint32_t>& deletes,
           const std::vector<DeleteFile>& delete_files) {
    const Expression residual = iceberg::Residual(scan.filter, schema, spec, file.partition);
    tasks.BeginObject();
    tasks.Key("data-file");
    iceberg::AppendContentFileJson(file, PartitionTypeOf(file.partition_spec_id), scan.stats_fields, tasks);
    if (!deletes.empty()) {
      tasks.Key("delete-file-references");
      tasks.BeginArray();
      for (const uint32_t index : deletes) tasks.Int(ReferenceTo(index, delete_files[index].file));
      tasks.EndArray();
    }
    tasks.Key("residual-filter");
    iceberg::AppendExpressionJson(residual, schema, tasks);
    tasks.EndObject();
    ++files;
    if (deletes.empty() && residual.op == Expression::Op::kTrue) certain_rows += file.record_count;
  }

  bool HasEnoughRows() const { return scan.min_rows && certain_rows >= *scan.min_rows; }
  size_t bytes() const { return tasks_json.size() + deletes_json.size(); }

  const iceberg::Type& PartitionTypeOf(int32_t spec_id) {
    const auto [found, is_new] = partition_types.try_emplace(spec_id);
    if (is_new) {
      const PartitionSpec* spec = metadata.FindSpec(spec_id);
      found->second = iceberg::PartitionType(spec == nullptr ? PartitionSpec{} : *spec, metadata.schema());
    }
    return found->second;
  }

  // The delete file's place in this answer.
  int64_t ReferenceTo(uint32_t index, const DataFile& file) {
    const auto [found, is_new] = references.try_emplace(index, references.size());
    if (is_new)
      iceberg::AppendContentFileJson(file, PartitionTypeOf(file.partition_spec_id), {}, delete_files_writer);
    return static_cast<int64_t>(found->second);
  }

  const TableMetadata& metadata;
  const iceberg::Schema& schema;
  const ScanRequest& scan;
  std::string tasks_json, deletes_json;
  JsonWriter tasks{&tasks_json}, delete_files_writer{&deletes_json};
  std::unordered_map<int32_t, iceberg::Type> partition_types;
  std::unordered_map<uint32_t, size_t> references;
  size_t files = 0;
  int64_t certain_rows = 0;  // that are sure to be in the result
};

std::vector<std::string> ScanPlanner::Split(const ScanWalk& walk, const PlanTask& task) const {
  const size_t end = std::min(task.manifest_end, walk.manifest_count());
  const size_t task_bytes = EncodePlanTask(task, metadata_, task_key_).size();
  const size_t groups_max = std::max<size_t>(1, limits_.task_bytes_max / task_bytes);
  const size_t left = end - std::min(end, task.position.manifest);
  const size_t manifests_min = (left + groups_max - 1) / groups_max;
  std::vector<std::string> tasks;
  PlanTask group = task;
  group.scan.min_rows.reset();
  size_t manifests = 0;
  auto files = int64_t{0};
  const auto close = [&](size_t at) {
    group.manifest_end = at;
    if (manifests > 0) tasks.push_back(EncodePlanTask(group, metadata_, task_key_));
    group.position = {at, 0};
    manifests = 0;
    files = 0;
  };
  for (size_t at = task.position.manifest; at < end; ++at) {
    if (!walk.MayMatch(at)) continue;
    const int64_t more = walk.FileCount(at);
    const bool is_full =
        manifests >= limits_.manifests_max || files + more > static_cast<int64_t>(limits_.files_max);
    if (manifests > 0 && manifests >= manifests_min && is_full) close(at);
    ++manifests;
    files += more;
  }
  close(end);
  return tasks;
}

Result<std::string> ScanPlanner::Answer(const PlanTask& task, const PlanHead* head,
                                        const std::atomic<bool>* cancelled) {
  const iceberg::Schema& schema = *metadata_.FindSchema(task.scan.schema_id);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::unique_ptr<ScanWalk> walk,
                            ScanWalk::Open(storage_, metadata_, task.scan.range, task.scan.filter, schema));
  Piece piece(metadata_, task.scan);
  PlanTask rest = task;
  rest.manifest_end = std::min(task.manifest_end, walk->manifest_count());
  // A client that waits for an asynchronous plan wants all of it that fits; others want to go on soon.
  const size_t manifests_max = cancelled != nullptr ? walk->manifest_count() : limits_.manifests_max;
  LIFEBOAT_RETURN_IF_ERROR(walk->Run(
      {rest.manifest_end, manifests_max, cancelled}, &rest.position,
      [&](const DataFile& file, const PartitionSpec& spec, std::vector<uint32_t> deletes) -> Result<bool> {
        LIFEBOAT_RETURN_IF_ERROR(check_(file.file_path));
        for (const uint32_t index : deletes)
          LIFEBOAT_RETURN_IF_ERROR(check_(walk->delete_files()[index].file.file_path));
        piece.Add(file, spec, deletes, walk->delete_files());
        return piece.files < limits_.files_max && piece.bytes() < limits_.bytes_max && !piece.HasEnoughRows();
      }));
  std::vector<std::string> plan_tasks;
  if (!piece.HasEnoughRows()) plan_tasks = Split(*walk, rest);
  std::string body;
  body.reserve(piece.bytes() + 1024);
  JsonWriter writer(&body);
  writer.BeginObject();
  if (head != nullptr) {
    writer.Member("status", std::string_view(head->status));
    if (!head->plan_id.empty()) writer.Member("plan-id", std::string_view(head->plan_id));
  }
  writer.Member("plan-tasks", plan_tasks);
  writer.Key("file-scan-tasks");
  writer.Raw("[");
  body += piece.tasks_json;
  body += "]";
  writer.Key("delete-files");
  writer.Raw("[");
  body += piece.deletes_json;
  body += "]";
  writer.EndObject();
  return body;
}

Result<std::string> ScanPlanner::Plan(const ScanRequest& scan, const PlanHead& head,
                                      const std::atomic<bool>* cancelled) {
  return CheckFilesExist(Answer({scan, {}, std::numeric_limits<size_t>::max()}, &head, cancelled));
}

Result<std::string> ScanPlanner::Fetch(const PlanTask& task) {
  return CheckFilesExist(Answer(task, nullptr, nullptr));
}

}  // namespace lifeboat::catalog
