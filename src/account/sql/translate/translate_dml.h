// DML translation: INSERT, UPDATE, DELETE, MERGE and TRUNCATE to DuckDB SQL.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_DML_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_DML_H_

#include <string>
#include <vector>

#include "account/sql/ast/statement.h"
#include "account/sql/translate/translate_query.h"
#include "base/result.h"

namespace lifeboat::account::sql {

// Statements to run in order in one transaction; each answers its number of changed rows.
struct TranslatedDml {
  std::vector<std::string> duckdb_sql;
};

Result<TranslatedDml> TranslateInsert(const InsertStatement& statement, NameResolver& resolver);
Result<TranslatedDml> TranslateUpdate(const UpdateStatement& statement, NameResolver& resolver);
Result<TranslatedDml> TranslateDelete(const DeleteStatement& statement, NameResolver& resolver);
Result<TranslatedDml> TranslateMerge(const MergeStatement& statement, NameResolver& resolver);
Result<TranslatedDml> TranslateTruncate(const TruncateStatement& statement, NameResolver& resolver);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_TRANSLATE_DML_H_
