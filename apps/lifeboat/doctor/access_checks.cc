#include "lifeboat/doctor/access_checks.h"

#include <algorithm>
#include <set>

#include "catalog/access/access_errors.h"

namespace lifeboat::app {
namespace {

namespace access = catalog::access;
using access::Privilege;

constexpr std::string_view kDataRole = "the data role";

// What the principal would present: its external id is known to it and to the trust list alone.
std::string ExternalIdOf(const access::Policy& policy, const std::string& principal) {
  for (const access::Grantee& grantee : policy.GranteesOf(principal)) {
    for (const access::TrustEntry& entry : policy.model().trust) {
      if (entry.principal == grantee.id) return entry.external_id;
    }
  }
  return "";
}

}  // namespace

void CheckCredentialAccess(const access::Policy& policy, const std::vector<PlacedTable>& tables,
                           const std::string& check, Findings* findings) {
  bool wrong = false;
  std::set<std::string> said;
  for (const access::Principal& principal : policy.model().principals) {
    if (principal.disabled) continue;
    const access::Caller caller{.principal = principal.id, .external_id = ExternalIdOf(policy, principal.id)};
    for (const PlacedTable& table : tables) {
      const access::Securable object = access::Securable::OfTable(table.identifier);
      for (const bool write : {false, true}) {
        if (!policy.Allows(caller, write ? Privilege::kInsert : Privilege::kSelect, object)) continue;
        const Status status =
            policy.MayUseCredentials(caller, table.identifier, write, table.location, kDataRole);
        if (status.ok() || !said.insert(status.message()).second) continue;
        AddWrong(findings, check, status.message());
        wrong = true;
      }
    }
  }
  if (!wrong) AddGood(findings, check, "everybody with privileges on a table can reach its files");
}

void CheckIntegrations(const std::vector<std::string>& of_primary, const std::vector<std::string>& of_other,
                       const std::string& other, Findings* findings) {
  const std::string check = fmt::format("account {}: integrations", other);
  bool wrong = false;
  for (const std::string& name : of_primary) {
    if (std::find(of_other.begin(), of_other.end(), name) != of_other.end()) continue;
    AddWrong(findings, check, access::IntegrationDoesNotExist(name, other).message());
    wrong = true;
  }
  if (!wrong) AddGood(findings, check, fmt::format("all {} of the primary are there", of_primary.size()));
}

}  // namespace lifeboat::app
