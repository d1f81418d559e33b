// SHOW ROLES, USERS, WAREHOUSES, INTEGRATIONS and EXTERNAL VOLUMES.
#include <algorithm>

#include "account/engine/object_rows.h"
#include "account/engine/show.h"

namespace lifeboat::account {
namespace {

constexpr ColumnSpec kCreatedOn = {"created_on", ColumnType::kTimestampLtz};

int64_t CountGrants(const Snapshot& snapshot, auto&& matches) {
  return std::count_if(snapshot.role_grants().begin(), snapshot.role_grants().end(), matches);
}

}  // namespace

Result<QueryResult> ShowRoles(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {kCreatedOn,
                                                                 {"name"},
                                                                 {"is_default"},
                                                                 {"is_current"},
                                                                 {"is_inherited"},
                                                                 {"assigned_to_users", ColumnType::kFixed},
                                                                 {"granted_to_roles", ColumnType::kFixed},
                                                                 {"granted_roles", ColumnType::kFixed},
                                                                 {"owner"},
                                                                 {"comment"}}));
  const Snapshot& snapshot = context.snapshot();
  const Object* user = snapshot.Get(context.session().user);
  for (const Object* role : snapshot.All(ObjectKind::kRole)) {
    if (!result.Wants(role->name)) continue;
    const auto to = [&](ObjectKind kind) {
      return CountGrants(snapshot, [&](const RoleGrant& grant) {
        const Object* grantee = snapshot.Get(grant.grantee);
        return grant.role == role->id && grantee != nullptr && grantee->kind() == kind;
      });
    };
    const int64_t granted =
        CountGrants(snapshot, [&](const RoleGrant& grant) { return grant.grantee == role->id; });
    const bool is_current = role->name == context.session().role;
    result.Add({TimeCell(role->created_micros), role->name,
                YesNoCell(user != nullptr && user->as<User>().default_role == role->name),
                YesNoCell(is_current),
                YesNoCell(!is_current && context.authorizer().HasRole(role->id, RoleScope::kPrimary)),
                NumberCell(to(ObjectKind::kUser)), NumberCell(to(ObjectKind::kRole)), NumberCell(granted),
                snapshot.NameOf(role->owner), role->comment});
  }
  return result.Take();
}

Result<QueryResult> ShowUsers(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result, ShowResult::Make(context, statement,
                                                                {{"name"},
                                                                 kCreatedOn,
                                                                 {"login_name"},
                                                                 {"display_name"},
                                                                 {"first_name"},
                                                                 {"last_name"},
                                                                 {"email"},
                                                                 {"mins_to_unlock"},
                                                                 {"days_to_expiry"},
                                                                 {"comment"},
                                                                 {"disabled"},
                                                                 {"must_change_password"},
                                                                 {"snowflake_lock"},
                                                                 {"default_warehouse"},
                                                                 {"default_namespace"},
                                                                 {"default_role"},
                                                                 {"default_secondary_roles"},
                                                                 {"ext_authn_duo"},
                                                                 {"ext_authn_uid"},
                                                                 {"mins_to_bypass_mfa"},
                                                                 {"owner"},
                                                                 {"last_success_login"},
                                                                 {"expires_at_time"},
                                                                 {"locked_until_time"},
                                                                 {"has_password"},
                                                                 {"has_rsa_public_key"},
                                                                 {"type"}}));
  for (const Object* object : context.snapshot().All(ObjectKind::kUser)) {
    // A user sees itself; the others are for those who manage users or grants.
    const bool visible = object->id == context.session().user || context.authorizer().Owns(object->id) ||
                         context.authorizer().HasManageGrants();
    if (!visible || !result.Wants(object->name)) continue;
    const auto& user = object->as<User>();
    const std::string name_space =
        user.default_database + (user.default_schema.empty() ? "" : "." + user.default_schema);
    result.Add({object->name,
                TimeCell(object->created_micros),
                object->name,
                object->name,
                "",
                "",
                "",
                NullCell(),
                NullCell(),
                object->comment,
                user.disabled ? "true" : "false",
                "false",
                "false",
                user.default_warehouse,
                name_space,
                user.default_role,
                user.secondary_roles_all ? "[\"ALL\"]" : "[]",
                "false",
                "",
                NullCell(),
                context.snapshot().NameOf(object->owner),
                NullCell(),
                NullCell(),
                NullCell(),
                user.password_hash.empty() ? "false" : "true",
                "false",
                ""});
  }
  return result.Take();
}

Result<QueryResult> ShowWarehouses(StatementContext& context, const sql::ShowStatement& statement) {
  constexpr auto kNumber = ColumnType::kFixed;
  constexpr auto kTime = ColumnType::kTimestampLtz;
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result,
                            ShowResult::Make(context, statement,
                                             {{"name"},
                                              {"state"},
                                              {"type"},
                                              {"size"},
                                              {"min_cluster_count", kNumber},
                                              {"max_cluster_count", kNumber},
                                              {"started_clusters", kNumber},
                                              {"running", kNumber},
                                              {"queued", kNumber},
                                              {"is_default"},
                                              {"is_current"},
                                              {"auto_suspend", kNumber},
                                              {"auto_resume"},
                                              {"available"},
                                              {"provisioning"},
                                              {"quiescing"},
                                              {"other"},
                                              {"created_on", kTime},
                                              {"resumed_on", kTime},
                                              {"updated_on", kTime},
                                              {"owner"},
                                              {"comment"},
                                              {"enable_query_acceleration"},
                                              {"query_acceleration_max_scale_factor", kNumber},
                                              {"resource_monitor"},
                                              {"actives", kNumber},
                                              {"pendings", kNumber},
                                              {"failed", kNumber},
                                              {"suspended", kNumber},
                                              {"uuid"},
                                              {"scaling_policy"},
                                              {"owner_role_type"}}));
  for (const Object* object : context.snapshot().All(ObjectKind::kWarehouse)) {
    if (!context.authorizer().CanSee(*object) || !result.Wants(object->name)) continue;
    const auto& warehouse = object->as<Warehouse>();
    const Cell created = TimeCell(object->created_micros);
    const Cell started = NumberCell(warehouse.started ? 1 : 0);
    result.Add({object->name,
                warehouse.started ? "STARTED" : "SUSPENDED",
                warehouse.type,
                warehouse.size,
                NumberCell(warehouse.min_cluster_count),
                NumberCell(warehouse.max_cluster_count),
                started,
                NumberCell(0),
                NumberCell(0),
                "N",
                YesNoCell(object->name == context.session().warehouse),
                warehouse.auto_suspend_seconds == 0 ? NullCell() : NumberCell(warehouse.auto_suspend_seconds),
                warehouse.auto_resume ? "true" : "false",
                warehouse.started ? "100" : "",
                "",
                "",
                "",
                created,
                created,
                created,
                context.snapshot().NameOf(object->owner),
                object->comment,
                "false",
                NumberCell(8),
                "null",
                started,
                NumberCell(0),
                NumberCell(0),
                NumberCell(warehouse.started ? 0 : 1),
                std::to_string(object->id),
                warehouse.scaling_policy,
                OwnerRoleType(*object)});
  }
  return result.Take();
}

Result<QueryResult> ShowIntegrations(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(
      ShowResult result,
      ShowResult::Make(context, statement,
                       {{"name"}, {"type"}, {"category"}, {"enabled"}, {"comment"}, kCreatedOn}));
  for (const Object* object : context.snapshot().All(ObjectKind::kIntegration)) {
    const auto& integration = object->as<Integration>();
    const bool wanted_kind = statement.object_kind == sql::ObjectKind::kIntegration ||
                             (statement.object_kind == sql::ObjectKind::kCatalogIntegration) ==
                                 (integration.category == "CATALOG");
    if (!wanted_kind || !context.authorizer().CanSee(*object) || !result.Wants(object->name)) continue;
    result.Add({object->name, integration.type, integration.category, integration.enabled ? "true" : "false",
                object->comment, TimeCell(object->created_micros)});
  }
  return result.Take();
}

Result<QueryResult> ShowExternalVolumes(StatementContext& context, const sql::ShowStatement& statement) {
  LIFEBOAT_ASSIGN_OR_RETURN(ShowResult result,
                            ShowResult::Make(context, statement, {{"name"}, {"allow_writes"}, {"comment"}}));
  for (const Object* object : context.snapshot().All(ObjectKind::kExternalVolume)) {
    if (!context.authorizer().CanSee(*object) || !result.Wants(object->name)) continue;
    result.Add({object->name, object->as<ExternalVolume>().allow_writes ? "true" : "false", object->comment});
  }
  return result.Take();
}

}  // namespace lifeboat::account
