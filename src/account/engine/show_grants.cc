// SHOW GRANTS [ON | TO | OF] and SHOW FUTURE GRANTS.
#include <algorithm>

#include "account/engine/grant_targets.h"
#include "account/engine/name_lookup.h"
#include "account/engine/object_target.h"
#include "account/engine/show.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

constexpr ColumnSpec kCreatedOn = {"created_on", ColumnType::kTimestampLtz};

std::string GrantedOn(ObjectKind kind) {
  std::string name(KindName(kind));
  std::replace(name.begin(), name.end(), ' ', '_');
  return name == "ICEBERG_TABLE" ? "TABLE" : name;
}

Result<ShowResult> MakePrivilegeResult(const StatementContext& context, const sql::ShowStatement& statement) {
  return ShowResult::Make(context, statement,
                          {kCreatedOn,
                           {"privilege"},
                           {"granted_on"},
                           {"name"},
                           {"granted_to"},
                           {"grantee_name"},
                           {"grant_option"},
                           {"granted_by"}});
}

void AddGrant(const StatementContext& context, const Grant& grant, ShowResult& result) {
  const Object* object = context.snapshot().Get(grant.object);
  const std::string name = ObjectText(context, *object);
  result.Add({TimeCell(grant.created_micros), grant.privilege, GrantedOn(object->kind()), name, "ROLE",
              context.snapshot().NameOf(grant.grantee), grant.with_grant_option ? "true" : "false",
              context.snapshot().NameOf(grant.granted_by)});
}

void AddOwnership(const StatementContext& context, const Object& object, ShowResult& result) {
  if (object.owner == kNoObject) return;
  const std::string owner = context.snapshot().NameOf(object.owner);
  result.Add({TimeCell(object.created_micros), "OWNERSHIP", GrantedOn(object.kind()),
              ObjectText(context, object), "ROLE", owner, "true", owner});
}

Result<QueryResult> GrantsOnObject(StatementContext& context, const sql::ShowStatement& statement) {
  const Object* object = nullptr;
  if (statement.on.scope == sql::GrantScope::kAccount) {
    object = context.snapshot().Get(kAccountId);
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(object, GetObject(context, statement.on.kind, statement.on.name));
  }
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, MakePrivilegeResult(context, statement));
  AddOwnership(context, *object, result);
  std::vector<const Grant*> grants = context.snapshot().GrantsOn(object->id);
  std::stable_sort(grants.begin(), grants.end(),
                   [](const Grant* a, const Grant* b) { return a->privilege < b->privilege; });
  for (const Grant* grant : grants) AddGrant(context, *grant, result);
  return result.Take();
}

// What a role holds: memberships as USAGE on roles, privileges, and ownership.
Result<QueryResult> GrantsToRole(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role, GranteeRole(context, statement.grantee));
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, MakePrivilegeResult(context, statement));
  const Snapshot& snapshot = context.snapshot();
  for (const RoleGrant& grant : snapshot.role_grants()) {
    if (grant.grantee != role->id) continue;
    result.Add({TimeCell(grant.created_micros), "USAGE", "ROLE", snapshot.NameOf(grant.role), "ROLE",
                role->name, "false", snapshot.NameOf(grant.granted_by)});
  }
  for (const Grant* grant : snapshot.GrantsTo(role->id)) AddGrant(context, *grant, result);
  for (const ObjectKind kind :
       {ObjectKind::kRole, ObjectKind::kUser, ObjectKind::kWarehouse, ObjectKind::kDatabase,
        ObjectKind::kSchema, ObjectKind::kTable, ObjectKind::kIcebergTable, ObjectKind::kView,
        ObjectKind::kIntegration, ObjectKind::kExternalVolume}) {
    for (const Object* object : snapshot.All(kind)) {
      if (object->owner == role->id) AddOwnership(context, *object, result);
    }
  }
  return result.Take();
}

Result<QueryResult> RolesOfUser(StatementContext& context, const sql::ShowStatement& statement,
                                const Object& user) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement,
                       {kCreatedOn, {"role"}, {"granted_to"}, {"grantee_name"}, {"granted_by"}}));
  for (const RoleGrant& grant : context.snapshot().role_grants()) {
    if (grant.grantee != user.id) continue;
    result.Add({TimeCell(grant.created_micros), context.snapshot().NameOf(grant.role), "USER", user.name,
                context.snapshot().NameOf(grant.granted_by)});
  }
  return result.Take();
}

Result<QueryResult> GrantsOfRole(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Object* role, GranteeRole(context, statement.grantee));
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement,
                       {kCreatedOn, {"role"}, {"granted_to"}, {"grantee_name"}, {"granted_by"}}));
  for (const RoleGrant& grant : context.snapshot().role_grants()) {
    const Object* grantee = context.snapshot().Get(grant.grantee);
    if (grant.role != role->id || grantee == nullptr) continue;
    result.Add({TimeCell(grant.created_micros), role->name,
                grantee->kind() == ObjectKind::kUser ? "USER" : "ROLE", grantee->name,
                context.snapshot().NameOf(grant.granted_by)});
  }
  return result.Take();
}

}  // namespace

Result<QueryResult> ShowGrants(StatementContext& context, const sql::ShowStatement& statement) {
  switch (statement.grants) {
    case sql::GrantsOf::kOn:
      return GrantsOnObject(context, statement);
    case sql::GrantsOf::kOf:
      return GrantsOfRole(context, statement);
    case sql::GrantsOf::kTo: {
      if (statement.grantee.kind != sql::GranteeKind::kUser) return GrantsToRole(context, statement);
      LIFEBOAT_ASSIGN_OR_RETURN(const Object* user,
                                FindAccountObject(context, ObjectKind::kUser, statement.grantee.name));
      if (user == nullptr) return DoesNotExist(ObjectKind::kUser, ToString(statement.grantee.name), nullptr);
      return RolesOfUser(context, statement, *user);
    }
    case sql::GrantsOf::kCurrentUser: {
      const Object* user = context.snapshot().Get(context.session().user);
      if (user == nullptr) return CannotBePerformed();
      return RolesOfUser(context, statement, *user);
    }
    case sql::GrantsOf::kIn:
      break;
  }
  return UnsupportedFeature("this SHOW GRANTS");
}

Result<QueryResult> ShowFutureGrants(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"privilege"},
                                                                 {"grant_on"},
                                                                 {"name"},
                                                                 {"grant_to"},
                                                                 {"grantee_name"},
                                                                 {"grant_option"}}));
  const Snapshot& snapshot = context.snapshot();
  const Object* container = nullptr;
  const Object* role = nullptr;
  if (statement.grants == sql::GrantsOf::kTo) {
    LIFEBOAT_ASSIGN_OR_RETURN(role, GranteeRole(context, statement.grantee));
  } else if (statement.in_kind == sql::ScopeKind::kDatabase) {
    LIFEBOAT_ASSIGN_OR_RETURN(container, GetDatabase(context, statement.in_name));
  } else {
    LIFEBOAT_ASSIGN_OR_RETURN(container, GetSchema(context, statement.in_name));
  }
  for (const FutureGrant& grant : snapshot.future_grants()) {
    if (container != nullptr && grant.container != container->id) continue;
    if (role != nullptr && grant.grantee != role->id) continue;
    const Object* in = snapshot.Get(grant.container);
    result.Add({TimeCell(grant.created_micros), grant.privilege, GrantedOn(grant.kind),
                snapshot.QualifiedName(*in) + ".<" + GrantedOn(grant.kind) + ">", "ROLE",
                snapshot.NameOf(grant.grantee), grant.with_grant_option ? "true" : "false"});
  }
  return result.Take();
}

}  // namespace lifeboat::account
