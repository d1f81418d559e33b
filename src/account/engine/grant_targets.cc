#include "account/engine/grant_targets.h"

#include "account/engine/name_lookup.h"
#include "account/engine/object_target.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

// TABLES covers linked tables, as linked tables are tables to whoever queries them.
void Collect(const Snapshot& snapshot, ObjectKind kind, ObjectId container,
             std::vector<const Object*>& objects) {
  const auto add = [&](ObjectKind wanted, ObjectId parent) {
    for (const Object* child : snapshot.Children(wanted, parent)) objects.push_back(child);
  };
  if (kind == ObjectKind::kSchema) return add(ObjectKind::kSchema, container);
  std::vector<ObjectId> schemas;
  if (snapshot.Get(container)->kind() == ObjectKind::kSchema) {
    schemas.push_back(container);
  } else {
    for (const Object* schema : snapshot.Children(ObjectKind::kSchema, container))
      schemas.push_back(schema->id);
  }
  for (const ObjectId schema : schemas) {
    add(kind, schema);
    if (kind == ObjectKind::kTable) add(ObjectKind::kIcebergTable, schema);
  }
}

}  // namespace

Result<const Object*> GrantContainer(const StatementContext& context, const sql::GrantTarget& target) {
  return GetObject(context, target.container_kind, target.container);
}

Result<std::vector<const Object*>> GrantTargets(const StatementContext& context,
                                                const sql::GrantTarget& target) {
  std::vector<const Object*> objects;
  switch (target.scope) {
    case sql::GrantScope::kAccount:
      objects.push_back(context.snapshot().Get(kAccountId));
      break;
    case sql::GrantScope::kObject: {
      LIFEBOAT_ASSIGN_OR_RETURN(const Object* object, GetObject(context, target.kind, target.name));
      objects.push_back(object);
      break;
    }
    case sql::GrantScope::kAllIn: {
      LIFEBOAT_ASSIGN_OR_RETURN(const Object* container, GrantContainer(context, target));
      // Kinds that this account does not have are in no schema.
      if (const std::optional<ObjectKind> kind = ToObjectKind(target.kind)) {
        Collect(context.snapshot(), *kind, container->id, objects);
      }
      break;
    }
    case sql::GrantScope::kFutureIn:
      return Status::Internal("future grants have no objects");
  }
  return objects;
}

Result<const Object*> GranteeRole(const StatementContext& context, const sql::Grantee& grantee) {
  if (grantee.kind != sql::GranteeKind::kRole) {
    return UnsupportedFeature("grants to database roles, users and shares");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role, FindAccountObject(context, ObjectKind::kRole, grantee.name));
  if (role == nullptr) return DoesNotExist(ObjectKind::kRole, ToString(grantee.name), nullptr);
  return role;
}

}  // namespace lifeboat::account
