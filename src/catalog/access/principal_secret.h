// PrincipalSecret: what the catalog keeps of a principal's secret.
//
// A client's secret is kept as a salted scrypt hash: it can be checked, not read. The secret of an access key
// must be readable, because a signature can only be checked by computing it again; it is sealed with
// AES-256-GCM under a key of the server's configuration when there is one, and otherwise kept as it is, in a
// record that the store treats as secret.
#ifndef LIFEBOAT_CATALOG_ACCESS_PRINCIPAL_SECRET_H_
#define LIFEBOAT_CATALOG_ACCESS_PRINCIPAL_SECRET_H_

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace lifeboat::catalog::access {

class PrincipalSecret {
 public:
  // 32 random bytes as text.
  static std::string Generate(Random& random);
  static Result<PrincipalSecret> Hash(std::string_view secret, Random& random);
  // Matches nothing, at the cost of one that could.
  static PrincipalSecret Unmatchable();
  // `sealing_key`: 32 bytes, or empty to keep the secret readable.
  static Result<PrincipalSecret> Seal(std::string_view secret, std::string_view sealing_key, Random& random);

  // Constant-time; false for a sealed secret. Costs some 20 ms and 8 MiB by design.
  bool Matches(std::string_view secret) const;
  // kFailedPrecondition when it was sealed with another key, or is a hash.
  Result<std::string> Open(std::string_view sealing_key) const;
  // Signs the bearer tokens of this principal: changes with the secret, so that a new one ends old tokens.
  std::string TokenKey() const;

  boost::json::value ToJson() const;
  static Result<PrincipalSecret> FromJson(const boost::json::value& value);

 private:
  enum class Scheme { kScrypt, kSealed, kReadable };
  Scheme scheme_ = Scheme::kScrypt;
  int64_t cost_ = 0;   // kScrypt: N
  std::string salt_;   // kSealed: the nonce
  std::string bytes_;  // hash; ciphertext and tag; the secret
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_PRINCIPAL_SECRET_H_
