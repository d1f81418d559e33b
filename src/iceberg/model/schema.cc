#include "iceberg/model/schema.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lifeboat::iceberg {

namespace json = boost::json;

namespace {

struct PrimitiveName {
  TypeId id;
  std::string_view name;
};

constexpr std::array kPrimitiveNames = {
    PrimitiveName{TypeId::kBoolean, "boolean"},
    PrimitiveName{TypeId::kInt, "int"},
    PrimitiveName{TypeId::kLong, "long"},
    PrimitiveName{TypeId::kFloat, "float"},
    PrimitiveName{TypeId::kDouble, "double"},
    PrimitiveName{TypeId::kDate, "date"},
    PrimitiveName{TypeId::kTime, "time"},
    PrimitiveName{TypeId::kTimestamp, "timestamp"},
    PrimitiveName{TypeId::kTimestampTz, "timestamptz"},
    PrimitiveName{TypeId::kTimestampNs, "timestamp_ns"},
    PrimitiveName{TypeId::kTimestampTzNs, "timestamptz_ns"},
    PrimitiveName{TypeId::kString, "string"},
    PrimitiveName{TypeId::kUuid, "uuid"},
    PrimitiveName{TypeId::kBinary, "binary"},
    PrimitiveName{TypeId::kUnknown, "unknown"},
    PrimitiveName{TypeId::kVariant, "variant"},
};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<int32_t> ParseInt(std::string_view text) {
  text = Trim(text);
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// The text between "<name><open>" and `close` if `text` has that form.
std::optional<std::string_view> Between(std::string_view text, std::string_view name, char open, char close) {
  if (!text.starts_with(name)) return std::nullopt;
  text = Trim(text.substr(name.size()));
  if (text.size() < 2 || text.front() != open || text.back() != close) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

Result<Type> ParseDecimal(std::string_view text, std::string_view arguments) {
  const size_t comma = arguments.find(',');
  const auto precision = ParseInt(arguments.substr(0, comma));
  const auto scale = comma == std::string_view::npos ? std::nullopt : ParseInt(arguments.substr(comma + 1));
  if (!precision || !scale || *precision < 1 || *precision > 38 || *scale < 0 || *scale > *precision) {
    return Status::InvalidArgument(
        "'{}' is not a decimal type; write decimal(P, S) with 1 <= P <= 38, 0 <= S <= P", text);
  }
  return Type::Decimal(*precision, *scale);
}

Result<Field> ParseStructField(const json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  Field field;
  LIFEBOAT_ASSIGN_OR_RETURN(field.id, reader.Get<int32_t>("id"));
  LIFEBOAT_ASSIGN_OR_RETURN(field.name, reader.Get<std::string>("name"));
  LIFEBOAT_ASSIGN_OR_RETURN(field.required, reader.Get<bool>("required"));
  const json::value* type = reader.Find("type");
  if (type == nullptr) return path.Error("required member 'type' is missing");
  LIFEBOAT_ASSIGN_OR_RETURN(field.type, ParseType(*type, reader.PathOf("type")));
  LIFEBOAT_ASSIGN_OR_RETURN(field.doc, reader.GetOptional<std::string>("doc"));
  if (const json::value* initial = reader.Find("initial-default")) field.initial_default = *initial;
  if (const json::value* write = reader.Find("write-default")) field.write_default = *write;
  field.extra = reader.Extra();
  return field;
}

// One of the two halves of "<half>-id", "<half>-required", "<half>" in a list or map.
Result<Field> ParseElement(ObjectReader& reader, const std::string& name, const char* id_key,
                           const char* type_key, const char* required_key) {
  Field field;
  field.name = name;
  LIFEBOAT_ASSIGN_OR_RETURN(field.id, reader.Get<int32_t>(id_key));
  field.required = true;
  if (required_key != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(field.required, reader.Get<bool>(required_key));
  }
  const json::value* type = reader.Find(type_key);
  if (type == nullptr)
    return reader.path().Error("required member '" + std::string(type_key) + "' is missing");
  LIFEBOAT_ASSIGN_OR_RETURN(field.type, ParseType(*type, reader.PathOf(type_key)));
  return field;
}

Result<std::vector<Field>> ParseStructFields(ObjectReader& reader) {
  std::vector<Field> fields;
  LIFEBOAT_RETURN_IF_ERROR(
      reader.ForEach("fields", true, [&](const json::value& element, const JsonPath& path) -> Status {
        LIFEBOAT_ASSIGN_OR_RETURN(Field field, ParseStructField(element, path));
        fields.push_back(std::move(field));
        return Status::Ok();
      }));
  return fields;
}

void AppendFields(const std::vector<Field>& fields, JsonWriter& writer) {
  writer.Key("fields");
  writer.BeginArray();
  for (const Field& field : fields) AppendJson(field, writer);
  writer.EndArray();
}

const Field* FindById(const std::vector<Field>& fields, int32_t id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
    if (const Field* found = FindById(field.type.fields, id)) return found;
  }
  return nullptr;
}

bool NameEquals(std::string_view a, std::string_view b, bool case_sensitive) {
  if (case_sensitive) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

const Field* FindByName(const std::vector<Field>& fields, std::string_view name, bool case_sensitive) {
  for (const Field& field : fields) {
    if (NameEquals(field.name, name, case_sensitive)) return &field;
    // Names may contain dots themselves, so the name is matched as a prefix rather than split.
    if (name.size() > field.name.size() && name[field.name.size()] == '.' &&
        NameEquals(field.name, name.substr(0, field.name.size()), case_sensitive)) {
      const Field* found = FindByName(field.type.fields, name.substr(field.name.size() + 1), case_sensitive);
      if (found != nullptr) return found;
    }
  }
  return nullptr;
}

bool AppendName(const std::vector<Field>& fields, int32_t id, std::string* name) {
  for (const Field& field : fields) {
    const size_t length = name->size();
    if (!name->empty()) name->push_back('.');
    name->append(field.name);
    if (field.id == id || AppendName(field.type.fields, id, name)) return true;
    name->resize(length);
  }
  return false;
}

void Visit(const std::vector<Field>& fields, const std::function<void(const Field&)>& visit) {
  for (const Field& field : fields) {
    visit(field);
    Visit(field.type.fields, visit);
  }
}

}  // namespace

Type Type::Primitive(TypeId id) {
  Type type;
  type.id = id;
  return type;
}

Type Type::Decimal(int32_t precision, int32_t scale) {
  Type type = Primitive(TypeId::kDecimal);
  type.precision = precision;
  type.scale = scale;
  return type;
}

Type Type::Fixed(int32_t length) {
  Type type = Primitive(TypeId::kFixed);
  type.length = length;
  return type;
}

Type Type::Struct(std::vector<Field> fields) {
  Type type = Primitive(TypeId::kStruct);
  type.fields = std::move(fields);
  return type;
}

Type Type::List(int32_t element_id, Type element, bool element_required) {
  Type type = Primitive(TypeId::kList);
  type.fields.resize(1);
  type.fields[0].id = element_id;
  type.fields[0].name = "element";
  type.fields[0].type = std::move(element);
  type.fields[0].required = element_required;
  return type;
}

Type Type::Map(int32_t key_id, Type key, int32_t value_id, Type value, bool value_required) {
  Type type = Primitive(TypeId::kMap);
  type.fields.resize(2);
  type.fields[0].id = key_id;
  type.fields[0].name = "key";
  type.fields[0].type = std::move(key);
  type.fields[0].required = true;
  type.fields[1].id = value_id;
  type.fields[1].name = "value";
  type.fields[1].type = std::move(value);
  type.fields[1].required = value_required;
  return type;
}

bool operator==(const Type& a, const Type& b) {
  return a.id == b.id && a.precision == b.precision && a.scale == b.scale && a.length == b.length &&
         a.parameters == b.parameters && a.fields == b.fields && a.extra == b.extra;
}

bool operator==(const Field& a, const Field& b) {
  return a.id == b.id && a.name == b.name && a.required == b.required && a.type == b.type && a.doc == b.doc &&
         a.initial_default == b.initial_default && a.write_default == b.write_default && a.extra == b.extra;
}

bool operator==(const Schema& a, const Schema& b) {
  return a.schema_id == b.schema_id && a.SameAs(b) && a.extra == b.extra;
}

std::string ToString(const Type& type) {
  switch (type.id) {
    case TypeId::kDecimal:
      return fmt::format("decimal({}, {})", type.precision, type.scale);
    case TypeId::kFixed:
      return fmt::format("fixed[{}]", type.length);
    case TypeId::kGeometry:
      return type.parameters.empty() ? "geometry" : "geometry(" + type.parameters + ")";
    case TypeId::kGeography:
      return type.parameters.empty() ? "geography" : "geography(" + type.parameters + ")";
    case TypeId::kStruct: {
      std::string text = "struct<";
      for (const Field& field : type.fields) {
        if (text.size() > 7) text += ", ";
        text += fmt::format("{}: {}: {} {}", field.id, field.name, field.required ? "required" : "optional",
                            ToString(field.type));
      }
      return text + ">";
    }
    case TypeId::kList:
      return "list<" + ToString(type.fields[0].type) + ">";
    case TypeId::kMap:
      return "map<" + ToString(type.fields[0].type) + ", " + ToString(type.fields[1].type) + ">";
    default:
      for (const PrimitiveName& entry : kPrimitiveNames) {
        if (entry.id == type.id) return std::string(entry.name);
      }
      return "unknown";
  }
}

Result<Type> ParsePrimitiveType(std::string_view text) {
  for (const PrimitiveName& entry : kPrimitiveNames) {
    if (entry.name == text) return Type::Primitive(entry.id);
  }
  if (const auto arguments = Between(text, "decimal", '(', ')')) return ParseDecimal(text, *arguments);
  if (const auto argument = Between(text, "fixed", '[', ']')) {
    const auto length = ParseInt(*argument);
    if (!length || *length < 0) {
      return Status::InvalidArgument("'{}' is not a fixed type; write fixed[L] with L >= 0", text);
    }
    return Type::Fixed(*length);
  }
  for (const auto& [name, id] :
       {std::pair{"geometry", TypeId::kGeometry}, std::pair{"geography", TypeId::kGeography}}) {
    Type type = Type::Primitive(id);
    if (text == name) return type;
    if (const auto parameters = Between(text, name, '(', ')')) {
      type.parameters = std::string(*parameters);
      return type;
    }
  }
  return Status::InvalidArgument("cannot parse type string to primitive: {}", text);
}

Result<Type> ParseType(const json::value& value, const JsonPath& path) {
  if (value.is_string()) {
    Result<Type> type = ParsePrimitiveType({value.get_string().data(), value.get_string().size()});
    if (!type.ok()) return path.Error(type.status().message());
    return type;
  }
  if (!value.is_object()) return path.Mismatch("a type name or an object", value);
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.Get<std::string>("type"));
  Type type;
  if (kind == "struct") {
    type.id = TypeId::kStruct;
    LIFEBOAT_ASSIGN_OR_RETURN(type.fields, ParseStructFields(reader));
  } else if (kind == "list") {
    type.id = TypeId::kList;
    LIFEBOAT_ASSIGN_OR_RETURN(Field element,
                              ParseElement(reader, "element", "element-id", "element", "element-required"));
    type.fields.push_back(std::move(element));
  } else if (kind == "map") {
    type.id = TypeId::kMap;
    LIFEBOAT_ASSIGN_OR_RETURN(Field key, ParseElement(reader, "key", "key-id", "key", nullptr));
    LIFEBOAT_ASSIGN_OR_RETURN(Field mapped,
                              ParseElement(reader, "value", "value-id", "value", "value-required"));
    type.fields.push_back(std::move(key));
    type.fields.push_back(std::move(mapped));
  } else {
    return reader.PathOf("type").Error("'" + kind + "' is no nested type; expected struct, list or map");
  }
  type.extra = reader.Extra();
  return type;
}

Result<Schema> ParseSchema(const json::value& value, const JsonPath& path) {
  LIFEBOAT_ASSIGN_OR_RETURN(ObjectReader reader, ObjectReader::Open(value, path));
  Schema schema;
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, reader.GetOr<std::string>("type", "struct"));
  if (kind != "struct") return reader.PathOf("type").Error("a schema is a struct, not '" + kind + "'");
  LIFEBOAT_ASSIGN_OR_RETURN(schema.schema_id, reader.GetOr<int32_t>("schema-id", 0));
  LIFEBOAT_ASSIGN_OR_RETURN(schema.identifier_field_ids,
                            reader.GetOr<std::vector<int32_t>>("identifier-field-ids", {}));
  LIFEBOAT_ASSIGN_OR_RETURN(schema.fields, ParseStructFields(reader));
  schema.extra = reader.Extra();
  return schema;
}

void AppendJson(const Type& type, JsonWriter& writer) {
  if (type.is_primitive()) return writer.String(ToString(type));
  writer.BeginObject();
  if (type.id == TypeId::kStruct) {
    writer.Member("type", "struct");
    AppendFields(type.fields, writer);
  } else if (type.id == TypeId::kList) {
    writer.Member("type", "list");
    writer.Member("element-id", type.fields[0].id);
    writer.Key("element");
    AppendJson(type.fields[0].type, writer);
    writer.Member("element-required", type.fields[0].required);
  } else {
    writer.Member("type", "map");
    writer.Member("key-id", type.fields[0].id);
    writer.Key("key");
    AppendJson(type.fields[0].type, writer);
    writer.Member("value-id", type.fields[1].id);
    writer.Key("value");
    AppendJson(type.fields[1].type, writer);
    writer.Member("value-required", type.fields[1].required);
  }
  writer.Members(type.extra);
  writer.EndObject();
}

void AppendJson(const Field& field, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("id", field.id);
  writer.Member("name", field.name);
  writer.Member("required", field.required);
  writer.Key("type");
  AppendJson(field.type, writer);
  writer.OptionalMember("doc", field.doc);
  if (field.initial_default) {
    writer.Key("initial-default");
    writer.Value(*field.initial_default);
  }
  if (field.write_default) {
    writer.Key("write-default");
    writer.Value(*field.write_default);
  }
  writer.Members(field.extra);
  writer.EndObject();
}

void AppendJson(const Schema& schema, JsonWriter& writer) {
  writer.BeginObject();
  writer.Member("type", "struct");
  writer.Member("schema-id", schema.schema_id);
  if (!schema.identifier_field_ids.empty())
    writer.Member("identifier-field-ids", schema.identifier_field_ids);
  AppendFields(schema.fields, writer);
  writer.Members(schema.extra);
  writer.EndObject();
}

const Field* Schema::FindField(int32_t id) const {
  return FindById(fields, id);
}

const Field* Schema::FindField(std::string_view name, bool case_sensitive) const {
  const Field* exact = FindByName(fields, name, true);
  if (exact != nullptr || case_sensitive) return exact;
  return FindByName(fields, name, false);
}

std::string Schema::NameOf(int32_t id) const {
  std::string name;
  AppendName(fields, id, &name);
  return name;
}

int32_t Schema::HighestFieldId() const {
  int32_t highest = 0;
  ForEachField([&](const Field& field) { highest = std::max(highest, field.id); });
  return highest;
}

void Schema::ForEachField(const std::function<void(const Field&)>& visit) const {
  Visit(fields, visit);
}

bool Schema::SameAs(const Schema& other) const {
  auto sorted = [](std::vector<int32_t> ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  return fields == other.fields && sorted(identifier_field_ids) == sorted(other.identifier_field_ids);
}

}  // namespace lifeboat::iceberg
