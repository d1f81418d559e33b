// Name lookup: a statement's names to the account's objects, by the session's current database and schema,
// with Snowflake's answers for what is missing or may not be seen.
#ifndef LIFEBOAT_ACCOUNT_ENGINE_NAME_LOOKUP_H_
#define LIFEBOAT_ACCOUNT_ENGINE_NAME_LOOKUP_H_

#include <string>

#include "account/engine/statement_context.h"
#include "account/objects/object.h"
#include "account/sql/ast/name.h"
#include "account/sql/object_kind.h"
#include "base/result.h"

namespace lifeboat::account {

// Where unqualified names are looked up: the session's current objects, or those of a view.
struct NameScope {
  std::string database, schema;  // empty: none
};
NameScope SessionScope(const StatementContext& context);

// A name taken apart: where the object is or would be.
struct QualifiedTarget {
  const Object* database = nullptr;
  const Object* schema = nullptr;
  std::string name;
  bool quoted = false;
  std::string text;  // DB.SCHEMA.NAME for messages
  sql::Location location;
};

// "A.B.C" for messages, quoted where needed.
std::string NameText(const std::vector<sql::Identifier>& parts);

// Users, roles, warehouses, databases, integrations, volumes. Null when there is none.
Result<const Object*> FindAccountObject(const StatementContext& context, ObjectKind kind,
                                        const sql::ObjectName& name);
// 002003 instead of null.
Result<const Object*> GetAccountObject(const StatementContext& context, ObjectKind kind,
                                       const sql::ObjectName& name);

// Databases and schemas are visible to whoever may use them or anything of theirs. Errors: 002003, 090105.
Result<const Object*> GetDatabase(const StatementContext& context, const sql::ObjectName& name);
Result<const Object*> GetSchema(const StatementContext& context, const sql::ObjectName& name);
Result<const Object*> CurrentDatabase(const StatementContext& context, std::string_view action);
Result<const Object*> CurrentSchema(const StatementContext& context, std::string_view action);

// The place of a table or view to create, or of one that may exist. Errors: 002003 for missing containers,
// 090105, 090106. `action` is for those ("CREATE TABLE").
Result<QualifiedTarget> ResolveInSchema(const StatementContext& context, const sql::ObjectName& name,
                                        const NameScope& scope, std::string_view action);
// The same for schemas: the database and the schema's name.
Result<QualifiedTarget> ResolveInDatabase(const StatementContext& context, const sql::ObjectName& name,
                                          std::string_view action);

// The relation of that target, by exact name, and in linked databases by its letters alone. Null if there is
// none.
const Object* FindRelation(const Snapshot& snapshot, const QualifiedTarget& target);
const Object* FindSchemaIn(const Snapshot& snapshot, const Object& database, const sql::Identifier& name);

// A table or view of any kind that the roles may reach and see. Errors: 002003 and those above.
Result<const Object*> GetRelation(const StatementContext& context, const sql::ObjectName& name);

// True if a linked database ignores the case of names.
bool IgnoresCase(const Object& database);

// The store's kind for a kind as SQL names it; nothing for kinds this account does not have.
std::optional<ObjectKind> ToObjectKind(sql::ObjectKind kind);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_ENGINE_NAME_LOOKUP_H_
