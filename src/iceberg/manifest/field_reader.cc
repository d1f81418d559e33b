#include "iceberg/manifest/field_reader.h"

#include <algorithm>

namespace lifeboat::iceberg {
namespace {

using avro::Kind;

Status WrongType(std::string_view wanted) {
  return Status::Corruption("a field is not stored as {}", wanted);
}

template <typename T>
Status ReadList(avro::Decoder& decoder, const avro::Schema& schema, std::vector<T>* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  if (branch->kind != Kind::kArray) return WrongType("a list");
  return decoder.ReadBlocks([&]() -> Status {
    T value{};
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *branch->branches[0], &value));
    out->push_back(std::move(value));
    return Status::Ok();
  });
}

template <typename T>
Status ReadIdMap(avro::Decoder& decoder, const avro::Schema& schema, FieldMap<T>* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  if (branch->kind != Kind::kArray || branch->branches[0]->kind != Kind::kRecord ||
      branch->branches[0]->fields.size() != 2) {
    return WrongType("a map by field id");
  }
  const avro::Schema& pair = *branch->branches[0];
  LIFEBOAT_RETURN_IF_ERROR(decoder.ReadBlocks([&]() -> Status {
    std::pair<int32_t, T> entry{};
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *pair.fields[0].schema, &entry.first));
    LIFEBOAT_RETURN_IF_ERROR(ReadField(decoder, *pair.fields[1].schema, &entry.second));
    out->push_back(std::move(entry));
    return Status::Ok();
  }));
  std::stable_sort(out->begin(), out->end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return Status::Ok();
}

// The type Avro's own type and logical type stand for, when the table does not know the column any more.
Type TypeOf(const avro::Schema& schema) {
  switch (schema.kind) {
    case Kind::kBoolean:
      return Type::Primitive(TypeId::kBoolean);
    case Kind::kInt:
      return Type::Primitive(TypeId::kInt);
    case Kind::kLong:
      return Type::Primitive(TypeId::kLong);
    case Kind::kFloat:
      return Type::Primitive(TypeId::kFloat);
    case Kind::kDouble:
      return Type::Primitive(TypeId::kDouble);
    case Kind::kString:
      return Type::Primitive(TypeId::kString);
    default:
      return schema.logical_type == "decimal" ? Type::Decimal(38, schema.scale)
                                              : Type::Primitive(TypeId::kBinary);
  }
}

// A value that is stored as bytes. Text never stands for a number or a date.
Result<Literal> LiteralOfBytes(const Type& type, std::string_view bytes) {
  switch (type.id) {
    case TypeId::kDecimal:
    case TypeId::kUuid:
    case TypeId::kFixed:
    case TypeId::kString:
    case TypeId::kBinary:
      return LiteralFromBytes(type, bytes);
    default:
      return WrongType(ToString(type));
  }
}

Result<Literal> ReadStored(avro::Decoder& decoder, const avro::Schema& schema, const Type& type) {
  switch (schema.kind) {
    case Kind::kBoolean: {
      LIFEBOAT_ASSIGN_OR_RETURN(const bool value, decoder.ReadBoolean());
      return CastLiteral(type, Literal(value));
    }
    case Kind::kInt:
    case Kind::kLong: {
      LIFEBOAT_ASSIGN_OR_RETURN(const int64_t value, decoder.ReadLong());
      return CastLiteral(type, Literal(value));
    }
    case Kind::kFloat: {
      LIFEBOAT_ASSIGN_OR_RETURN(const float value, decoder.ReadFloat());
      return CastLiteral(type, Literal(value));
    }
    case Kind::kDouble: {
      LIFEBOAT_ASSIGN_OR_RETURN(const double value, decoder.ReadDouble());
      return CastLiteral(type, Literal(value));
    }
    case Kind::kString:
    case Kind::kBytes: {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes, decoder.ReadBytes());
      return LiteralOfBytes(type, bytes);
    }
    case Kind::kFixed: {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes,
                                decoder.ReadRaw(static_cast<size_t>(schema.size)));
      return LiteralOfBytes(type, bytes);
    }
    default:
      return WrongType("a primitive partition value");
  }
}

}  // namespace

Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, bool* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  if (branch->kind != Kind::kBoolean) return WrongType("a boolean");
  LIFEBOAT_ASSIGN_OR_RETURN(*out, decoder.ReadBoolean());
  return Status::Ok();
}

Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, int32_t* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  if (branch->kind != Kind::kInt && branch->kind != Kind::kLong) return WrongType("an int");
  LIFEBOAT_ASSIGN_OR_RETURN(*out, decoder.ReadInt());
  return Status::Ok();
}

Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, int64_t* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  if (branch->kind != Kind::kInt && branch->kind != Kind::kLong) return WrongType("a long");
  LIFEBOAT_ASSIGN_OR_RETURN(*out, decoder.ReadLong());
  return Status::Ok();
}

Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::string* out) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Status::Ok();
  std::string_view bytes;
  if (branch->kind == Kind::kString || branch->kind == Kind::kBytes) {
    LIFEBOAT_ASSIGN_OR_RETURN(bytes, decoder.ReadBytes());
  } else if (branch->kind == Kind::kFixed) {
    LIFEBOAT_ASSIGN_OR_RETURN(bytes, decoder.ReadRaw(static_cast<size_t>(branch->size)));
  } else {
    return WrongType("text or bytes");
  }
  *out = std::string(bytes);
  return Status::Ok();
}

Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::vector<int32_t>* out) {
  return ReadList(decoder, schema, out);
}
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, std::vector<int64_t>* out) {
  return ReadList(decoder, schema, out);
}
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, FieldMap<int64_t>* out) {
  return ReadIdMap(decoder, schema, out);
}
Status ReadField(avro::Decoder& decoder, const avro::Schema& schema, FieldMap<std::string>* out) {
  return ReadIdMap(decoder, schema, out);
}

Result<Literal> ReadLiteral(avro::Decoder& decoder, const avro::Schema& schema, const Type& type) {
  LIFEBOAT_ASSIGN_OR_RETURN(const avro::Schema* branch, decoder.Resolve(schema));
  if (branch->kind == Kind::kNull) return Literal();
  Result<Literal> literal =
      ReadStored(decoder, *branch, type.id == TypeId::kUnknown ? TypeOf(*branch) : type);
  if (!literal.ok())
    return Status::Corruption("a partition value cannot be read: {}", literal.status().message());
  return literal;
}

}  // namespace lifeboat::iceberg
