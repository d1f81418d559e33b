#include "iceberg/avro/schema.h"

#include <boost/json/value.hpp>
#include <map>

#include "iceberg/model/json.h"

namespace lifeboat::iceberg::avro {
namespace {

namespace json = boost::json;

constexpr int kMaxDepth = 64;

std::optional<Kind> PrimitiveKind(std::string_view name) {
  constexpr std::pair<std::string_view, Kind> kNames[] = {
      {"null", Kind::kNull},   {"boolean", Kind::kBoolean}, {"int", Kind::kInt},
      {"long", Kind::kLong},   {"float", Kind::kFloat},     {"double", Kind::kDouble},
      {"bytes", Kind::kBytes}, {"string", Kind::kString}};
  for (const auto& [text, kind] : kNames) {
    if (text == name) return kind;
  }
  return std::nullopt;
}

Status Bad(std::string_view problem) {
  return Status::Corruption("not an Avro schema: {}", problem);
}

class Parser {
 public:
  Result<SchemaPtr> Parse(const json::value& value, const std::string& space, int depth) {
    if (depth > kMaxDepth) return Bad("it is nested too deeply");
    if (value.is_string()) return Named(Text(value), space);
    if (value.is_array()) return Union(value.get_array(), space, depth);
    if (value.is_object()) return Complex(value.get_object(), space, depth);
    return Bad("expected a name, an array or an object");
  }

 private:
  static Status AddWeight(const Schema& part, Schema& whole) {
    whole.weight += part.weight;
    return whole.weight > kMaxWeight ? Bad("it has too many parts") : Status::Ok();
  }

  static std::string Text(const json::value& value) {
    return std::string(value.get_string().data(), value.get_string().size());
  }

  static std::string StringMember(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains({key.data(), key.size()});
    return value != nullptr && value->is_string() ? Text(*value) : std::string();
  }

  static std::optional<int64_t> IntMember(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains({key.data(), key.size()});
    return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
  }

  Result<SchemaPtr> Named(const std::string& name, const std::string& space) {
    if (const auto kind = PrimitiveKind(name)) {
      auto schema = std::make_shared<Schema>();
      schema->kind = *kind;
      return SchemaPtr(std::move(schema));
    }
    auto found =
        types_.find(name.find('.') == std::string::npos && !space.empty() ? space + "." + name : name);
    if (found == types_.end()) found = types_.find(name);
    if (found == types_.end()) return Bad("type '" + name + "' is not defined");
    if (found->second == nullptr) {
      return Status::Unsupported("the Avro type '{}' contains itself; Lifeboat does not read such files",
                                 name);
    }
    return found->second;
  }

  Result<SchemaPtr> Union(const json::array& branches, const std::string& space, int depth) {
    auto schema = std::make_shared<Schema>();
    schema->kind = Kind::kUnion;
    for (const json::value& branch : branches) {
      LIFEBOAT_ASSIGN_OR_RETURN(SchemaPtr parsed, Parse(branch, space, depth + 1));
      if (parsed->kind == Kind::kUnion) return Bad("a union directly within a union");
      LIFEBOAT_RETURN_IF_ERROR(AddWeight(*parsed, *schema));
      schema->branches.push_back(std::move(parsed));
    }
    if (schema->branches.empty()) return Bad("a union without branches");
    return SchemaPtr(std::move(schema));
  }

  Result<SchemaPtr> Complex(const json::object& object, const std::string& space, int depth) {
    const json::value* type = object.if_contains("type");
    if (type == nullptr) return Bad("an object without 'type'");
    if (!type->is_string()) return Parse(*type, space, depth + 1);
    const std::string kind = Text(*type);
    auto schema = std::make_shared<Schema>();
    schema->logical_type = StringMember(object, "logicalType");
    schema->scale = static_cast<int32_t>(IntMember(object, "scale").value_or(0));
    if (const auto primitive = PrimitiveKind(kind)) {
      schema->kind = *primitive;
      return SchemaPtr(std::move(schema));
    }
    if (kind == "array" || kind == "map") {
      schema->kind = kind == "array" ? Kind::kArray : Kind::kMap;
      const json::value* element = object.if_contains(kind == "array" ? "items" : "values");
      if (element == nullptr) return Bad("an " + kind + " without element type");
      LIFEBOAT_ASSIGN_OR_RETURN(SchemaPtr parsed, Parse(*element, space, depth + 1));
      LIFEBOAT_RETURN_IF_ERROR(AddWeight(*parsed, *schema));
      schema->branches.push_back(std::move(parsed));
      return SchemaPtr(std::move(schema));
    }
    if (kind == "record" || kind == "error" || kind == "enum" || kind == "fixed") {
      return Definition(kind, object, std::move(schema), space, depth);
    }
    return Named(kind, space);
  }

  Result<SchemaPtr> Definition(const std::string& kind, const json::object& object,
                               std::shared_ptr<Schema> schema, const std::string& outer_space, int depth) {
    schema->name = StringMember(object, "name");
    if (schema->name.empty()) return Bad("a " + kind + " without a name");
    std::string space = StringMember(object, "namespace");
    if (space.empty()) space = outer_space;
    std::string full_name = schema->name;
    if (const size_t dot = full_name.rfind('.'); dot != std::string::npos) {
      space = full_name.substr(0, dot);
    } else if (!space.empty()) {
      full_name = space + "." + full_name;
    }
    types_[full_name] = nullptr;  // under way: a use within its own definition
    if (kind == "fixed") {
      schema->kind = Kind::kFixed;
      const auto size = IntMember(object, "size");
      if (!size || *size < 0 || *size > (1 << 20))
        return Bad("fixed '" + full_name + "' without a sensible size");
      schema->size = *size;
    } else if (kind == "enum") {
      schema->kind = Kind::kEnum;
      const json::value* symbols = object.if_contains("symbols");
      if (symbols == nullptr || !symbols->is_array()) return Bad("enum '" + full_name + "' without symbols");
      for (const json::value& symbol : symbols->get_array()) {
        if (!symbol.is_string()) return Bad("enum '" + full_name + "' with a symbol that is no string");
        schema->symbols.push_back(Text(symbol));
      }
    } else {
      schema->kind = Kind::kRecord;
      LIFEBOAT_RETURN_IF_ERROR(Fields(object, *schema, space, depth));
    }
    SchemaPtr result = std::move(schema);
    types_[full_name] = result;
    return result;
  }

  Status Fields(const json::object& object, Schema& schema, const std::string& space, int depth) {
    const json::value* fields = object.if_contains("fields");
    if (fields == nullptr || !fields->is_array()) return Bad("record '" + schema.name + "' without fields");
    for (const json::value& element : fields->get_array()) {
      if (!element.is_object()) return Bad("a field of '" + schema.name + "' is not an object");
      const json::object& member = element.get_object();
      RecordField field;
      field.name = StringMember(member, "name");
      if (field.name.empty()) return Bad("a field of '" + schema.name + "' has no name");
      if (const auto id = IntMember(member, "field-id")) field.field_id = static_cast<int32_t>(*id);
      const json::value* type = member.if_contains("type");
      if (type == nullptr) return Bad("field '" + field.name + "' has no type");
      LIFEBOAT_ASSIGN_OR_RETURN(field.schema, Parse(*type, space, depth + 1));
      LIFEBOAT_RETURN_IF_ERROR(AddWeight(*field.schema, schema));
      schema.fields.push_back(std::move(field));
    }
    return Status::Ok();
  }

  std::map<std::string, SchemaPtr> types_;
};

}  // namespace

const Schema& Schema::NonNull() const {
  if (kind != Kind::kUnion) return *this;
  for (const SchemaPtr& branch : branches) {
    if (branch->kind != Kind::kNull) return *branch;
  }
  return *branches.front();
}

const RecordField* Schema::FindField(int32_t field_id) const {
  for (const RecordField& field : fields) {
    if (field.field_id == field_id) return &field;
  }
  return nullptr;
}

Result<SchemaPtr> ParseSchema(std::string_view json) {
  Result<json::value> value = ParseJson(json, "Avro schema");
  if (!value.ok()) return Status::Corruption("{}", value.status().message());
  return Parser().Parse(*value, "", 0);
}

}  // namespace lifeboat::iceberg::avro
