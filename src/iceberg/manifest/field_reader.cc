#include "iceberg/manifest/field_reader.h"

#include <algorithm>

namespace lifeboat::iceberg {
namespace {

using avro::Kind;

Status WrongType(std::string_view wanted) { return Status::Corruption("a field is not stored as {}", wanted); }

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

Result<Literal> BytesLiteral(std::string_view bytes, const avro::Schema& schema, const Type& type) {
  if (type.id == TypeId::kDecimal) return LiteralFromBytes(type, bytes);
  if (type.id == TypeId::kUnknown && schema.logical_type == "decimal") {
    return LiteralFromBytes(Type::Decimal(38, schema.scale), bytes);
  }
  return Literal(std::string(bytes));
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
  switch (branch->kind) {
    case Kind::kNull: return Literal();
    case Kind::kBoolean: {
      LIFEBOAT_ASSIGN_OR_RETURN(const bool value, decoder.ReadBoolean());
      return Literal(value);
    }
    case Kind::kInt:
    case Kind::kLong: {
      LIFEBOAT_ASSIGN_OR_RETURN(const int64_t value, decoder.ReadLong());
      const Type wanted =
          type.id == TypeId::kUnknown ? Type::Primitive(branch->kind == Kind::kInt ? TypeId::kInt : TypeId::kLong) : type;
      Result<Literal> literal = CastLiteral(wanted, Literal(value));
      if (!literal.ok()) return Status::Corruption("a partition value is not of type {}", ToString(wanted));
      return literal;
    }
    case Kind::kFloat: {
      LIFEBOAT_ASSIGN_OR_RETURN(const float value, decoder.ReadFloat());
      return type.id == TypeId::kDouble ? Literal(static_cast<double>(value)) : Literal(value);
    }
    case Kind::kDouble: {
      LIFEBOAT_ASSIGN_OR_RETURN(const double value, decoder.ReadDouble());
      return Literal(value);
    }
    case Kind::kString:
    case Kind::kBytes: {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes, decoder.ReadBytes());
      return BytesLiteral(bytes, *branch, type);
    }
    case Kind::kFixed: {
      LIFEBOAT_ASSIGN_OR_RETURN(const std::string_view bytes, decoder.ReadRaw(static_cast<size_t>(branch->size)));
      return BytesLiteral(bytes, *branch, type);
    }
    default: return WrongType("a primitive partition value");
  }
}

}  // namespace lifeboat::iceberg
