// Policy: who may do what in a catalog, as an immutable snapshot that answers in microseconds.
//
// It is made from a PolicyModel whenever that changes and shared by all threads; nothing in it blocks, so an
// I/O thread may ask. What is not granted is refused. A caller has what is granted to its principal and to
// every role the principal is a member of, directly or through roles, on the object or on anything that
// contains it.
//
// Refusals are kPermissionDenied and name principal, privilege and object, never anything the caller may not
// see besides.
#ifndef LIFEBOAT_CATALOG_ACCESS_POLICY_H_
#define LIFEBOAT_CATALOG_ACCESS_POLICY_H_

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "catalog/access/policy_model.h"
#include "catalog/access/privilege.h"
#include "catalog/access/securable.h"

namespace lifeboat::catalog::access {

// Who sends a request, once that is proven.
struct Caller {
  std::string principal;       // id; empty: nobody in particular
  bool administrator = false;  // a client of the server's configuration: everything is allowed
  std::string external_id;     // what it presents to be let into the data role
};

// What a request needs.
struct Demand {
  Privilege privilege = Privilege::kSuper;
  Securable object;
};

class Policy {
 public:
  explicit Policy(PolicyModel model);

  const PolicyModel& model() const { return model_; }

  // Null when there is no such principal.
  const Principal* FindPrincipal(std::string_view id) const;
  const Principal* FindExternalPrincipal(std::string_view subject) const;
  const Principal* FindAccessKey(std::string_view access_key_id) const;
  const PrincipalSecret* FindSecret(std::string_view id) const;
  bool HasRole(std::string_view id) const;
  // Itself and every role it is a member of.
  std::vector<Grantee> GranteesOf(std::string_view principal) const;

  // A client of the configuration, or `super` on the catalog.
  bool IsAdministrator(const Caller& caller) const;

  bool Allows(const Caller& caller, Privilege privilege, const Securable& object) const;
  // As Allows, with the refusal as a Status.
  Status Check(const Caller& caller, const Demand& demand) const;
  // Everything the caller may do with the object, what is implied included.
  PrivilegeSet Effective(const Caller& caller, const Securable& object) const;

  // Whether the caller may grant or revoke these; it needs each with grant option.
  Status CheckMayGrant(const Caller& caller, PrivilegeSet privileges, const Securable& object) const;
  // kInvalidArgument when the membership would close a circle of roles, kNotFound for an unknown role or
  // member.
  Status CheckMembership(const Membership& membership) const;

  // Whether the caller may let an object's files live at `location`. `home` is where the catalog itself would
  // put them: there, or where a component of it below the warehouse is continued by '-' and a UUID, needs no
  // further right.
  // Anywhere else the location must be below the warehouse or a registered location, and the caller needs
  // data_location on it.
  Status CheckPlacement(const Caller& caller, std::string_view location, std::string_view home) const;

  // Whether callers like this one may be handed credentials at all, whatever they may do with the table.
  Status MayBeLent(const Caller& caller, const TableIdentifier& table, std::string_view location,
                   std::string_view data_role) const;
  // Whether the caller may be handed credentials (or signatures) for the table's files at `location`: the
  // switches for external engines, the trust list of `data_role` and the privileges, in this order.
  Status MayUseCredentials(const Caller& caller, const TableIdentifier& table, bool write,
                           std::string_view location, std::string_view data_role) const;

 private:
  struct StringHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <typename T>
  using StringTable = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

  struct Granted {
    PrivilegeSet privileges;
    PrivilegeSet grant_option;
  };
  // What is granted to one principal or role itself.
  struct GranteeAccess {
    StringTable<Granted> by_object;                            // by Securable::Key, but locations
    std::vector<std::pair<std::string, Granted>> by_location;  // few
    std::unordered_set<std::string, StringHash, std::equal_to<>>
        containing;  // namespaces with something granted inside
  };
  struct KnownPrincipal {
    const Principal* principal = nullptr;
    std::vector<const GranteeAccess*> access;  // of itself and its roles
    std::vector<Grantee> grantees;
  };

  void IndexGrants();
  void IndexPrincipals();
  std::vector<Grantee> Closure(const Grantee& start) const;
  Granted Collect(const KnownPrincipal& known, const Securable& object) const;
  const KnownPrincipal* Known(const Caller& caller) const;
  Status Refusal(const Caller& caller, std::string_view what, const Securable& object) const;
  bool IsExternallyAllowed(const KnownPrincipal& known) const;

  const PolicyModel model_;
  std::map<Grantee, GranteeAccess> access_;
  std::map<Grantee, std::vector<std::string>> roles_of_;  // direct memberships
  std::unordered_set<std::string, StringHash, std::equal_to<>> roles_;
  StringTable<KnownPrincipal> principals_;
  StringTable<const Principal*> by_subject_;
  StringTable<const Principal*> by_access_key_;
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_POLICY_H_
