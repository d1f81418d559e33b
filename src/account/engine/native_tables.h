// Native tables: an account's own tables as tables of its DuckDB file. Their names there (Table::storage) are
// new for every table and never used again: renaming or replacing a table touches no data, and a DuckDB table
// that no object names is what a crash left behind.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_NATIVE_TABLES_H_
#define LIFEBOAT_ACCOUNT_ENGINE_NATIVE_TABLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "account/engine/account_service.h"
#include "account/engine/duck_database.h"
#include "account/objects/object.h"
#include "account/objects/snapshot.h"
#include "account/sql/data_type.h"
#include "account/sql/translate/translate_query.h"
#include "base/random.h"
#include "base/result.h"

namespace lifeboat::account {

std::string NewStorageName(Random& random);
// The sequence behind the n-th column of a table if that is AUTOINCREMENT.
std::string SequenceName(const std::string& storage, size_t column);

// Removes the DuckDB tables (with their sequences) of tables that were dropped. What cannot be removed now is
// removed when the account is opened next.
void DropStorage(DuckConnection& duck, const std::vector<Table>& tables);
// Removes every DuckDB table that no object of the account names.
Status RemoveOrphans(DuckConnection& duck, const Snapshot& snapshot);
// The native tables at and below an object.
std::vector<Table> TablesIn(const Snapshot& snapshot, const Object& object);

// "VARCHAR(100)" and the like, as TableColumn::type holds it; kUnknown if it is none.
sql::DataType ParseColumnType(std::string_view type);

// A column with the DuckDB text of its default; empty: none.
struct NativeColumn {
  TableColumn column;
  std::string duckdb_default;
};

// One column of a CREATE TABLE: type, NOT NULL, default, and a CHECK for a declared length, which DuckDB
// itself ignores.
std::string NativeColumnSql(const NativeColumn& column);
std::string CreateTableSql(const std::string& storage, const std::vector<NativeColumn>& columns);

// The DuckDB expression of a column's DEFAULT.
Result<std::string> DefaultSql(const sql::Expression& expression, sql::NameResolver& resolver);

// The best VARCHAR, NUMBER, … for a result column, as DESCRIBE shows it: what a view or CTAS column gets.
std::string ColumnTypeText(const Column& column);

// Gives `column` the declared precision, length or kind where that agrees with how its cells are written.
void ApplyDeclaredType(const sql::DataType& type, Column& column);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_NATIVE_TABLES_H_
