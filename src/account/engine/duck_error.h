// DuckDB's errors in Snowflake's words: code, SQLSTATE and text (SNOWFLAKE.md section 4). Includes DuckDB.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_DUCK_ERROR_H_
#define LIFEBOAT_ACCOUNT_ENGINE_DUCK_ERROR_H_

#include <duckdb/common/error_data.hpp>

#include "base/status.h"

namespace lifeboat::account {

// Never OK.
Status ToStatus(const duckdb::ErrorData& error);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_DUCK_ERROR_H_
