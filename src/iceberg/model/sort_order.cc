#include "iceberg/model/sort_order.h"

namespace lifeboat::iceberg {
namespace {

Result<bool> ParseChoice(ObjectReader& reader, std::string_view key, std::string_view yes,
                         std::string_view no) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, reader.Get<std::string>(key));
  if (text == yes) return true;
  if (text == no) return false;
  return reader.PathOf(key).Error(fmt::format("expected {} or {}, got {}", yes, no, text));
}

Result<SortField> ParseSortField(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  SortField field;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string transform, reader.Get<std::string>("transform"));
  field.transform = Transform::Parse(transform);
  LIFEBOAT_ASSIGN_OR_RETURN(field.source_ids, reader.GetOr<std::vector<int32_t>>("source-ids", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::optional<int32_t> source_id, reader.GetOptional<int32_t>("source-id"));
  if (source_id) {
    field.source_id = *source_id;
  } else if (!field.source_ids.empty()) {
    field.source_id = field.source_ids.front();
  } else {
    return path.Error("required member 'source-id' is missing");
  }
  if (field.source_ids.size() == 1) field.source_ids.clear();
  LIFEBOAT_ASSIGN_OR_RETURN(field.descending, ParseChoice(reader, "direction", "desc", "asc"));
  LIFEBOAT_ASSIGN_OR_RETURN(field.nulls_first,
                            ParseChoice(reader, "null-order", "nulls-first", "nulls-last"));
  field.extra = reader.Extra();
  return field;
}

}  // namespace

Result<SortOrder> ParseSortOrder(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  SortOrder order;
  LIFEBOAT_ASSIGN_OR_RETURN(order.order_id, reader.GetOr<int32_t>("order-id", 0));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "fields", true, [&](const boost::json::value& element, const JsonPath& element_path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(SortField field, ParseSortField(element, element_path));
        order.fields.push_back(std::move(field));
        return Status::Ok();
      }));
  order.extra = reader.Extra();
  return order;
}

void AppendJson(const SortOrder& order, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("order-id", order.order_id);
  writer.Key("fields");
  writer.BeginArray();
  for (const SortField& field : order.fields) {
    writer.BeginObject();
    writer.Member("transform", field.transform.ToString());
    writer.Member("source-id", field.source_id);
    if (!field.source_ids.empty()) writer.Member("source-ids", field.source_ids);
    writer.Member("direction", field.descending ? "desc" : "asc");
    writer.Member("null-order", field.nulls_first ? "nulls-first" : "nulls-last");
    writer.Members(field.extra);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Members(order.extra);
  writer.EndObject();
}

Status ValidateSortOrder(const SortOrder& order, const Schema& schema) {
  for (const SortField& field : order.fields) {
    const Field* source = schema.FindField(field.source_id);
    if (source == nullptr) {
      return Status::InvalidArgument("Cannot find source column for sort field: {} of column id {}",
                                     field.transform.ToString(), field.source_id);
    }
    LIFEBOAT_RETURN_IF_ERROR(field.transform.ResultType(source->type).status());
  }
  return Status::Ok();
}

}  // namespace lifeboat::iceberg
