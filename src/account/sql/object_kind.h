// ObjectKind: the kinds of object that GRANT, SHOW, DESCRIBE, DROP, ALTER and COMMENT name, with their
// spelling.
#ifndef LIFEBOAT_ACCOUNT_SQL_OBJECT_KIND_H_
#define LIFEBOAT_ACCOUNT_SQL_OBJECT_KIND_H_

#include <string_view>
#include <vector>

namespace lifeboat::account::sql {

enum class ObjectKind {
  kAccount,
  kRole,
  kDatabaseRole,
  kUser,
  kWarehouse,
  kDatabase,
  kSchema,
  kTable,
  kIcebergTable,
  kDynamicTable,
  kExternalTable,
  kEventTable,
  kColumn,
  kView,
  kMaterializedView,
  kIntegration,
  kStorageIntegration,
  kCatalogIntegration,
  kApiIntegration,
  kSecurityIntegration,
  kNotificationIntegration,
  kExternalVolume,
  kStage,
  kFileFormat,
  kSequence,
  kFunction,
  kProcedure,
  kTask,
  kStream,
  kPipe,
  kAlert,
  kFailoverGroup,
  kReplicationGroup,
  kConnection,
  kShare,
  kTag,
  kMaskingPolicy,
  kRowAccessPolicy,
  kNetworkPolicy,
  kNetworkRule,
  kSecret,
  kResourceMonitor
};

std::string_view KindName(ObjectKind kind);    // "EXTERNAL VOLUME"
std::string_view KindPlural(ObjectKind kind);  // "EXTERNAL VOLUMES"
const std::vector<ObjectKind>& AllObjectKinds();

}  // namespace lifeboat::account::sql

#endif  // LIFEBOAT_ACCOUNT_SQL_OBJECT_KIND_H_
