// Bearer tokens of the catalog: JSON Web Tokens signed with HMAC-SHA256 (RFC 7519, RFC 7515).
//
// Each client's tokens are signed with a key derived from that client's secret, so any server that knows the
// client accepts them, also after a restart or a failover, and removing or changing the client ends them.
// Clients are those of the server's configuration, and the principals of the policy that prove themselves so.
#ifndef LIFEBOAT_CATALOG_SERVER_BEARER_TOKEN_H_
#define LIFEBOAT_CATALOG_SERVER_BEARER_TOKEN_H_

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/access/policy.h"
#include "catalog/server/catalog_server.h"

namespace lifeboat::catalog {

class BearerTokens {
 public:
  BearerTokens(const std::vector<ClientCredentials>& clients, std::chrono::seconds lifetime,
               const Clock& clock);

  // A token for the client; kUnauthenticated for an unknown id or a wrong secret, compared in constant time.
  // Takes as long as hashing a secret does: not for an I/O thread.
  Result<std::string> Issue(const std::string& client_id, std::string_view client_secret,
                            const access::Policy& policy) const;
  // A fresh token for whoever holds a valid one.
  Result<std::string> Renew(std::string_view token, const access::Policy& policy) const;
  // Who holds the token; kUnauthenticated when it is malformed, forged or expired.
  Result<access::Caller> Verify(std::string_view token, const access::Policy& policy) const;

  bool IsConfiguredClient(std::string_view id) const { return clients_.contains(id); }
  // Whether the token claims to be one of these, by its header.
  static bool IsOwn(std::string_view token);

  std::chrono::seconds lifetime() const { return lifetime_; }

 private:
  struct Client {
    std::string secret_digest;
    std::string token_key;
  };
  std::string Sign(std::string_view client_id, std::string_view token_key) const;
  // Empty for an unknown or disabled client.
  std::string TokenKeyOf(std::string_view client_id, const access::Policy& policy) const;

  std::map<std::string, Client, std::less<>> clients_;
  const access::PrincipalSecret unknown_secret_;
  const std::chrono::seconds lifetime_;
  const Clock& clock_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_BEARER_TOKEN_H_
