// Reading the fields of an Avro record into C++ values, each from whichever Avro type the writer chose for
// it.
#ifndef LIFEBOAT_ICEBERG_MANIFEST_FIELD_READER_H_
#define LIFEBOAT_ICEBERG_MANIFEST_FIELD_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/avro/binary.h"
#include "iceberg/manifest/data_file.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

// Each reads one value of `schema`; a null leaves `out` as it is (or empty, if optional). kCorruption when
// the stored type cannot hold the value.
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, bool* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, int32_t* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, int64_t* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::string* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::vector<int32_t>* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::vector<int64_t>* out);
// Array of key/value records, sorted by key afterwards.
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, FieldMap<int64_t>* out);
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, FieldMap<std::string>* out);

template <typename T>
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::optional<T>* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == avro::Kind::kNull) return Status::Ok();
  T value{};
  LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *branch, &value));
  *out = std::move(value);
  return Status::Ok();
}

// A partition value of type `type`; if the type is `unknown`, what the Avro type says.
Result<Literal> ReadLiteral(avro::Decoder& decoder, const avro::Schema& schema, const Type& type);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MANIFEST_FIELD_READER_H_
