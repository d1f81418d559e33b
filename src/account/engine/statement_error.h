// Snowflake's refusals in its own words: code, SQLSTATE and text. Source: SNOWFLAKE.md section 4, "Errors".
#ifndef LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_ERROR_H_
#define LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_ERROR_H_

#include <string>
#include <string_view>

#include "account/objects/object.h"
#include "account/sql/ast/name.h"
#include "base/status.h"

namespace lifeboat::account {

// 002003: Object 'DB.S.T' does not exist or not authorized. `kind` gives the first word.
Status DoesNotExist(ObjectKind kind, std::string_view name, const sql::Location* location = nullptr);
// 002043: what USE and SHOW … IN answer instead.
Status CannotBePerformed();
// 002002
Status ObjectExists(std::string_view name);
// 003001: Insufficient privileges to operate on table 'T'.
Status InsufficientPrivileges(ObjectKind kind, std::string_view name);
// 003013
Status RoleNotAssigned(std::string_view role);
// 090105, 090106
Status NoCurrentDatabase(std::string_view action);
Status NoCurrentSchema(std::string_view action);
// 000606
Status NoActiveWarehouse();
// 000002: Unsupported feature 'X'.
Status UnsupportedFeature(std::string_view feature);
// 001008-like: a property whose value cannot be used; the text names property and remedy.
Status InvalidProperty(std::string_view name, std::string_view remedy);
// 002029: Missing option(s): [X, Y]
Status MissingOption(std::string_view options);

// The same error with a SqlError: what modules below report (disk full, catalog away, a race lost) gets the
// code of its kind.
Status WithSqlError(const Status& status);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_STATEMENT_ERROR_H_
