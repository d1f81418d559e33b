// Iceberg's types and values as DuckDB's. Includes DuckDB: for few translation units.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DUCK_TYPES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DUCK_TYPES_H_

#include <duckdb/common/types/value.hpp>
#include <optional>

#include "base/result.h"
#include "iceberg/model/literal.h"
#include "iceberg/model/schema.h"

namespace lifeboat::account {

// kUnsupported for types that DuckDB has no counterpart for.
Result<duckdb::LogicalType> ToDuckType(const iceberg::Type& type);

// A DuckDB constant as a literal of `type`; nothing when it is null or not exactly representable.
std::optional<iceberg::Literal> ToLiteral(const iceberg::Type& type, const duckdb::Value& value);

// REQUIRES: a primitive type that ToDuckType accepts.
duckdb::Value ToDuckValue(const iceberg::Type& type, const iceberg::Literal& literal);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_ICEBERG_DUCK_TYPES_H_
