#include "catalog/server/planning/plan_task.h"

#include "base/encoding.h"
#include "base/uuid.h"
#include "catalog/api/catalog_error.h"
#include "catalog/server/signed_text.h"
#include "iceberg/model/expression_json.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using iceberg::JsonPath;
using iceberg::JsonWriter;
using iceberg::ObjectReader;
using iceberg::TableMetadata;

constexpr std::string_view kTaskPurpose = "lifeboat plan task 1";
constexpr std::string_view kPlanPurpose = "lifeboat completed plan 1";

Result<PlanTask> ReadTask(const boost::json::value& value, const TableMetadata& metadata) {
  const JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string table, reader.Get<std::string>("table"));
  if (table != metadata.table_uuid) return Status::InvalidArgument("of another table");
  PlanTask task;
  LIFEBOAT_ASSIGN_OR_RETURN(task.scan.range.snapshot_id, reader.GetOptional<int64_t>("snapshot"));
  LIFEBOAT_ASSIGN_OR_RETURN(task.scan.range.after_snapshot_id, reader.GetOptional<int64_t>("after"));
  LIFEBOAT_ASSIGN_OR_RETURN(task.scan.schema_id, reader.Get<int32_t>("schema"));
  LIFEBOAT_ASSIGN_OR_RETURN(task.scan.stats_fields, reader.Get<std::vector<int32_t>>("stats"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t manifest, reader.Get<int64_t>("manifest"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t entry, reader.Get<int64_t>("entry"));
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t end, reader.Get<int64_t>("end"));
  task.position = {static_cast<size_t>(manifest), static_cast<size_t>(entry)};
  task.manifest_end = static_cast<size_t>(end);
  const iceberg::Schema* schema = metadata.FindSchema(task.scan.schema_id);
  const boost::json::value* filter = reader.Find("filter");
  if (schema == nullptr || filter == nullptr) return Status::InvalidArgument("its schema is gone");
  LIFEBOAT_ASSIGN_OR_RETURN(task.scan.filter, iceberg::ParseExpression(*filter, *schema, true));
  return task;
}

}  // namespace

std::string EncodePlanTask(const PlanTask& task, const TableMetadata& metadata, std::string_view key) {
  std::string payload;
  JsonWriter writer(&payload);
  writer.BeginObject();
  writer.Member("table", std::string_view(metadata.table_uuid));
  writer.OptionalMember("snapshot", task.scan.range.snapshot_id);
  writer.OptionalMember("after", task.scan.range.after_snapshot_id);
  writer.Member("schema", task.scan.schema_id);
  writer.Member("stats", task.scan.stats_fields);
  writer.Member("manifest", task.position.manifest);
  writer.Member("entry", task.position.entry);
  writer.Member("end", task.manifest_end);
  writer.Key("filter");
  iceberg::AppendExpressionJson(task.scan.filter, *metadata.FindSchema(task.scan.schema_id), writer);
  writer.EndObject();
  const std::string text = Base64UrlEncode(payload);
  return fmt::format("{}.{}", text, SignatureOf(kTaskPurpose, text, key));
}

Result<PlanTask> DecodePlanTask(std::string_view text, const TableMetadata& metadata, std::string_view key) {
  const auto payload = SignedText(kTaskPurpose, text, key);
  if (!payload) return NoSuchPlanTask();
  const Result<std::string> json = Base64Decode(*payload);
  if (!json.ok()) return NoSuchPlanTask();
  const Result<boost::json::value> value = iceberg::ParseJson(*json, "plan task", kScanRequestDepthMax);
  if (!value.ok()) return NoSuchPlanTask();
  // What is signed was right when it was; the table may have changed since.
  Result<PlanTask> task = ReadTask(*value, metadata);
  if (!task.ok()) return NoSuchPlanTask();
  const auto& snapshot_id = task->scan.range.snapshot_id;
  if (!snapshot_id || metadata.FindSnapshot(*snapshot_id) == nullptr) return NoSuchPlanTask();
  return task;
}

std::string CompletedPlanId(const TableMetadata& metadata, std::string_view key) {
  const std::string nonce = Uuid::V4().ToString();
  return fmt::format("{}.{}", nonce, SignatureOf(kPlanPurpose, nonce + metadata.table_uuid, key));
}

bool IsCompletedPlanId(std::string_view id, const TableMetadata& metadata, std::string_view key) {
  const size_t dot = id.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string signed_text =
      fmt::format("{}{}.{}", id.substr(0, dot), metadata.table_uuid, id.substr(dot + 1));
  return SignedText(kPlanPurpose, signed_text, key).has_value();
}

Status NoSuchPlanTask() {
  return CatalogError(
      StatusCode::kNotFound, "NoSuchPlanTaskException",
      "Plan task does not exist: it is not of this table, or the snapshots it is of have expired");
}

Status NoSuchPlanId(std::string_view id) {
  return CatalogError(StatusCode::kNotFound, "NoSuchPlanIdException",
                      fmt::format("Plan does not exist: {}", id));
}

}  // namespace lifeboat::catalog
