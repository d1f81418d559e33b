// JSON Web Tokens that another issuer signed, and the public keys to check them with.
//
// Only RS256 and ES256 are accepted, each only with a key of its own type: "none" and HMAC under a public key
// are not ways in. Source: RFC 7515 (JWS), RFC 7517 (JWK), RFC 7518 sections 3.3 and 3.4, RFC 7519
// section 4.1.
#ifndef LIFEBOAT_CATALOG_ACCESS_JSON_WEB_TOKEN_H_
#define LIFEBOAT_CATALOG_ACCESS_JSON_WEB_TOKEN_H_

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::catalog::access {

struct JsonWebToken {
  std::string algorithm;  // "RS256"
  std::string key_id;     // empty: the header names none
  boost::json::object claims;
  std::string signed_text;
  std::string signature;

  // kUnauthenticated when it is not a token. Nothing is checked yet.
  static Result<JsonWebToken> Parse(std::string_view text);
};

// An issuer's public keys by key id.
class JsonWebKeySet {
 public:
  // Keys of other types or for other uses are left out; kInvalidArgument when it is not a key set.
  static Result<JsonWebKeySet> Parse(std::string_view json);

  size_t size() const { return keys_.size(); }
  // A token without a key id may be checked by the only key.
  bool HasKeyFor(const JsonWebToken& token) const { return Find(token) != nullptr; }
  // kUnauthenticated unless the token was signed with the private half of its key.
  Status VerifySignature(const JsonWebToken& token) const;

 private:
  struct Key;
  const Key* Find(const JsonWebToken& token) const;
  std::map<std::string, std::shared_ptr<const Key>> keys_;
};

}  // namespace lifeboat::catalog::access

#endif  // LIFEBOAT_CATALOG_ACCESS_JSON_WEB_TOKEN_H_
