// Privileges: which ones can be granted on which kind of object (SNOWFLAKE.md section 4).
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_PRIVILEGES_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_PRIVILEGES_H_

#include <span>
#include <string>
#include <string_view>

#include "account/objects/object.h"

namespace lifeboat::account {

// Every privilege that exists on `kind`, OWNERSHIP excluded; what ALL PRIVILEGES stands for.
std::span<const std::string_view> PrivilegesOn(ObjectKind kind);

// True for OWNERSHIP, too.
bool IsPrivilegeOn(ObjectKind kind, std::string_view privilege);

// The privilege a role needs on the container to create an object of `kind` there: "CREATE VIEW".
std::string CreatePrivilege(ObjectKind kind);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_PRIVILEGES_H_
