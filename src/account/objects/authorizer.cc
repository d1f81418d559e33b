#include "account/objects/authorizer.h"

#include <algorithm>

namespace lifeboat::account {
namespace {

bool IsAccountLevel(const Object& object) {
  return object.kind() == ObjectKind::kRole || object.kind() == ObjectKind::kUser;
}

}  // namespace

Authorizer::Authorizer(std::shared_ptr<const Snapshot> snapshot, ObjectId primary,
                       const std::vector<ObjectId>& secondary)
    : snapshot_(std::move(snapshot)), primary_(primary), primary_roles_(Closure(*snapshot_, primary)) {
  all_roles_ = primary_roles_;
  for (const ObjectId role : secondary) all_roles_.merge(Closure(*snapshot_, role));
  for (const Grant& grant : snapshot_->grants()) {
    if (all_roles_.contains(grant.grantee)) grants_[grant.object].push_back(&grant);
  }
}

std::set<ObjectId> Authorizer::Closure(const Snapshot& snapshot, ObjectId role) {
  std::set<ObjectId> closure;
  std::vector<ObjectId> open;
  const auto add = [&](ObjectId id) {
    if (closure.insert(id).second) open.push_back(id);
  };
  if (snapshot.Get(role) == nullptr) return closure;
  add(role);
  // PUBLIC is granted to every role.
  if (const Object* everybody = snapshot.Find(ObjectKind::kRole, kAccountId, "PUBLIC")) add(everybody->id);
  while (!open.empty()) {
    const ObjectId current = open.back();
    open.pop_back();
    for (const RoleGrant& grant : snapshot.role_grants()) {
      if (grant.grantee == current) add(grant.role);
    }
  }
  return closure;
}

std::vector<ObjectId> Authorizer::RolesOf(const Snapshot& snapshot, ObjectId user) {
  std::vector<ObjectId> roles;
  for (const RoleGrant& grant : snapshot.role_grants()) {
    if (grant.grantee == user) roles.push_back(grant.role);
  }
  if (const Object* everybody = snapshot.Find(ObjectKind::kRole, kAccountId, "PUBLIC"))
    roles.push_back(everybody->id);
  return roles;
}

const std::set<ObjectId>& Authorizer::RolesIn(RoleScope scope) const {
  return scope == RoleScope::kPrimary ? primary_roles_ : all_roles_;
}

bool Authorizer::Has(std::string_view privilege, ObjectId object, RoleScope scope) const {
  if (Owns(object, scope)) return true;
  const auto found = grants_.find(object);
  if (found == grants_.end()) return false;
  const std::set<ObjectId>& roles = RolesIn(scope);
  return std::any_of(found->second.begin(), found->second.end(), [&](const Grant* grant) {
    return grant->privilege == privilege && roles.contains(grant->grantee);
  });
}

bool Authorizer::Owns(ObjectId id, RoleScope scope) const {
  const Object* object = snapshot_->Get(id);
  return object != nullptr && object->owner != kNoObject && RolesIn(scope).contains(object->owner);
}

bool Authorizer::HasManageGrants(RoleScope scope) const {
  return Has("MANAGE GRANTS", kAccountId, scope);
}

bool Authorizer::HasRole(ObjectId role, RoleScope scope) const {
  return RolesIn(scope).contains(role);
}

bool Authorizer::CanSee(const Object& object) const {
  return IsAccountLevel(object) || Owns(object.id) || grants_.contains(object.id) || HasManageGrants();
}

bool Authorizer::CanReach(const Object& object) const {
  for (const Object* parent = snapshot_->Get(object.parent); parent != nullptr && parent->id != kAccountId;
       parent = snapshot_->Get(parent->parent)) {
    if (!Has("USAGE", parent->id)) return false;
  }
  return true;
}

bool Authorizer::CanUse(const Object& object, std::string_view privilege) const {
  return CanReach(object) && Has(privilege, object.id);
}

bool Authorizer::CanGrant(std::string_view privilege, ObjectId object) const {
  if (HasManageGrants() || Owns(object)) return true;
  const auto found = grants_.find(object);
  if (found == grants_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const Grant* grant) {
    return grant->privilege == privilege && grant->with_grant_option;
  });
}

}  // namespace lifeboat::account
