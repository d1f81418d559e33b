// ExternalIssuer: an identity provider whose tokens the catalog accepts in place of its own.
//
// Its public keys come from a file or a URL, are kept, and are read again when a token names a key that is
// not among them (the issuer has rotated), at most once in kRefreshInterval so that forged tokens cannot make
// the catalog call its issuer at every request, and after kKeysLifetime, so that a withdrawn key stops
// working.
#ifndef LIFEBOAT_CATALOG_ACCESS_EXTERNAL_ISSUER_H_
#define LIFEBOAT_CATALOG_ACCESS_EXTERNAL_ISSUER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "catalog/access/json_web_token.h"

namespace lifeboat::catalog::access {

struct ExternalIssuerOptions {
  std::string issuer;                 // the claim `iss`, exactly
  std::string audience;               // must be (among) the claim `aud`; empty: any
  std::string key_set;                // "/etc/keys.json" or "https://issuer/keys"
  std::string subject_claim = "sub";  // the claim that names a principal's subject
};

class ExternalIssuer {
 public:
  static constexpr std::chrono::seconds kClockSkew{60};
  static constexpr std::chrono::seconds kRefreshInterval{10};
  static constexpr std::chrono::seconds kKeysLifetime{600};

  // `fetch` returns the key set's text; it may block.
  ExternalIssuer(ExternalIssuerOptions options, std::function<Result<std::string>()> fetch,
                 const Clock& clock);

  // The subject the token names. kUnauthenticated for a token that is forged, of another issuer or audience,
  // expired or not valid yet; kUnavailable when the issuer's keys cannot be had. May block on the issuer.
  Result<std::string> Verify(std::string_view token);

 private:
  struct Keys {
    std::shared_ptr<const JsonWebKeySet> set;
    int64_t fetched_micros = 0;
    int64_t asked_micros = 0;  // last attempt, successful or not
  };
  std::shared_ptr<const JsonWebKeySet> UsableKeys(const JsonWebToken& token);
  Result<std::shared_ptr<const JsonWebKeySet>> KeysFor(const JsonWebToken& token);
  Status CheckClaims(const boost::json::object& claims) const;

  const ExternalIssuerOptions options_;
  const std::function<Result<std::string>()> fetch_;
  const Clock& clock_;
  Mutex fetching_;  // one at a time; taken before mutex_
  Mutex mutex_;
  Keys keys_ GUARDED_BY(mutex_);
};

// Whether a bearer token is of the kind an external issuer signs: decides by its header alone.
bool IsPublicKeyToken(std::string_view token);

// Reads `key_set` from a file or over HTTP.
std::function<Result<std::string>()> KeySetSource(const std::string& key_set);

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_EXTERNAL_ISSUER_H_
