// SqlError: Snowflake's own description of what went wrong with a statement, attached to a Status.
#ifndef LIFEBOAT_ACCOUNT_SQL_SQL_ERROR_H_
#define LIFEBOAT_ACCOUNT_SQL_SQL_ERROR_H_

#include <memory>
#include <string>
#include <utility>

#include "base/status.h"

namespace lifeboat::account::sql {

struct SqlError : StatusDetail {
  std::string code;       // "002003", six digits
  std::string sql_state;  // "42S02"
  int line = -1;          // from 1; -1: unknown
  int position = -1;      // column within the line, from 0; -1: unknown
};

// A Status whose message is Snowflake's text and whose detail is a SqlError.
inline Status MakeSqlError(StatusCode status_code, std::string code, std::string sql_state,
                           std::string message, int line = -1, int position = -1) {
  auto detail = std::make_shared<SqlError>();
  detail->code = std::move(code);
  detail->sql_state = std::move(sql_state);
  detail->line = line;
  detail->position = position;
  return Status(status_code, std::move(message), std::move(detail));
}

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_SQL_ERROR_H_
