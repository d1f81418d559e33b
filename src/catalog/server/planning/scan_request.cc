#include "catalog/server/planning/scan_request.h"

#include <algorithm>
#include <utility>

#include "iceberg/model/expression_json.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using iceberg::JsonPath;
using iceberg::ObjectReader;
using iceberg::Snapshot;
using iceberg::TableMetadata;

struct Range {
  iceberg::ScanRange range;
  const Snapshot* snapshot = nullptr;  // that the scan ends with; null: the table is empty
};

Result<Range> ReadRange(ObjectReader& reader, const TableMetadata& metadata) {
  LIFEBOAT_ASSIGN_OR_RETURN(const auto snapshot_id, reader.GetOptional<int64_t>("snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto start, reader.GetOptional<int64_t>("start-snapshot-id"));
  LIFEBOAT_ASSIGN_OR_RETURN(const auto end, reader.GetOptional<int64_t>("end-snapshot-id"));
  if (snapshot_id && (start || end)) {
    return Status::InvalidArgument(
        "Invalid scan: snapshot-id and start-snapshot-id or end-snapshot-id exclude each other");
  }
  if (start.has_value() != end.has_value()) {
    return Status::InvalidArgument(
        "Invalid scan: an incremental scan needs both start-snapshot-id and end-snapshot-id");
  }
  Range range;
  const std::optional<int64_t> last = snapshot_id ? snapshot_id : end;
  range.snapshot = last ? metadata.FindSnapshot(*last) : metadata.current_snapshot();
  if (last && range.snapshot == nullptr)
    return Status::InvalidArgument("Cannot find snapshot with ID {}", *last);
  if (range.snapshot != nullptr) range.range.snapshot_id = range.snapshot->snapshot_id;
  range.range.after_snapshot_id = start;
  return range;
}

Result<std::vector<int32_t>> ReadColumns(ObjectReader& reader, std::string_view key,
                                         const iceberg::Schema& schema, bool case_sensitive) {
  std::vector<int32_t> ids;
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach(key, false, [&](const boost::json::value& value, const JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(const std::string name, iceberg::JsonAs<std::string>(value, path));
        const iceberg::Field* field = schema.FindField(name, case_sensitive);
        if (field == nullptr) return path.Error(fmt::format("the table has no column '{}'", name));
        ids.push_back(field->id);
        return Status::Ok();
      }));
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

Result<ScanRequest> ParseScanRequest(const boost::json::value& body, const TableMetadata& metadata) {
  const JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(body, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const Range range, ReadRange(reader, metadata));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool case_sensitive, reader.GetOr<bool>("case-sensitive", true));
  LIFEBOAT_ASSIGN_OR_RETURN(const bool own_schema, reader.GetOr<bool>("use-snapshot-schema", false));
  const iceberg::Schema* schema = &metadata.schema();
  if (own_schema && range.snapshot != nullptr && range.snapshot->schema_id) {
    const iceberg::Schema* then = metadata.FindSchema(*range.snapshot->schema_id);
    if (then != nullptr) schema = then;
  }
  ScanRequest request;
  request.range = range.range;
  request.schema_id = schema->schema_id;
  LIFEBOAT_ASSIGN_OR_RETURN(request.min_rows, reader.GetOptional<int64_t>("min-rows-requested"));
  if (request.min_rows && *request.min_rows < 0)
    return reader.PathOf("min-rows-requested").Error("it must not be negative");
  LIFEBOAT_RETURN_IF_ERROR(ReadColumns(reader, "select", *schema, case_sensitive).status());
  LIFEBOAT_ASSIGN_OR_RETURN(request.stats_fields,
                            ReadColumns(reader, "stats-fields", *schema, case_sensitive));
  // A null filter is refused rather than taken for "everything", as in the reference implementation.
  const boost::json::value* filter = body.get_object().if_contains("filter");
  if (filter != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(
        request.filter, iceberg::ParseExpression(*filter, *schema, case_sensitive, reader.PathOf("filter")));
    std::string text;
    iceberg::JsonWriter writer(&text);
    iceberg::AppendExpressionJson(request.filter, *schema, writer);
    if (text.size() > kFilterBytesMax)
      return reader.PathOf("filter").Error(fmt::format("it is longer than {} bytes", kFilterBytesMax));
  }
  return request;
}

}  // namespace lifeboat::catalog
