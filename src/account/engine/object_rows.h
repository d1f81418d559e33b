// What SHOW and INFORMATION_SCHEMA have in common: which objects a session sees, and words they share.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_OBJECT_ROWS_H_
#define LIFEBOAT_ACCOUNT_ENGINE_OBJECT_ROWS_H_

#include <string>
#include <vector>

#include "account/engine/statement_context.h"
#include "account/objects/object.h"

namespace lifeboat::account {

// Schemas of a database (INFORMATION_SCHEMA among them) and relations of a schema that the session's roles
// see, by name. Tables include linked ones.
std::vector<const Object*> VisibleSchemas(const StatementContext& context, const Object& database);
std::vector<const Object*> VisibleRelations(const StatementContext& context, const Object& schema);

// The columns of a table, linked table or view.
const std::vector<TableColumn>& ColumnsOf(const Object& relation);

// "ROLE", or "" without an owner.
std::string OwnerRoleType(const Object& object);

// LIKE of SHOW: '%' and '_', '\' escapes, case does not matter.
bool MatchesLike(std::string_view text, std::string_view pattern);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_OBJECT_ROWS_H_
