// PartitionSpec: how rows are grouped into files, by transforms of source columns.
//
// Source: Iceberg table spec, "Partitioning" and Appendix C "Partition Specs"; v3 `source-ids` included.
#ifndef LIFEBOAT_ICEBERG_MODEL_PARTITION_SPEC_H_
#define LIFEBOAT_ICEBERG_MODEL_PARTITION_SPEC_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/literal.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

struct Transform {
  enum class Kind : uint8_t { kIdentity, kBucket, kTruncate, kYear, kMonth, kDay, kHour, kVoid, kUnknown };

  Kind kind = Kind::kIdentity;
  int32_t parameter = 0;  // bucket: number of buckets; truncate: width
  std::string name;       // kUnknown: the text as it was read; written back as it is

  // "bucket[16]" and so on. Never fails: text this program does not know becomes kUnknown.
  static Transform Parse(std::string_view text);
  std::string ToString() const;

  // The type of transformed values; kInvalidArgument if the transform does not apply to `source`.
  Result<Type> ResultType(const Type& source) const;
  // Transforms one value of type `source` (null stays null). REQUIRES: ResultType(source) is ok.
  Literal Apply(const Type& source, const Literal& value) const;
  // Comparing two sources gives the order of their results (so bounds of sources are bounds of results).
  bool preserves_order() const {
    return kind != Kind::kBucket && kind != Kind::kVoid && kind != Kind::kUnknown;
  }

  bool operator==(const Transform&) const = default;
};

struct PartitionField {
  int32_t source_id = 0;            // the first source
  std::vector<int32_t> source_ids;  // v3, only for transforms of several columns: all of them
  int32_t field_id = 0;             // 1000 and up; 0: to be assigned
  std::string name;
  Transform transform;
  boost::json::object extra;

  bool operator==(const PartitionField&) const = default;
};

struct PartitionSpec {
  int32_t spec_id = 0;
  std::vector<PartitionField> fields;
  boost::json::object extra;

  bool is_unpartitioned() const;   // no field, or only void ones
  int32_t HighestFieldId() const;  // 999 without fields
  // Same sources, transforms and names in the same order; ids may differ.
  bool CompatibleWith(const PartitionSpec& other) const;
  bool operator==(const PartitionSpec&) const = default;
};

// The struct type of partition values: field ids of the spec, result types of the transforms, all optional. A
// field whose source is gone from the schema has type `unknown`.
Type PartitionType(const PartitionSpec& spec, const Schema& schema);

// "date_key=2026-01-31/region_bucket=3", URL-encoded as Java's PartitionSpec.partitionToPath does.
std::string PartitionPath(const PartitionSpec& spec, const Schema& schema,
                          const std::vector<Literal>& partition);

Result<PartitionSpec> ParsePartitionSpec(const boost::json::value& value, const JsonPath& path = {});
// The bare field list of format version 1 ("partition-spec"); ids are assigned from 1000 where absent.
Result<std::vector<PartitionField>> ParsePartitionFields(const boost::json::value& value,
                                                         const JsonPath& path);
void AppendJson(const PartitionField& field, JsonWriter& writer);
void AppendJson(const PartitionSpec& spec, JsonWriter& writer);

// Sources exist and their types suit the transforms; names are unique and do not clash with columns.
Status ValidatePartitionSpec(const PartitionSpec& spec, const Schema& schema);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_PARTITION_SPEC_H_
