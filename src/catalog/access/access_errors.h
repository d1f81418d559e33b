// The refusals that people meet when access to a lake is not set up completely, in the words they know them
// by, each with the remedy. One place, so that the server, `lifeboat doctor` and the documentation say the
// same.
//
// All are kPermissionDenied (403) but NotInitialized and VendingNotEnabled (kFailedPrecondition) and
// IntegrationDoesNotExist (kNotFound).
#ifndef LIFEBOAT_CATALOG_ACCESS_ACCESS_ERRORS_H_
#define LIFEBOAT_CATALOG_ACCESS_ACCESS_ERRORS_H_

#include <string_view>

#include "base/status.h"
#include "catalog/api/identifier.h"

namespace lifeboat::catalog::access {

// "Forbidden: null": the switch for external engines is off.
Status ExternalEnginesOff(std::string_view principal);
// The catalog itself is not trusted by the data role.
Status UnableToAssumeRole(std::string_view role);
// The caller (typically the second account's principal) is not trusted by the data role, or with another id.
Status AssumeRoleNotAuthorized(std::string_view principal, std::string_view role);
// The caller is not on the allow list of external engines.
Status GetDataAccessNotAuthorized(std::string_view principal);
// The table's files are at a place that is not registered.
Status TableNotInitialized(const TableIdentifier& table, std::string_view location);
// Credentials are asked of a catalog that hands out none.
Status VendingNotEnabled(std::string_view warehouse);
// An account has no integration of that name, as on a secondary before its first refresh.
Status IntegrationDoesNotExist(std::string_view integration, std::string_view account);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_ACCESS_ERRORS_H_
