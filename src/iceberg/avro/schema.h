// Schema: the shape of Avro data, as a file header carries it. Field ids and every attribute this program
// does not know stay in the JSON text it was parsed from, which is what gets written back when a file is
// rewritten.
//
// Source: Avro 1.12 specification, "Schema Declaration"; Iceberg table spec, Appendix A (field-id,
// element-id, …).
#ifndef LIFEBOAT_ICEBERG_AVRO_SCHEMA_H_
#define LIFEBOAT_ICEBERG_AVRO_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat::iceberg::avro {

enum class Kind : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kFixed,
  kEnum,
  kRecord,
  kArray,
  kMap,
  kUnion
};

struct Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

struct RecordField {
  std::string name;
  std::optional<int32_t> field_id;
  SchemaPtr schema;
};

struct Schema {
  Kind kind = Kind::kNull;
  std::string name;                  // record, enum, fixed
  std::string logical_type;          // "decimal", "date", "map", …; empty: none
  std::vector<RecordField> fields;   // record
  std::vector<SchemaPtr> branches;   // union: its branches; array, map: the one element
  std::vector<std::string> symbols;  // enum
  int64_t size = 0;                  // fixed, in bytes
  int32_t scale = 0;                 // decimal
  int64_t weight = 1;                // schemas within it, each use of a named one counted

  // The one branch of a union that is not null, else this.
  const Schema& NonNull() const;
  // The field with that id, or null.
  const RecordField* FindField(int32_t field_id) const;
};

// kCorruption for text that is no Avro schema, or one nested deeper than 64 levels or heavier than kMaxWeight
// (a few named types that use each other twice would else take for ever to walk). A type that contains itself
// is refused as kUnsupported: no Iceberg file has one.
inline constexpr int64_t kMaxWeight = 100'000;
Result<SchemaPtr> ParseSchema(std::string_view json);

}  // namespace lifeboat::iceberg::avro

#endif  // LIFEBOAT_ICEBERG_AVRO_SCHEMA_H_
