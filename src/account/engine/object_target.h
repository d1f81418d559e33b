// The one object that ALTER, DROP, COMMENT, DESCRIBE and GRANT name, whatever its kind.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_OBJECT_TARGET_H_
#define LIFEBOAT_ACCOUNT_ENGINE_OBJECT_TARGET_H_

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/name.h"
#include "account/sql/object_kind.h"
#include "base/result.h"

namespace lifeboat::account {

// Visible to the session's roles. TABLE finds linked tables, too; VIEW only views. Errors: 002003;
// kUnsupported for kinds this account does not have.
Result<const Object*> GetObject(const StatementContext& context, sql::ObjectKind kind,
                                const sql::ObjectName& name);

// "DB.SCHEMA.T", "ROLE_X": as grants and messages write it.
std::string ObjectText(const StatementContext& context, const Object& object);

// 003001 unless the session owns the object.
Status CheckOwner(const StatementContext& context, const Object& object);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_OBJECT_TARGET_H_
