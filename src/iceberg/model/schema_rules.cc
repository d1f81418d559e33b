// The rules a schema must keep, and how a new table's ids are dealt out.
#include <set>
#include <unordered_map>

#include "iceberg/model/literal.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

namespace {

int32_t MinFormatVersion(const Type& type) {
  switch (type.id) {
    case TypeId::kTimestampNs:
    case TypeId::kTimestampTzNs:
    case TypeId::kUnknown:
    case TypeId::kVariant:
    case TypeId::kGeometry:
    case TypeId::kGeography:
      return 3;
    default:
      return 1;
  }
}

// Ids above are those of metadata columns, such as _file and _pos.
constexpr int32_t kMaxFieldId = 2147483447;

bool MustDefaultToNull(TypeId id) {
  return id == TypeId::kUnknown || id == TypeId::kVariant || id == TypeId::kGeometry ||
         id == TypeId::kGeography;
}

Status CheckDefault(const Type& type, const std::optional<boost::json::value>& value) {
  if (!value || !type.is_primitive()) return Status::Ok();
  if (MustDefaultToNull(type.id)) return Status::InvalidArgument("it must be null");
  return LiteralFromJson(type, *value).status();
}

Status CheckField(const Schema& schema, const Field& field) {
  const auto refuse = [&](std::string_view what, std::string_view why) {
    return Status::InvalidArgument("Invalid {} for {}: {}", what, schema.NameOf(field.id), why);
  };
  if (field.id < 0 || field.id > kMaxFieldId) {
    return refuse("field id", fmt::format("{} is not between 0 and {}", field.id, kMaxFieldId));
  }
  if (field.type.id == TypeId::kUnknown && field.required) {
    return Status::InvalidArgument("Cannot create required field with unknown type: {}",
                                   schema.NameOf(field.id));
  }
  const Status initial = CheckDefault(field.type, field.initial_default);
  if (!initial.ok()) return refuse("initial default", initial.message());
  const Status write = CheckDefault(field.type, field.write_default);
  if (!write.ok()) return refuse("write default", write.message());
  return Status::Ok();
}

Status CheckNames(const std::vector<Field>& fields, const std::string& parent) {
  std::set<std::string_view> names;
  for (const Field& field : fields) {
    if (!names.insert(field.name).second) {
      return Status::InvalidArgument("Invalid schema: multiple fields for name {}{}: rename one", parent,
                                     field.name);
    }
    LIFEBOAT_RETURN_IF_ERROR(CheckNames(field.type.fields, parent + field.name + "."));
  }
  return Status::Ok();
}

// The path from a top-level field down to the field `id`; empty if there is none.
bool PathTo(const std::vector<Field>& fields, int32_t id, std::vector<const Field*>* path) {
  for (const Field& field : fields) {
    path->push_back(&field);
    if (field.id == id || PathTo(field.type.fields, id, path)) return true;
    path->pop_back();
  }
  return false;
}

Status CheckIdentifierField(const Schema& schema, int32_t id) {
  std::vector<const Field*> path;
  if (!PathTo(schema.fields, id, &path)) {
    return Status::InvalidArgument("Cannot add fieldId {} as an identifier field: field does not exist", id);
  }
  const Field& field = *path.back();
  const auto refuse = [&](std::string_view why) {
    return Status::InvalidArgument("Cannot add field {} as an identifier field: {}", field.name, why);
  };
  if (!field.type.is_primitive()) return refuse("not a primitive type field");
  if (field.type.id == TypeId::kFloat || field.type.id == TypeId::kDouble) {
    return refuse("must not be float or double field");
  }
  for (const Field* step : path) {
    if (!step->required)
      return refuse(step == &field ? "not a required field" : "it is nested in an optional field");
    if (step != &field && step->type.id != TypeId::kStruct)
      return refuse("it must not be nested in a list or map");
  }
  return Status::Ok();
}

class FreshIds {
 public:
  explicit FreshIds(const std::function<int32_t()>& next_id) : next_id_(next_id) {}

  void Assign(std::vector<Field>* fields) {
    for (Field& field : *fields) {
      const int32_t id = next_id_();
      new_ids_.emplace(field.id, id);
      field.id = id;
    }
    for (Field& field : *fields) Assign(&field.type.fields);
  }
  int32_t NewId(int32_t old_id) const {
    const auto at = new_ids_.find(old_id);
    return at == new_ids_.end() ? old_id : at->second;
  }

 private:
  const std::function<int32_t()>& next_id_;
  std::unordered_map<int32_t, int32_t> new_ids_;
};

}  // namespace

Status ValidateSchema(const Schema& schema, int32_t format_version) {
  LIFEBOAT_RETURN_IF_ERROR(CheckNames(schema.fields, ""));
  std::set<int32_t> ids;
  Status status;
  schema.ForEachField([&](const Field& field) {
    if (!status.ok()) return;
    if (!ids.insert(field.id).second) {
      status = Status::InvalidArgument("Invalid schema: field id {} is used twice (second use: {})", field.id,
                                       schema.NameOf(field.id));
    } else if (MinFormatVersion(field.type) > format_version) {
      status = Status::InvalidArgument(
          "Invalid schema for v{}:\n- Invalid type for {}: {} is not supported until v{}", format_version,
          schema.NameOf(field.id), ToString(field.type), MinFormatVersion(field.type));
    } else if (field.initial_default && format_version < 3) {
      status = Status::InvalidArgument(
          "Invalid schema for v{}:\n- Invalid initial default for {}: non-null default is not supported "
          "until v3",
          format_version, schema.NameOf(field.id));
    } else {
      status = CheckField(schema, field);
    }
  });
  LIFEBOAT_RETURN_IF_ERROR(status);
  for (const int32_t id : schema.identifier_field_ids) {
    LIFEBOAT_RETURN_IF_ERROR(CheckIdentifierField(schema, id));
  }
  return Status::Ok();
}

Schema AssignFreshIds(const Schema& schema, const std::function<int32_t()>& next_id) {
  Schema fresh = schema;
  FreshIds ids(next_id);
  ids.Assign(&fresh.fields);
  for (int32_t& id : fresh.identifier_field_ids) id = ids.NewId(id);
  return fresh;
}

}  // namespace lifeboat::iceberg
