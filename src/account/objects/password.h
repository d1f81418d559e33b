// Passwords, stored as "scrypt$<N>$<r>$<p>$<salt>$<key>" (RFC 7914; salt and key in base64).
#ifndef LIFEBOAT_ACCOUNT_OBJECTS_PASSWORD_H_
#define LIFEBOAT_ACCOUNT_OBJECTS_PASSWORD_H_

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace lifeboat::account {

Result<std::string> HashPassword(std::string_view password, Random& random);

// False for a wrong password and for text that is no hash; takes as long either way.
bool VerifyPassword(std::string_view password, std::string_view hash);

}  // namespace lifeboat::account

#endif  // LIFEBOAT_ACCOUNT_OBJECTS_PASSWORD_H_
