// Authorizer: what a session's roles may do, judged on one snapshot.
//
// A role has its own privileges and those of every role granted to it. CREATE is judged by the primary role
// alone; everything else by the primary and the secondary roles together. An object can be seen by whoever
// holds any privilege on it, owns it, or holds MANAGE GRANTS. Source: SNOWFLAKE.md section 4.
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_AUTHORIZER_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_AUTHORIZER_H_

#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "account/objects/object.h"
#include "account/objects/snapshot.h"

namespace lifeboat::account {

enum class RoleScope { kPrimary, kPrimaryAndSecondary };

class Authorizer {
 public:
  // `secondary` are the roles active beside the primary one.
  Authorizer(std::shared_ptr<const Snapshot> snapshot, ObjectId primary,
             const std::vector<ObjectId>& secondary);

  const Snapshot& snapshot() const { return *snapshot_; }
  ObjectId primary() const { return primary_; }

  bool Has(std::string_view privilege, ObjectId object,
           RoleScope scope = RoleScope::kPrimaryAndSecondary) const;
  bool Owns(ObjectId object, RoleScope scope = RoleScope::kPrimaryAndSecondary) const;
  bool HasManageGrants(RoleScope scope = RoleScope::kPrimaryAndSecondary) const;
  // Owns it, holds any privilege on it, or MANAGE GRANTS. Users and roles can be seen by everybody.
  bool CanSee(const Object& object) const;
  // The containers of the object (schema, database) can be entered: USAGE on each, or owned.
  bool CanReach(const Object& object) const;
  // CanReach, and `privilege` on the object itself.
  bool CanUse(const Object& object, std::string_view privilege) const;
  // May grant this privilege: MANAGE GRANTS, ownership, or the privilege with grant option.
  bool CanGrant(std::string_view privilege, ObjectId object) const;
  // The role is active, or inherited by an active role.
  bool HasRole(ObjectId role, RoleScope scope = RoleScope::kPrimaryAndSecondary) const;

  // `role` and every role granted to it, directly or through others.
  static std::set<ObjectId> Closure(const Snapshot& snapshot, ObjectId role);
  // Roles granted to the user, PUBLIC included, without inherited ones.
  static std::vector<ObjectId> RolesOf(const Snapshot& snapshot, ObjectId user);

 private:
  const std::set<ObjectId>& RolesIn(RoleScope scope) const;

  std::shared_ptr<const Snapshot> snapshot_;
  ObjectId primary_;
  std::set<ObjectId> primary_roles_;
  std::set<ObjectId> all_roles_;
  std::unordered_map<ObjectId, std::vector<const Grant*>> grants_;  // of all_roles_, by object
};

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_AUTHORIZER_H_
