#include "account/engine/execute.h"
#include "account/engine/statement_error.h"

namespace lifeboat::account {

Result<QueryResult> ExecuteCreateObject(StatementContext& context,
                                        const sql::CreateObjectStatement& statement) {
  if (statement.flags.or_alter) return UnsupportedFeature("CREATE OR ALTER");
  switch (statement.kind) {
    case sql::ObjectKind::kRole:
      return ExecuteCreateRole(context, statement);
    case sql::ObjectKind::kUser:
      return ExecuteCreateUser(context, statement);
    case sql::ObjectKind::kWarehouse:
      return ExecuteCreateWarehouse(context, statement);
    case sql::ObjectKind::kDatabase:
      return ExecuteCreateDatabase(context, statement);
    case sql::ObjectKind::kSchema:
      return ExecuteCreateSchema(context, statement);
    case sql::ObjectKind::kCatalogIntegration:
    case sql::ObjectKind::kStorageIntegration:
      return ExecuteCreateIntegration(context, statement);
    case sql::ObjectKind::kExternalVolume:
      return ExecuteCreateExternalVolume(context, statement);
    default:
      return UnsupportedFeature("CREATE " + std::string(sql::KindName(statement.kind)));
  }
}

}  // namespace lifeboat::account
