#include "catalog/access/policy.h"

#include <algorithm>
#include <utility>

#include "base/uuid.h"
#include "catalog/access/access_errors.h"

namespace lifeboat::catalog::access {
namespace {

// What holding `granted` on an object of this kind amounts to.
PrivilegeSet WithImplied(PrivilegeSet granted, Securable::Kind kind) {
  granted = granted & GrantableOn(kind);
  if (granted.Has(Privilege::kSuper)) return GrantableOn(kind);
  if (!granted.empty() && kind != Securable::Kind::kLocation) granted.Add(Privilege::kDescribe);
  return granted;
}

// Calls visit(key) for the object and everything that contains it, the catalog first.
template <typename Visit>
void ForEachLevel(const Securable& object, std::string_view key, Visit visit) {
  visit(std::string_view());
  size_t end = 0;
  for (const std::string& level : object.name_space) {
    end += level.size() + 1;
    visit(key.substr(0, end));
  }
  if (object.kind == Securable::Kind::kTable) visit(key);
}

}  // namespace

Policy::Policy(PolicyModel model) : model_(std::move(model)) {
  for (const Role& role : model_.roles) roles_.insert(role.id);
  for (const Membership& membership : model_.memberships) {
    if (roles_.contains(membership.role)) roles_of_[membership.member].push_back(membership.role);
  }
  IndexGrants();
  IndexPrincipals();
}

void Policy::IndexGrants() {
  for (const Grant& grant : model_.grants) {
    GranteeAccess& access = access_[grant.grantee];
    const Granted granted{grant.privileges, grant.grant_option & grant.privileges};
    if (grant.object.kind == Securable::Kind::kLocation) {
      access.by_location.emplace_back(grant.object.location, granted);
      continue;
    }
    const std::string key = grant.object.Key();
    Granted& known = access.by_object[key];
    known = {known.privileges | granted.privileges, known.grant_option | granted.grant_option};
    ForEachLevel(grant.object, key, [&](std::string_view level) {
      if (!level.empty() && level != key) access.containing.emplace(level);
    });
  }
}

void Policy::IndexPrincipals() {
  for (const Principal& principal : model_.principals) {
    KnownPrincipal& known = principals_[principal.id];
    known.principal = &principal;
    known.grantees = Closure({Grantee::Kind::kPrincipal, principal.id});
    for (const Grantee& grantee : known.grantees) {
      if (const auto found = access_.find(grantee); found != access_.end())
        known.access.push_back(&found->second);
    }
    if (principal.kind == PrincipalKind::kExternal) by_subject_[principal.subject] = &principal;
    if (principal.kind == PrincipalKind::kAccessKey) by_access_key_[principal.access_key_id] = &principal;
  }
}

// A circle of roles, which two servers could close at the same moment, ends here too.
std::vector<Grantee> Policy::Closure(const Grantee& start) const {
  std::vector<Grantee> reached{start};
  for (size_t i = 0; i < reached.size(); ++i) {
    const auto roles = roles_of_.find(reached[i]);
    if (roles == roles_of_.end()) continue;
    for (const std::string& role : roles->second) {
      Grantee next{Grantee::Kind::kRole, role};
      if (std::find(reached.begin(), reached.end(), next) == reached.end())
        reached.push_back(std::move(next));
    }
  }
  return reached;
}

const Principal* Policy::FindPrincipal(std::string_view id) const {
  const auto found = principals_.find(id);
  return found == principals_.end() ? nullptr : found->second.principal;
}

const Principal* Policy::FindExternalPrincipal(std::string_view subject) const {
  const auto found = by_subject_.find(subject);
  return found == by_subject_.end() ? nullptr : found->second;
}

const Principal* Policy::FindAccessKey(std::string_view access_key_id) const {
  const auto found = by_access_key_.find(access_key_id);
  return found == by_access_key_.end() ? nullptr : found->second;
}

const PrincipalSecret* Policy::FindSecret(std::string_view id) const {
  const auto found = model_.secrets.find(std::string(id));
  return found == model_.secrets.end() ? nullptr : &found->second;
}

bool Policy::HasRole(std::string_view id) const {
  return roles_.contains(id);
}

std::vector<Grantee> Policy::GranteesOf(std::string_view principal) const {
  const auto found = principals_.find(principal);
  return found == principals_.end() ? std::vector<Grantee>() : found->second.grantees;
}

const Policy::KnownPrincipal* Policy::Known(const Caller& caller) const {
  const auto found = principals_.find(caller.principal);
  if (found == principals_.end() || found->second.principal->disabled) return nullptr;
  return &found->second;
}

Policy::Granted Policy::Collect(const KnownPrincipal& known, const Securable& object) const {
  Granted all;
  const auto add = [&all](const Granted& granted) {
    all = {all.privileges | granted.privileges, all.grant_option | granted.grant_option};
  };
  if (object.kind == Securable::Kind::kLocation) {
    for (const GranteeAccess* access : known.access) {
      for (const auto& [location, granted] : access->by_location) {
        if (IsAtOrBelow(object.location, location)) add(granted);
      }
    }
    return all;
  }
  const std::string key = object.Key();
  for (const GranteeAccess* access : known.access) {
    ForEachLevel(object, key, [&](std::string_view level) {
      if (const auto found = access->by_object.find(level); found != access->by_object.end())
        add(found->second);
    });
    if (object.kind == Securable::Kind::kNamespace && access->containing.contains(key)) {
      all.privileges.Add(Privilege::kDescribe);
    }
  }
  return all;
}

bool Policy::IsAdministrator(const Caller& caller) const {
  if (caller.administrator) return true;
  const KnownPrincipal* known = Known(caller);
  return known != nullptr && Collect(*known, Securable::Catalog()).privileges.Has(Privilege::kSuper);
}

PrivilegeSet Policy::Effective(const Caller& caller, const Securable& object) const {
  if (caller.administrator) return GrantableOn(object.kind);
  const KnownPrincipal* known = Known(caller);
  if (known == nullptr) return {};
  return WithImplied(Collect(*known, object).privileges, object.kind);
}

bool Policy::Allows(const Caller& caller, Privilege privilege, const Securable& object) const {
  return caller.administrator || Effective(caller, object).Has(privilege);
}

Status Policy::Refusal(const Caller& caller, std::string_view what, const Securable& object) const {
  if (caller.principal.empty()) {
    return Status::PermissionDenied("anonymous callers may not {} on {}", what, object.ToString());
  }
  return Status::PermissionDenied(
      "principal '{0}' lacks {1} on {2}; whoever holds it with grant option can grant it: lifeboat access "
      "grant {1} "
      "--to-principal '{0}' {3}",
      caller.principal, what, object.ToString(), object.ToOption());
}

Status Policy::Check(const Caller& caller, const Demand& demand) const {
  if (Allows(caller, demand.privilege, demand.object)) return Status::Ok();
  return Refusal(caller, PrivilegeName(demand.privilege), demand.object);
}

Status Policy::CheckMayGrant(const Caller& caller, PrivilegeSet privileges, const Securable& object) const {
  const PrivilegeSet meaningless = privileges.Without(GrantableOn(object.kind));
  if (privileges.empty()) return Status::InvalidArgument("name at least one privilege");
  if (!meaningless.empty()) {
    return Status::InvalidArgument("{} cannot be granted on {}", meaningless.ToString(), object.ToString());
  }
  if (IsAdministrator(caller)) return Status::Ok();
  const KnownPrincipal* known = Known(caller);
  PrivilegeSet held;
  if (known != nullptr) held = Collect(*known, object).grant_option & GrantableOn(object.kind);
  if (held.Has(Privilege::kSuper)) return Status::Ok();
  const PrivilegeSet missing = privileges.Without(held);
  if (missing.empty()) return Status::Ok();
  return Status::PermissionDenied(
      "principal '{}' may not grant or revoke {} on {}: it does not hold it with grant option",
      caller.principal, missing.ToString(), object.ToString());
}

Status Policy::CheckMembership(const Membership& membership) const {
  if (!HasRole(membership.role)) return Status::NotFound("role '{}' does not exist", membership.role);
  const Grantee& member = membership.member;
  const bool exists =
      member.kind == Grantee::Kind::kRole ? HasRole(member.id) : FindPrincipal(member.id) != nullptr;
  if (!exists) return Status::NotFound("{} does not exist", member.ToString());
  if (member.kind == Grantee::Kind::kPrincipal) return Status::Ok();
  const std::vector<Grantee> above = Closure({Grantee::Kind::kRole, membership.role});
  if (std::find(above.begin(), above.end(), member) == above.end()) return Status::Ok();
  return Status::InvalidArgument("role '{}' cannot become a member of role '{}': that would close a circle",
                                 member.id, membership.role);
}

namespace {

// Whether the catalog itself may choose `location`, or it lies below such a place. "n/t-<uuid>" and
// "n-<uuid>/t" are what it chooses where "n/t" is occupied; any other "t-…" may be another table's.
bool IsHome(std::string_view location, std::string_view home, std::string_view warehouse) {
  constexpr size_t kMarkBytes = 1 + 36;  // '-' and a UUID
  const auto continues = [](std::string_view rest) { return rest.empty() || rest.front() == '/'; };
  if (location.starts_with(home) && continues(location.substr(home.size()))) return true;
  if (location.find("/../") != std::string_view::npos || location.ends_with("/..")) return false;
  const bool in_warehouse = !warehouse.empty() && home.starts_with(warehouse) && home != warehouse &&
                            continues(home.substr(warehouse.size()));
  const size_t top = in_warehouse ? warehouse.size() : home.rfind('/');
  for (size_t end = home.size(); end != std::string_view::npos && end > top; end = home.rfind('/', end - 1)) {
    if (location.size() < end + kMarkBytes || !location.starts_with(home.substr(0, end))) continue;
    const std::string_view rest = location.substr(end + kMarkBytes);
    if (location[end] == '-' && Uuid::Parse(location.substr(end + 1, kMarkBytes - 1)).ok() &&
        rest.starts_with(home.substr(end)) && continues(rest.substr(home.size() - end)))
      return true;
  }
  return false;
}

}  // namespace

Status Policy::CheckPlacement(const Caller& caller, std::string_view location, std::string_view home) const {
  if (IsAdministrator(caller)) return Status::Ok();
  if (!home.empty() && IsHome(location, home, model_.warehouse_location)) return Status::Ok();
  const auto covers = [&](std::string_view registered) {
    return !registered.empty() && IsAtOrBelow(location, registered);
  };
  const bool registered =
      covers(model_.warehouse_location) ||
      std::any_of(model_.locations.begin(), model_.locations.end(),
                  [&](const RegisteredLocation& known) { return covers(known.location); });
  if (!registered) {
    return Status::PermissionDenied(
        "principal '{}' may not use the location '{}': it is neither below the warehouse location nor below "
        "a "
        "registered one. Register it: lifeboat access register-location '{}'",
        caller.principal, location, location);
  }
  return Check(caller, {Privilege::kDataLocation, Securable::OfLocation(location)});
}

bool Policy::IsExternallyAllowed(const KnownPrincipal& known) const {
  if (!model_.settings.external_filtering) return true;
  const std::vector<std::string>& list = model_.settings.external_allow_list;
  return std::any_of(known.grantees.begin(), known.grantees.end(), [&](const Grantee& grantee) {
    return std::find(list.begin(), list.end(), grantee.id) != list.end();
  });
}

Status Policy::MayBeLent(const Caller& caller, const TableIdentifier& table, std::string_view location,
                         std::string_view data_role) const {
  if (caller.administrator) return Status::Ok();
  const KnownPrincipal* known = Known(caller);
  if (known == nullptr || !model_.settings.external_full_table_access)
    return ExternalEnginesOff(caller.principal);
  if (!IsExternallyAllowed(*known)) return GetDataAccessNotAuthorized(caller.principal);
  if (!model_.trust.empty()) {
    bool service = false;
    bool trusted = false;
    for (const TrustEntry& entry : model_.trust) {
      service = service || entry.principal == kCatalogService;
      const bool named = std::any_of(known->grantees.begin(), known->grantees.end(),
                                     [&](const Grantee& grantee) { return grantee.id == entry.principal; });
      trusted = trusted || (named && (entry.external_id.empty() || entry.external_id == caller.external_id));
    }
    if (!service) return UnableToAssumeRole(data_role);
    if (!trusted) return AssumeRoleNotAuthorized(caller.principal, data_role);
  }
  const bool registered =
      IsAtOrBelow(location, model_.warehouse_location) ||
      std::any_of(model_.locations.begin(), model_.locations.end(),
                  [&](const RegisteredLocation& place) { return IsAtOrBelow(location, place.location); });
  return registered ? Status::Ok() : TableNotInitialized(table, location);
}

Status Policy::MayUseCredentials(const Caller& caller, const TableIdentifier& table, bool write,
                                 std::string_view location, std::string_view data_role) const {
  LIFEBOAT_RETURN_IF_ERROR(MayBeLent(caller, table, location, data_role));
  return Check(caller, {write ? Privilege::kInsert : Privilege::kSelect, Securable::OfTable(table)});
}

}  // namespace lifeboat::catalog::access
