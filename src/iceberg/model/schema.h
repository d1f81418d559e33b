// Schema: the columns of a table, by field id. A column keeps its id for life; names may change. Types are
// values.
//
// Source: Iceberg table spec, "Schemas and Data Types" and Appendix C "Schemas"; types of format version 3
// included. Parse functions fail with kInvalidArgument and the JSON path.
#ifndef LIFEBOAT_ICEBERG_MODEL_SCHEMA_H_
#define LIFEBOAT_ICEBERG_MODEL_SCHEMA_H_

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/model/json.h"

namespace lifeboat::iceberg {

enum class TypeId : uint8_t {
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,
  kTimestamp,
  kTimestampTz,
  kTimestampNs,    // v3
  kTimestampTzNs,  // v3
  kString,
  kUuid,
  kFixed,
  kBinary,
  kUnknown,    // v3
  kVariant,    // v3
  kGeometry,   // v3
  kGeography,  // v3
  kStruct,
  kList,
  kMap,
};

struct Field;

struct Type {
  TypeId id = TypeId::kUnknown;
  int32_t precision = 0;   // decimal
  int32_t scale = 0;       // decimal
  int32_t length = 0;      // fixed, in bytes
  std::string parameters;  // geometry, geography: the text between the parentheses, if any
  // struct: its fields; list: one field named "element"; map: two fields named "key" and "value".
  std::vector<Field> fields;
  boost::json::object extra;

  static Type Primitive(TypeId id);
  static Type Decimal(int32_t precision, int32_t scale);
  static Type Fixed(int32_t length);
  static Type Struct(std::vector<Field> fields);
  static Type List(int32_t element_id, Type element, bool element_required);
  static Type Map(int32_t key_id, Type key, int32_t value_id, Type value, bool value_required);

  bool is_primitive() const { return id < TypeId::kStruct; }
};

struct Field {
  int32_t id = 0;
  std::string name;
  Type type;
  bool required = false;
  std::optional<std::string> doc;
  std::optional<boost::json::value> initial_default;  // v3, in the single-value JSON form
  std::optional<boost::json::value> write_default;    // v3
  boost::json::object extra;
};

bool operator==(const Type& a, const Type& b);
bool operator==(const Field& a, const Field& b);

// "long", "decimal(9, 2)", "list<string>", …: the spec's name for primitives, readable for nested types.
std::string ToString(const Type& type);
// The JSON string of a primitive type: "decimal(9, 2)", "timestamptz", "fixed[16]", …
Result<Type> ParsePrimitiveType(std::string_view text);

struct Schema {
  int32_t schema_id = 0;
  std::vector<int32_t> identifier_field_ids;
  std::vector<Field> fields;
  boost::json::object extra;

  // Any field at any depth.
  const Field* FindField(int32_t id) const;
  // By dotted name ("location.lat", "tags.element", "props.value"). An exact match wins over one that differs
  // in case.
  const Field* FindField(std::string_view name, bool case_sensitive = true) const;
  // The dotted name of a field; empty if there is none.
  std::string NameOf(int32_t id) const;
  // The largest field id; 0 for a schema without fields.
  int32_t HighestFieldId() const;
  // Visits every field at every depth, parents before children.
  void ForEachField(const std::function<void(const Field&)>& visit) const;
  // Fields, types, docs, defaults and identifier fields are the same; the schema id may differ.
  bool SameAs(const Schema& other) const;
};

bool operator==(const Schema& a, const Schema& b);

Result<Type> ParseType(const boost::json::value& value, const JsonPath& path = {});
Result<Schema> ParseSchema(const boost::json::value& value, const JsonPath& path = {});
void AppendJson(const Type& type, JsonWriter& writer);
void AppendJson(const Field& field, JsonWriter& writer);
void AppendJson(const Schema& schema, JsonWriter& writer);

// Names are unique, ids are unique, identifier fields exist and may be identifiers, and every type and
// default is allowed in `format_version`.
Status ValidateSchema(const Schema& schema, int32_t format_version);

// A copy whose field ids are dealt out anew by `next_id`: all fields of a struct, then their children. Used
// for new tables, where the ids of a request are only placeholders.
Schema AssignFreshIds(const Schema& schema, const std::function<int32_t()>& next_id);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_SCHEMA_H_
