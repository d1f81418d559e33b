// ResultBuilder: results that the engine makes itself (SHOW, DESCRIBE, status lines, INFORMATION_SCHEMA), in
// the cell forms of account_service.h.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_RESULT_BUILDER_H_
#define LIFEBOAT_ACCOUNT_ENGINE_RESULT_BUILDER_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/engine/account_service.h"

namespace lifeboat::account {

struct ColumnSpec {
  const char* name;
  ColumnType type = ColumnType::kText;
};

Column MakeColumn(const ColumnSpec& spec);

// Cells. Snowflake writes Y and N in many SHOW columns.
Cell NumberCell(int64_t value);
Cell BooleanCell(bool value);
Cell TimeCell(int64_t micros_since_epoch);
Cell YesNoCell(bool value);
inline Cell NullCell() {
  return std::nullopt;
}

class ResultBuilder {
 public:
  ResultBuilder(StatementType type, std::initializer_list<ColumnSpec> columns);
  // As many cells as there are columns.
  void AddRow(std::vector<Cell> cells);
  QueryResult Take() { return std::move(result_); }

 private:
  QueryResult result_;
};

// One row, one column `status`.
QueryResult StatusResult(std::string message, StatementType type = StatementType::kDdl);

// The result as something to select from: a parenthesised SELECT over constants.
std::string ToRelationSql(const QueryResult& result);

// 'it''s'
std::string SqlString(std::string_view text);
// "a ""b"""
std::string DuckIdentifier(std::string_view name);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_RESULT_BUILDER_H_
