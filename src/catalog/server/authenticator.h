// Authenticator: who sends a request.
//
// In this order: a signature by an access key (SigV4), a bearer token of this catalog, a bearer token of the
// configured issuer, and nothing at all where that is allowed; credentials that do not hold are never
// taken for none. The configuration's own clients may also
// sign, with their id as access key id.
#ifndef LIFEBOAT_CATALOG_SERVER_AUTHENTICATOR_H_
#define LIFEBOAT_CATALOG_SERVER_AUTHENTICATOR_H_

#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/access/external_issuer.h"
#include "catalog/access/policy.h"
#include "catalog/server/bearer_token.h"
#include "catalog/server/catalog_server.h"
#include "net/http.h"

namespace lifeboat::catalog {

class Authenticator {
 public:
  Authenticator(const CatalogServerOptions& options, const BearerTokens& tokens, const Clock& clock);

  // Identify may wait for an issuer or hash a body: not for an I/O thread.
  bool MayTakeLong(const net::HttpRequest& request) const;
  // kUnauthenticated says what is wrong with the credentials, kUnavailable that they cannot be checked now.
  Result<access::Caller> Identify(const net::HttpRequest& request, const access::Policy& policy) const;

 private:
  Result<access::Caller> IdentifyAnonymous(const net::HttpRequest& request,
                                           const access::Policy& policy) const;
  Result<access::Caller> IdentifyByToken(std::string_view token, const access::Policy& policy) const;
  Result<access::Caller> IdentifyBySignature(const net::HttpRequest& request,
                                             const access::Policy& policy) const;
  Result<std::string> SecretOf(const std::string& access_key_id, const access::Policy& policy) const;

  const CatalogServerOptions& options_;
  const BearerTokens& tokens_;
  const Clock& clock_;
  std::unique_ptr<access::ExternalIssuer> issuer_;  // null: none is configured
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_AUTHENTICATOR_H_
