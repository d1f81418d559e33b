#include "account/objects/privileges.h"

#include <algorithm>
#include <array>

namespace lifeboat::account {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kAccount[] = {
    "CREATE ACCOUNT",        "CREATE DATABASE",    "CREATE EXTERNAL VOLUME",
    "CREATE FAILOVER GROUP", "CREATE INTEGRATION", "CREATE REPLICATION GROUP",
    "CREATE ROLE",           "CREATE USER",        "CREATE WAREHOUSE",
    "EXECUTE MANAGED TASK",  "EXECUTE TASK",       "IMPORT SHARE",
    "MANAGE GRANTS",         "MANAGE WAREHOUSES",  "MONITOR EXECUTION",
    "MONITOR USAGE"};
constexpr std::string_view kUser[] = {"MONITOR"};
constexpr std::string_view kRole[] = {"USAGE"};
constexpr std::string_view kWarehouse[] = {"MODIFY", "MONITOR", "OPERATE", "USAGE", "APPLYBUDGET"};
constexpr std::string_view kDatabase[] = {"CREATE SCHEMA", "MODIFY", "MONITOR", "USAGE"};
constexpr std::string_view kSchema[] = {"CREATE EXTERNAL TABLE",
                                        "CREATE FILE FORMAT",
                                        "CREATE FUNCTION",
                                        "CREATE ICEBERG TABLE",
                                        "CREATE MATERIALIZED VIEW",
                                        "CREATE PIPE",
                                        "CREATE PROCEDURE",
                                        "CREATE SEQUENCE",
                                        "CREATE STAGE",
                                        "CREATE STREAM",
                                        "CREATE TABLE",
                                        "CREATE TASK",
                                        "CREATE TEMPORARY TABLE",
                                        "CREATE VIEW",
                                        "MODIFY",
                                        "MONITOR",
                                        "USAGE"};
constexpr std::string_view kTable[] = {"DELETE", "INSERT", "REFERENCES", "SELECT", "TRUNCATE", "UPDATE"};
constexpr std::string_view kView[] = {"REFERENCES", "SELECT"};
constexpr std::string_view kIntegration[] = {"USAGE", "USE_ANY_ROLE"};
constexpr std::string_view kVolume[] = {"USAGE"};

}  // namespace

std::span<const std::string_view> PrivilegesOn(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAccount:
      return kAccount;
    case ObjectKind::kUser:
      return kUser;
    case ObjectKind::kRole:
      return kRole;
    case ObjectKind::kWarehouse:
      return kWarehouse;
    case ObjectKind::kDatabase:
      return kDatabase;
    case ObjectKind::kSchema:
      return kSchema;
    case ObjectKind::kTable:
    case ObjectKind::kIcebergTable:
      return kTable;
    case ObjectKind::kView:
      return kView;
    case ObjectKind::kIntegration:
      return kIntegration;
    case ObjectKind::kExternalVolume:
      return kVolume;
  }
  return {};
}

bool IsPrivilegeOn(ObjectKind kind, std::string_view privilege) {
  const Names names = PrivilegesOn(kind);
  return privilege == "OWNERSHIP" || std::find(names.begin(), names.end(), privilege) != names.end();
}

std::string CreatePrivilege(ObjectKind kind) {
  return "CREATE " + std::string(KindName(kind));
}

}  // namespace lifeboat::account
