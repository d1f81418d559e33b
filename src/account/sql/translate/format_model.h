// Snowflake's date and time format models ("YYYY-MM-DD HH24:MI:SS.FF3") as DuckDB's strftime patterns.
#ifndef LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FORMAT_MODEL_H_
#define LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FORMAT_MODEL_H_

#include <string>
#include <string_view>

namespace lifeboat::account::sql {

// Letter case of the elements does not matter; text that is no element, quoted text above all, is kept.
std::string StrftimePattern(std::string_view model);

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_TRANSLATE_FORMAT_MODEL_H_
