// Whether those who are meant to read and write tables could be given storage credentials, and if not, why:
// the access errors people meet, found before they do. Pure.
#ifndef LIFEBOAT_DOCTOR_ACCESS_CHECKS_H_
#define LIFEBOAT_DOCTOR_ACCESS_CHECKS_H_

#include <string>
#include <vector>

#include "catalog/access/policy.h"
#include "lifeboat/doctor/finding.h"

namespace lifeboat::app {

struct PlacedTable {
  catalog::TableIdentifier identifier;
  std::string location;
};

// Judges every enabled principal on every table that it may select or insert. One finding for each kind of
// refusal and principal, however many tables it concerns; a good one when there is none.
void CheckCredentialAccess(const catalog::access::Policy& policy, const std::vector<PlacedTable>& tables,
                           const std::string& check, Findings* findings);

// Integrations that the primary account has and another lacks.
void CheckIntegrations(const std::vector<std::string>& of_primary, const std::vector<std::string>& of_other,
                       const std::string& other, Findings* findings);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_DOCTOR_ACCESS_CHECKS_H_
