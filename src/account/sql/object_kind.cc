#include "account/sql/object_kind.h"

#include "base/check.h"

namespace lifeboat::account::sql {
namespace {

struct Spelling {
  ObjectKind kind;
  std::string_view name;
  std::string_view plural;
};

constexpr Spelling kSpellings[] = {
    {ObjectKind::kAccount, "ACCOUNT", "ACCOUNTS"},
    {ObjectKind::kRole, "ROLE", "ROLES"},
    {ObjectKind::kDatabaseRole, "DATABASE ROLE", "DATABASE ROLES"},
    {ObjectKind::kUser, "USER", "USERS"},
    {ObjectKind::kWarehouse, "WAREHOUSE", "WAREHOUSES"},
    {ObjectKind::kDatabase, "DATABASE", "DATABASES"},
    {ObjectKind::kSchema, "SCHEMA", "SCHEMAS"},
    {ObjectKind::kTable, "TABLE", "TABLES"},
    {ObjectKind::kIcebergTable, "ICEBERG TABLE", "ICEBERG TABLES"},
    {ObjectKind::kDynamicTable, "DYNAMIC TABLE", "DYNAMIC TABLES"},
    {ObjectKind::kExternalTable, "EXTERNAL TABLE", "EXTERNAL TABLES"},
    {ObjectKind::kEventTable, "EVENT TABLE", "EVENT TABLES"},
    {ObjectKind::kColumn, "COLUMN", "COLUMNS"},
    {ObjectKind::kView, "VIEW", "VIEWS"},
    {ObjectKind::kMaterializedView, "MATERIALIZED VIEW", "MATERIALIZED VIEWS"},
    {ObjectKind::kIntegration, "INTEGRATION", "INTEGRATIONS"},
    {ObjectKind::kStorageIntegration, "STORAGE INTEGRATION", "STORAGE INTEGRATIONS"},
    {ObjectKind::kCatalogIntegration, "CATALOG INTEGRATION", "CATALOG INTEGRATIONS"},
    {ObjectKind::kApiIntegration, "API INTEGRATION", "API INTEGRATIONS"},
    {ObjectKind::kSecurityIntegration, "SECURITY INTEGRATION", "SECURITY INTEGRATIONS"},
    {ObjectKind::kNotificationIntegration, "NOTIFICATION INTEGRATION", "NOTIFICATION INTEGRATIONS"},
    {ObjectKind::kExternalVolume, "EXTERNAL VOLUME", "EXTERNAL VOLUMES"},
    {ObjectKind::kStage, "STAGE", "STAGES"},
    {ObjectKind::kFileFormat, "FILE FORMAT", "FILE FORMATS"},
    {ObjectKind::kSequence, "SEQUENCE", "SEQUENCES"},
    {ObjectKind::kFunction, "FUNCTION", "FUNCTIONS"},
    {ObjectKind::kProcedure, "PROCEDURE", "PROCEDURES"},
    {ObjectKind::kTask, "TASK", "TASKS"},
    {ObjectKind::kStream, "STREAM", "STREAMS"},
    {ObjectKind::kPipe, "PIPE", "PIPES"},
    {ObjectKind::kAlert, "ALERT", "ALERTS"},
    {ObjectKind::kFailoverGroup, "FAILOVER GROUP", "FAILOVER GROUPS"},
    {ObjectKind::kReplicationGroup, "REPLICATION GROUP", "REPLICATION GROUPS"},
    {ObjectKind::kConnection, "CONNECTION", "CONNECTIONS"},
    {ObjectKind::kShare, "SHARE", "SHARES"},
    {ObjectKind::kTag, "TAG", "TAGS"},
    {ObjectKind::kMaskingPolicy, "MASKING POLICY", "MASKING POLICIES"},
    {ObjectKind::kRowAccessPolicy, "ROW ACCESS POLICY", "ROW ACCESS POLICIES"},
    {ObjectKind::kNetworkPolicy, "NETWORK POLICY", "NETWORK POLICIES"},
    {ObjectKind::kNetworkRule, "NETWORK RULE", "NETWORK RULES"},
    {ObjectKind::kSecret, "SECRET", "SECRETS"},
    {ObjectKind::kResourceMonitor, "RESOURCE MONITOR", "RESOURCE MONITORS"},
};

const Spelling& SpellingOf(ObjectKind kind) {
  const auto index = static_cast<size_t>(kind);
  LIFEBOAT_CHECK(index < std::size(kSpellings) && kSpellings[index].kind == kind,
                 "kSpellings follows ObjectKind");
  return kSpellings[index];
}

}  // namespace

std::string_view KindName(ObjectKind kind) {
  return SpellingOf(kind).name;
}
std::string_view KindPlural(ObjectKind kind) {
  return SpellingOf(kind).plural;
}

const std::vector<ObjectKind>& AllObjectKinds() {
  static const std::vector<ObjectKind> kinds = [] {
    std::vector<ObjectKind> all;
    for (const Spelling& spelling : kSpellings) all.push_back(spelling.kind);
    return all;
  }();
  return kinds;
}

}  // namespace lifeboat::account::sql
