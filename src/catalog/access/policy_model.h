// PolicyModel: everything an administrator decided about access, as plain values.
//
// It is what policy_records.h reads from and writes to the store, and what a Policy is made from. Ids of
// principals and roles are chosen by administrators; an id is not empty, at most 512 bytes and free of
// control characters.
#ifndef LIFEBOAT_CATALOG_ACCESS_POLICY_MODEL_H_
#define LIFEBOAT_CATALOG_ACCESS_POLICY_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/access/principal_secret.h"
#include "catalog/access/privilege.h"
#include "catalog/access/securable.h"

namespace lifeboat::catalog::access {

// How a principal proves who it is.
enum class PrincipalKind {
  kClient,     // OAuth2 client credentials: its id and a secret, at this catalog's token endpoint
  kExternal,   // a token of the configured issuer that names its subject
  kAccessKey,  // requests signed with its access key (AWS Signature Version 4)
};
std::string_view PrincipalKindName(PrincipalKind kind);  // "client", "external", "access-key"
Result<PrincipalKind> ParsePrincipalKind(std::string_view name);

struct Principal {
  std::string id;
  PrincipalKind kind = PrincipalKind::kClient;
  std::string description;
  bool disabled = false;      // known, and refused
  std::string subject;        // kExternal: what the issuer's tokens call it
  std::string access_key_id;  // kAccessKey
  int64_t created_micros = 0;
};

struct Role {
  std::string id;
  std::string description;
};

// Whom a grant or a membership is about.
struct Grantee {
  enum class Kind { kPrincipal, kRole } kind = Kind::kPrincipal;
  std::string id;

  auto operator<=>(const Grantee&) const = default;
  std::string ToString() const;  // "principal 'etl'", "role 'writers'"
};

struct Membership {
  std::string role;
  Grantee member;  // has everything the role has
};

struct Grant {
  Grantee grantee;
  Securable object;
  PrivilegeSet privileges;
  PrivilegeSet grant_option;  // the part of `privileges` that the grantee may hand on
};

// Storage outside the warehouse location where tables may live.
struct RegisteredLocation {
  std::string location;
  std::string description;
};

struct Settings {
  // "External engines may use full table access": whether callers other than the configuration's own clients
  // may be given storage credentials (or signatures) at all.
  bool external_full_table_access = false;
  // Only those on the allow list may; off: everybody with the privileges.
  bool external_filtering = true;
  std::vector<std::string> external_allow_list;  // ids of principals or roles
};

// Who may assume the data role: the role whose credentials read and write the warehouse.
struct TrustEntry {
  std::string principal;    // id of a principal, or kCatalogService
  std::string external_id;  // what it must present; empty: nothing
};
// The catalog itself, which assumes the data role to hand out narrowed credentials.
inline constexpr std::string_view kCatalogService = "service:catalog";

struct PolicyModel {
  std::string warehouse_location;
  std::vector<Principal> principals;
  std::map<std::string, PrincipalSecret> secrets;  // by principal id; kExternal has none
  std::vector<Role> roles;
  std::vector<Membership> memberships;
  std::vector<Grant> grants;
  std::vector<RegisteredLocation> locations;
  Settings settings;
  // No entry at all: nobody has restricted the role yet, and the catalog is trusted.
  std::vector<TrustEntry> trust;
};

// kInvalidArgument for what cannot be an id.
Status ValidateAccessId(std::string_view what, std::string_view id);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_POLICY_MODEL_H_
