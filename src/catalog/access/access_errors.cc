#include "catalog/access/access_errors.h"

namespace lifeboat::catalog::access {

Status ExternalEnginesOff(std::string_view principal) {
  return Status::PermissionDenied(
      "Forbidden: null (principal '{}' is an external engine, and external engines may not have full table "
      "access "
      "here). Turn it on: lifeboat access settings --external-full-table-access on",
      principal);
}

Status UnableToAssumeRole(std::string_view role) {
  return Status::PermissionDenied(
      "Unable to assume role {}: it does not trust the catalog service. Add it: lifeboat access trust "
      "--add service:catalog",
      role);
}

Status AssumeRoleNotAuthorized(std::string_view principal, std::string_view role) {
  return Status::PermissionDenied(
      "User: {0} is not authorized to perform: sts:AssumeRole on resource: {1}. The role's trust list needs "
      "the "
      "principals of both accounts, with the external id that each presents: lifeboat access trust --add "
      "'{0}'",
      principal, role);
}

Status GetDataAccessNotAuthorized(std::string_view principal) {
  return Status::PermissionDenied(
      "User: {0} is not authorized to perform: lakeformation:GetDataAccess. Put it on the allow list of "
      "external "
      "engines: lifeboat access settings --allow-external '{0}'",
      principal);
}

Status TableNotInitialized(const TableIdentifier& table, std::string_view location) {
  return Status::FailedPrecondition(
      "Table {} is not initialized: its files at '{}' are neither below the warehouse location nor below a "
      "registered one. Register it (lifeboat access register-location '{}'), then refresh the linked table",
      ToString(table), location, location);
}

Status VendingNotEnabled(std::string_view warehouse) {
  return Status::FailedPrecondition(
      "Credential vending is not enabled for catalog '{}'. Give its server an STS endpoint and a data role "
      "(section [catalog.vending]), and use a catalog integration with CATALOG_SOURCE = ICEBERG_REST: one of "
      "GLUE "
      "has no credentials to hand out",
      warehouse);
}

Status IntegrationDoesNotExist(std::string_view integration, std::string_view account) {
  return Status::NotFound(
      "Catalog integration '{0}' does not exist or not authorized in account {1}. Create it there, or "
      "replicate "
      "it: ALTER FAILOVER GROUP … REFRESH on the secondary, with INTEGRATIONS among the group's OBJECT_TYPES",
      integration, account);
}

}  // namespace lifeboat::catalog::access
