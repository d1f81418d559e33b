#include "account/engine/native_tables.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "account/engine/result_builder.h"
#include "base/log.h"
#include "base/uuid.h"

namespace lifeboat::account {

namespace {

constexpr std::string_view kTablePrefix = "t_";
constexpr std::string_view kSequencePrefix = "s_";

void Drop(DuckConnection& duck, const std::string& sql) {
  const Status dropped = duck.Query(sql).status();
  if (!dropped.ok())
    log::Warning("storage of a dropped table stays until the next start", {{"status", dropped}});
}

}  // namespace

std::string NewStorageName(Random& random) {
  std::string name(kTablePrefix);
  for (const char c : Uuid::V4(random).ToString()) {
    if (c != '-') name += c;
  }
  return name;
}

std::string SequenceName(const std::string& storage, size_t column) {
  return fmt::format("{}{}_{}", kSequencePrefix, storage.substr(kTablePrefix.size()), column);
}

void DropStorage(DuckConnection& duck, const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    Drop(duck, "DROP TABLE IF EXISTS " + table.storage);
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].default_sql.rfind("IDENTITY", 0) != 0) continue;
      Drop(duck, "DROP SEQUENCE IF EXISTS " + SequenceName(table.storage, i));
    }
  }
}

Status RemoveOrphans(DuckConnection& duck, const Snapshot& snapshot) {
  std::set<std::string> wanted;
  for (const Object* object : snapshot.All(ObjectKind::kTable)) {
    const auto& table = object->as<Table>();
    wanted.insert(table.storage);
    for (size_t i = 0; i < table.columns.size(); ++i) wanted.insert(SequenceName(table.storage, i));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const DuckResult tables, duck.Query("SELECT table_name FROM duckdb_tables()"));
  for (const auto& row : tables.rows) {
    if (!wanted.contains(*row[0])) Drop(duck, "DROP TABLE " + DuckIdentifier(*row[0]));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const DuckResult sequences,
                            duck.Query("SELECT sequence_name FROM duckdb_sequences()"));
  for (const auto& row : sequences.rows) {
    if (!wanted.contains(*row[0])) Drop(duck, "DROP SEQUENCE " + DuckIdentifier(*row[0]));
  }
  return Status::Ok();
}

std::vector<Table> TablesIn(const Snapshot& snapshot, const Object& object) {
  std::vector<Table> tables;
  if (const auto* table = object.get_if<Table>()) tables.push_back(*table);
  for (const ObjectKind kind : {ObjectKind::kSchema, ObjectKind::kTable}) {
    for (const Object* child : snapshot.Children(kind, object.id)) {
      const std::vector<Table> below = TablesIn(snapshot, *child);
      tables.insert(tables.end(), below.begin(), below.end());
    }
  }
  return tables;
}

sql::DataType ParseColumnType(std::string_view text) {
  sql::TypeName name;
  const size_t open = text.find('(');
  name.name = std::string(text.substr(0, open));
  if (open != std::string_view::npos) {
    const char* at = text.data() + open + 1;
    const char* const end = text.data() + text.size();
    while (at < end) {
      int64_t value = 0;
      const auto [next, error] = std::from_chars(at, end, value);
      if (error != std::errc()) break;
      name.arguments.push_back(value);
      at = next + 1;  // past ',' or ')'
    }
  }
  const Result<sql::DataType> type = sql::ResolveType(name);
  return type.ok() ? *type : sql::DataType();
}

std::string NativeColumnSql(const NativeColumn& native) {
  const TableColumn& column = native.column;
  const sql::DataType type = ParseColumnType(column.type);
  const std::string name = DuckIdentifier(column.name);
  std::string sql = name + " " + sql::ToDuckDbType(type);
  if (!column.nullable) sql += " NOT NULL";
  if (!native.duckdb_default.empty()) sql += " DEFAULT (" + native.duckdb_default + ")";
  if (type.kind == sql::TypeKind::kText && type.length < sql::kMaxTextLength) {
    sql += fmt::format(
        " CHECK (CASE WHEN length({0}) <= {1} THEN TRUE ELSE error('String ''' || {0} || ''' is too long and "
        "would be "
        "truncated') END)",
        name, type.length);
  }
  return sql;
}

std::string CreateTableSql(const std::string& storage, const std::vector<NativeColumn>& columns) {
  std::string list;
  for (const NativeColumn& column : columns) list += (list.empty() ? "" : ", ") + NativeColumnSql(column);
  return fmt::format("CREATE TABLE {} ({})", storage, list);
}

Result<std::string> DefaultSql(const sql::Expression& expression, sql::NameResolver& resolver) {
  LIFEBOAT_ASSIGN_OR_RETURN(const sql::TranslatedQuery query, sql::TranslateExpression(expression, resolver));
  return SelectedExpression(query.duckdb_sql);
}

std::string ColumnTypeText(const Column& column) {
  using sql::DataType;
  using sql::TypeKind;
  const auto times = [&](TypeKind kind) {
    DataType type = DataType::Of(kind);
    type.precision = column.scale;
    return sql::ToString(type);
  };
  switch (column.type) {
    case ColumnType::kFixed:
      return sql::ToString(DataType::Number(column.precision, column.scale));
    case ColumnType::kReal:
      return sql::ToString(DataType::Float());
    case ColumnType::kText:
      return sql::ToString(DataType::Text(column.length > 0 ? column.length : sql::kMaxTextLength));
    case ColumnType::kBoolean:
      return sql::ToString(DataType::Boolean());
    case ColumnType::kDate:
      return sql::ToString(DataType::Of(TypeKind::kDate));
    case ColumnType::kTime:
      return times(TypeKind::kTime);
    case ColumnType::kTimestampNtz:
      return times(TypeKind::kTimestampNtz);
    case ColumnType::kTimestampLtz:
      return times(TypeKind::kTimestampLtz);
    case ColumnType::kTimestampTz:
      return times(TypeKind::kTimestampTz);
    case ColumnType::kVariant:
      return sql::ToString(DataType::Of(TypeKind::kVariant));
    case ColumnType::kObject:
      return sql::ToString(DataType::Of(TypeKind::kObject));
    case ColumnType::kArray:
      return sql::ToString(DataType::Of(TypeKind::kArray));
    case ColumnType::kBinary:
      return sql::ToString(DataType::Of(TypeKind::kBinary));
  }
  return "VARCHAR(16777216)";
}

void ApplyDeclaredType(const sql::DataType& type, Column& column) {
  using sql::TypeKind;
  const bool json = column.type == ColumnType::kVariant || column.type == ColumnType::kText;
  switch (type.kind) {
    case TypeKind::kNumber:
      if (column.type == ColumnType::kFixed && column.scale == type.scale) column.precision = type.precision;
      break;
    case TypeKind::kText:
      if (column.type == ColumnType::kText) column.length = type.length;
      break;
    case TypeKind::kBinary:
      if (column.type == ColumnType::kBinary) column.length = type.length;
      break;
    case TypeKind::kTimestampTz:
      if (column.type == ColumnType::kTimestampLtz) column.type = ColumnType::kTimestampTz;
      break;
    case TypeKind::kVariant:
      if (json) column.type = ColumnType::kVariant;
      break;
    case TypeKind::kObject:
      if (json) column.type = ColumnType::kObject;
      break;
    case TypeKind::kArray:
      if (json) column.type = ColumnType::kArray;
      break;
    default:
      break;
  }
}

}  // namespace lifeboat::account
