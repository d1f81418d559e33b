#include "iceberg/model/partition_spec.h"

#include <algorithm>
#include <set>

#include "iceberg/model/calendar.h"

namespace lifeboat::iceberg {
namespace {

// application/x-www-form-urlencoded, as java.net.URLEncoder writes it.
std::string FormEncode(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '*' || c == '_';
    if (plain) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

std::string PartitionText(const PartitionField& field, const Type& type, const Literal& value) {
  const int32_t* number = value.As<int32_t>();
  if (number != nullptr) {
    switch (field.transform.kind) {
      case Transform::Kind::kYear:
        return fmt::format("{:04}", 1970 + *number);
      case Transform::Kind::kMonth:
        return fmt::format("{:04}-{:02}", 1970 + FloorDivide(*number, 12),
                           *number - FloorDivide(*number, 12) * 12 + 1);
      case Transform::Kind::kHour:
        return fmt::format("{}-{:02}", DateText(FloorDivide(*number, 24)),
                           *number - FloorDivide(*number, 24) * 24);
      default:
        break;
    }
  }
  return LiteralToText(type, value);
}

Result<PartitionField> ParsePartitionField(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  PartitionField field;
  LIFEBOAT_ASSIGN_OR_RETURN(field.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string transform, reader.Get<std::string>("transform"));
  field.transform = Transform::Parse(transform);
  LIFEBOAT_ASSIGN_OR_RETURN(field.field_id, reader.GetOr<int32_t>("field-id", 0));
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
  field.extra = reader.Extra();
  return field;
}

}  // namespace

bool PartitionSpec::is_unpartitioned() const {
  return std::all_of(fields.begin(), fields.end(), [](const PartitionField& field) {
    return field.transform.kind == Transform::Kind::kVoid;
  });
}

int32_t PartitionSpec::HighestFieldId() const {
  int32_t highest = 999;
  for (const PartitionField& field : fields) highest = std::max(highest, field.field_id);
  return highest;
}

bool PartitionSpec::CompatibleWith(const PartitionSpec& other) const {
  return std::equal(fields.begin(), fields.end(), other.fields.begin(), other.fields.end(),
                    [](const PartitionField& a, const PartitionField& b) {
                      return a.source_id == b.source_id && a.source_ids == b.source_ids &&
                             a.transform == b.transform && a.name == b.name;
                    });
}

Type PartitionType(const PartitionSpec& spec, const Schema& schema) {
  std::vector<Field> fields;
  for (const PartitionField& partition : spec.fields) {
    Field field;
    field.id = partition.field_id;
    field.name = partition.name;
    const Field* source = schema.FindField(partition.source_id);
    field.type =
        source == nullptr
            ? Type::Primitive(TypeId::kUnknown)
            : partition.transform.ResultType(source->type).value_or(Type::Primitive(TypeId::kUnknown));
    fields.push_back(std::move(field));
  }
  return Type::Struct(std::move(fields));
}

std::string PartitionPath(const PartitionSpec& spec, const Schema& schema,
                          const std::vector<Literal>& partition) {
  const Type type = PartitionType(spec, schema);
  std::string path;
  for (size_t i = 0; i < spec.fields.size() && i < partition.size(); ++i) {
    if (i > 0) path.push_back('/');
    path += FormEncode(spec.fields[i].name) + "=" +
            FormEncode(PartitionText(spec.fields[i], type.fields[i].type, partition[i]));
  }
  return path;
}

Result<std::vector<PartitionField>> ParsePartitionFields(const boost::json::value& value,
                                                         const JsonPath& path) {
  if (!value.is_array()) return path.Mismatch("an array", value);
  std::vector<PartitionField> fields;
  size_t index = 0;
  for (const boost::json::value& element : value.get_array()) {
    LIFEBOAT_ASSIGN_OR_RETURN(PartitionField field, ParsePartitionField(element, JsonPath(path, index)));
    if (field.field_id == 0) field.field_id = static_cast<int32_t>(1000 + index);
    fields.push_back(std::move(field));
    ++index;
  }
  return fields;
}

Result<PartitionSpec> ParsePartitionSpec(const boost::json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  PartitionSpec spec;
  LIFEBOAT_ASSIGN_OR_RETURN(spec.spec_id, reader.GetOr<int32_t>("spec-id", 0));
  LIFEBOAT_RETURN_IF_ERROR(reader.ForEach(
      "fields", true, [&](const boost::json::value& element, const JsonPath& element_path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(PartitionField field, ParsePartitionField(element, element_path));
        spec.fields.push_back(std::move(field));
        return Status::Ok();
      }));
  spec.extra = reader.Extra();
  return spec;
}

void AppendJson(const PartitionField& field, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("source-id", field.source_id);
  if (!field.source_ids.empty()) writer.Member("source-ids", field.source_ids);
  if (field.field_id != 0) writer.Member("field-id", field.field_id);
  writer.Member("name", field.name);
  writer.Member("transform", field.transform.ToString());
  writer.Members(field.extra);
  writer.EndObject();
}

void AppendJson(const PartitionSpec& spec, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("spec-id", spec.spec_id);
  writer.Key("fields");
  writer.BeginArray();
  for (const PartitionField& field : spec.fields) AppendJson(field, writer);
  writer.EndArray();
  writer.Members(spec.extra);
  writer.EndObject();
}

Status ValidatePartitionSpec(const PartitionSpec& spec, const Schema& schema) {
  std::set<std::string_view> names;
  std::set<int32_t> ids;  // 0: not assigned yet
  std::set<std::pair<int32_t, std::string>> seen;
  for (const PartitionField& field : spec.fields) {
    if (field.field_id < 0 || (field.field_id > 0 && !ids.insert(field.field_id).second)) {
      return Status::InvalidArgument("Cannot use partition field id {} for {}: it is negative or used twice",
                                     field.field_id, field.name);
    }
    if (field.name.empty()) return Status::InvalidArgument("Cannot use empty partition name");
    if (!names.insert(field.name).second) {
      return Status::InvalidArgument("Cannot use partition name more than once: {}", field.name);
    }
    if (field.transform.kind == Transform::Kind::kVoid) continue;
    const Field* source = schema.FindField(field.source_id);
    if (source == nullptr) {
      return Status::InvalidArgument("Cannot find source column for partition field: {}: {}({})", field.name,
                                     field.transform.ToString(), field.source_id);
    }
    LIFEBOAT_RETURN_IF_ERROR(field.transform.ResultType(source->type).status());
    if (!seen.emplace(field.source_id, field.transform.ToString()).second) {
      return Status::InvalidArgument(
          "Cannot add redundant partition: {} conflicts with another field of the spec", field.name);
    }
    const Field* column = schema.FindField(std::string_view(field.name));
    const bool own_column = field.transform.kind == Transform::Kind::kIdentity && column != nullptr &&
                            column->id == field.source_id;
    if (column != nullptr && !own_column) {
      return Status::InvalidArgument("Cannot create partition from name that exists in schema: {}",
                                     field.name);
    }
  }
  return Status::Ok();
}

}  // namespace lifeboat::iceberg
