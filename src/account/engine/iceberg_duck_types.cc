#include "account/engine/iceberg_duck_types.h"

#include <duckdb/common/types/uuid.hpp>

namespace lifeboat::account {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;
using iceberg::Int128;
using iceberg::Literal;
using iceberg::TypeId;

Result<LogicalType> ToDuckStruct(const iceberg::Type& type) {
  duckdb::child_list_t<LogicalType> children;
  for (const iceberg::Field& field : type.fields) {
    LIFEBOAT_ASSIGN_OR_RETURN(LogicalType child, ToDuckType(field.type));
    children.emplace_back(field.name, std::move(child));
  }
  return LogicalType::STRUCT(std::move(children));
}

duckdb::hugeint_t ToHugeint(Int128 value) {
  duckdb::hugeint_t result;
  result.lower = static_cast<uint64_t>(value);
  result.upper = static_cast<int64_t>(value >> 64);
  return result;
}

}  // namespace

Result<LogicalType> ToDuckType(const iceberg::Type& type) {
  switch (type.id) {
    case TypeId::kBoolean:
      return LogicalType(LogicalType::BOOLEAN);
    case TypeId::kInt:
      return LogicalType(LogicalType::INTEGER);
    case TypeId::kLong:
      return LogicalType(LogicalType::BIGINT);
    case TypeId::kFloat:
      return LogicalType(LogicalType::FLOAT);
    case TypeId::kDouble:
      return LogicalType(LogicalType::DOUBLE);
    case TypeId::kDecimal:
      return LogicalType::DECIMAL(static_cast<uint8_t>(type.precision), static_cast<uint8_t>(type.scale));
    case TypeId::kDate:
      return LogicalType(LogicalType::DATE);
    case TypeId::kTime:
      return LogicalType(LogicalType::TIME);
    case TypeId::kTimestamp:
      return LogicalType(LogicalType::TIMESTAMP);
    case TypeId::kTimestampTz:
      return LogicalType(LogicalType::TIMESTAMP_TZ);
    case TypeId::kTimestampNs:
      return LogicalType(LogicalType::TIMESTAMP_NS);
    case TypeId::kString:
      return LogicalType(LogicalType::VARCHAR);
    case TypeId::kUuid:
      return LogicalType(LogicalType::UUID);
    case TypeId::kFixed:
    case TypeId::kBinary:
      return LogicalType(LogicalType::BLOB);
    case TypeId::kStruct:
      return ToDuckStruct(type);
    case TypeId::kList: {
      LIFEBOAT_ASSIGN_OR_RETURN(LogicalType element, ToDuckType(type.fields.at(0).type));
      return LogicalType::LIST(element);
    }
    case TypeId::kMap: {
      LIFEBOAT_ASSIGN_OR_RETURN(LogicalType key, ToDuckType(type.fields.at(0).type));
      LIFEBOAT_ASSIGN_OR_RETURN(LogicalType value, ToDuckType(type.fields.at(1).type));
      return LogicalType::MAP(key, value);
    }
    default:
      return Status::Unsupported("columns of Iceberg type {} cannot be read", iceberg::ToString(type));
  }
}

std::optional<Literal> ToLiteral(const iceberg::Type& type, const Value& constant) {
  const Result<LogicalType> wanted = ToDuckType(type);
  if (!wanted.ok() || !type.is_primitive() || constant.IsNull()) return std::nullopt;
  Value value;
  duckdb::string error;
  if (!constant.DefaultTryCastAs(*wanted, value, &error, true) || value.IsNull()) return std::nullopt;
  // The value must survive the round trip: 1.5 is no int.
  if (constant.type() != value.type() &&
      !Value::NotDistinctFrom(constant, value.DefaultCastAs(constant.type()))) {
    return std::nullopt;
  }
  switch (type.id) {
    case TypeId::kBoolean:
      return Literal(value.GetValue<bool>());
    case TypeId::kInt:
      return Literal(value.GetValue<int32_t>());
    case TypeId::kLong:
      return Literal(value.GetValue<int64_t>());
    case TypeId::kFloat:
      return Literal(value.GetValue<float>());
    case TypeId::kDouble:
      return Literal(value.GetValue<double>());
    case TypeId::kDecimal: {
      const duckdb::hugeint_t unscaled =
          value.DefaultCastAs(LogicalType::DECIMAL(38, type.scale)).GetValueUnsafe<duckdb::hugeint_t>();
      return Literal((static_cast<Int128>(unscaled.upper) << 64) | static_cast<Int128>(unscaled.lower));
    }
    case TypeId::kDate:
      return Literal(value.GetValueUnsafe<duckdb::date_t>().days);
    case TypeId::kTime:
      return Literal(value.GetValueUnsafe<duckdb::dtime_t>().micros);
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampNs:
      return Literal(value.GetValueUnsafe<int64_t>());
    case TypeId::kString:
    case TypeId::kFixed:
    case TypeId::kBinary:
      return Literal(std::string(duckdb::StringValue::Get(value)));
    default:
      return std::nullopt;  // uuid: DuckDB's own order of bytes differs from Iceberg's
  }
}

Value ToDuckValue(const iceberg::Type& type, const Literal& literal) {
  const LogicalType duck_type = *ToDuckType(type);
  if (literal.is_null()) return Value(duck_type);
  switch (type.id) {
    case TypeId::kBoolean:
      return Value::BOOLEAN(*literal.As<bool>());
    case TypeId::kInt:
      return Value::INTEGER(*literal.As<int32_t>());
    case TypeId::kLong:
      return Value::BIGINT(*literal.As<int64_t>());
    case TypeId::kFloat:
      return Value::FLOAT(*literal.As<float>());
    case TypeId::kDouble:
      return Value::DOUBLE(*literal.As<double>());
    case TypeId::kDecimal:
      if (type.precision > 18) {
        return Value::DECIMAL(ToHugeint(*literal.As<Int128>()), static_cast<uint8_t>(type.precision),
                              static_cast<uint8_t>(type.scale));
      }
      return Value::DECIMAL(static_cast<int64_t>(*literal.As<Int128>()), static_cast<uint8_t>(type.precision),
                            static_cast<uint8_t>(type.scale));
    case TypeId::kDate:
      return Value::DATE(duckdb::date_t(*literal.As<int32_t>()));
    case TypeId::kTime:
      return Value::TIME(duckdb::dtime_t(*literal.As<int64_t>()));
    case TypeId::kTimestamp:
      return Value::TIMESTAMP(duckdb::timestamp_t(*literal.As<int64_t>()));
    case TypeId::kTimestampTz:
      return Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(*literal.As<int64_t>()));
    case TypeId::kTimestampNs:
      return Value::TIMESTAMPNS(duckdb::timestamp_ns_t(*literal.As<int64_t>()));
    case TypeId::kString:
      return Value(*literal.As<std::string>());
    case TypeId::kUuid: {
      const std::string& bytes = *literal.As<std::string>();
      return Value::UUID(
          duckdb::BaseUUID::FromBlob(reinterpret_cast<duckdb::const_data_ptr_t>(bytes.data())));
    }
    default:
      return Value::BLOB(reinterpret_cast<duckdb::const_data_ptr_t>(literal.As<std::string>()->data()),
                         literal.As<std::string>()->size());
  }
}

}  // namespace lifeboat::account
