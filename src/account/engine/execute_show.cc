#include "account/engine/execute.h"
#include "account/engine/show.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {
namespace {

Result<QueryResult> ShowKindOfObject(StatementContext& context, const sql::ShowStatement& statement) {
  switch (statement.object_kind) {
    case sql::ObjectKind::kDatabase:
      return ShowDatabases(context, statement);
    case sql::ObjectKind::kSchema:
      return ShowSchemas(context, statement);
    case sql::ObjectKind::kTable:
      return ShowTables(context, statement);
    case sql::ObjectKind::kIcebergTable:
      return ShowIcebergTables(context, statement);
    case sql::ObjectKind::kView:
      return ShowViews(context, statement);
    case sql::ObjectKind::kRole:
      return ShowRoles(context, statement);
    case sql::ObjectKind::kUser:
      return ShowUsers(context, statement);
    case sql::ObjectKind::kWarehouse:
      return ShowWarehouses(context, statement);
    case sql::ObjectKind::kIntegration:
    case sql::ObjectKind::kCatalogIntegration:
    case sql::ObjectKind::kStorageIntegration:
      return ShowIntegrations(context, statement);
    case sql::ObjectKind::kExternalVolume:
      return ShowExternalVolumes(context, statement);
    // Kinds this account cannot hold yet: drivers list them as a matter of course, and there are none.
    case sql::ObjectKind::kProcedure:
    case sql::ObjectKind::kFunction:
    case sql::ObjectKind::kMaterializedView:
    case sql::ObjectKind::kStage:
    case sql::ObjectKind::kStream:
    case sql::ObjectKind::kSequence:
      return ShowNothing(context, statement);
    default:
      return UnsupportedFeature("SHOW " + std::string(sql::KindPlural(statement.object_kind)));
  }
}

}  // namespace

Result<QueryResult> ExecuteShow(StatementContext& context, const sql::ShowStatement& statement) {
  if (statement.history) context.Warn("HISTORY has no effect: dropped objects are not kept");
  if (statement.in_kind == sql::ScopeKind::kFailoverGroup ||
      statement.in_kind == sql::ScopeKind::kReplicationGroup) {
    return UnsupportedFeature("SHOW … IN FAILOVER GROUP");
  }
  switch (statement.kind) {
    case sql::ShowKind::kObjectsOfKind:
      return ShowKindOfObject(context, statement);
    case sql::ShowKind::kObjects:
      return ShowObjects(context, statement);
    case sql::ShowKind::kColumns:
      return ShowColumns(context, statement);
    case sql::ShowKind::kPrimaryKeys:
      return ShowPrimaryKeys(context, statement);
    case sql::ShowKind::kImportedKeys:
    case sql::ShowKind::kExportedKeys:
    case sql::ShowKind::kUniqueKeys:
      return ShowForeignKeys(context, statement);
    case sql::ShowKind::kGrants:
      return ShowGrants(context, statement);
    case sql::ShowKind::kFutureGrants:
      return ShowFutureGrants(context, statement);
    case sql::ShowKind::kParameters:
      return ShowParameters(context, statement);
    case sql::ShowKind::kVariables:
      return ShowVariables(context, statement);
    default:
      return UnsupportedFeature("this SHOW");
  }
}

}  // namespace lifeboat::account
