#include "catalog/server/bearer_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json.hpp>

#include "base/encoding.h"

namespace lifeboat::catalog {
namespace {

// Base64url of {"alg":"HS256","typ":"JWT"}; tokens with any other header are refused.
constexpr std::string_view kHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

std::string HmacSha256(std::string_view key, std::string_view message) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Digests have one length, so comparing them tells nothing of the secret's.
std::string SecretDigest(std::string_view secret) {
  return HmacSha256("lifeboat catalog client secret", secret);
}

Status NotAuthorized(std::string_view problem) {
  return Status::Unauthenticated("Not authorized: {}; get a new token from v1/oauth/tokens", problem);
}

}  // namespace

BearerTokens::BearerTokens(const std::vector<ClientCredentials>& clients, std::chrono::seconds lifetime,
                           const Clock& clock)
    : unknown_secret_(access::PrincipalSecret::Unmatchable()), lifetime_(lifetime), clock_(clock) {
  for (const ClientCredentials& client : clients) {
    clients_[client.id] = {SecretDigest(client.secret),
                           HmacSha256(client.secret, "lifeboat catalog token key")};
  }
}

Result<std::string> BearerTokens::Issue(const std::string& client_id, std::string_view client_secret,
                                        const access::Policy& policy) const {
  const Status refused = Status::Unauthenticated("Invalid client id or client secret");
  if (const auto found = clients_.find(client_id); found != clients_.end()) {
    if (!EqualInConstantTime(SecretDigest(client_secret), found->second.secret_digest)) return refused;
    return Sign(client_id, found->second.token_key);
  }
  const access::Principal* principal = policy.FindPrincipal(client_id);
  const access::PrincipalSecret* secret = policy.FindSecret(client_id);
  const bool may_log_in = principal != nullptr && secret != nullptr && !principal->disabled &&
                          principal->kind == access::PrincipalKind::kClient;
  // An unknown client costs as much as a wrong secret.
  if (!(may_log_in ? *secret : unknown_secret_).Matches(client_secret) || !may_log_in) return refused;
  return Sign(client_id, secret->TokenKey());
}

Result<std::string> BearerTokens::Renew(std::string_view token, const access::Policy& policy) const {
  LIFEBOAT_ASSIGN_OR_RETURN(const access::Caller caller, Verify(token, policy));
  return Sign(caller.principal, TokenKeyOf(caller.principal, policy));
}

std::string BearerTokens::TokenKeyOf(std::string_view client_id, const access::Policy& policy) const {
  if (const auto found = clients_.find(client_id); found != clients_.end()) return found->second.token_key;
  const access::Principal* principal = policy.FindPrincipal(client_id);
  const access::PrincipalSecret* secret = policy.FindSecret(client_id);
  if (principal == nullptr || secret == nullptr || principal->disabled) return "";
  return principal->kind == access::PrincipalKind::kClient ? secret->TokenKey() : "";
}

bool BearerTokens::IsOwn(std::string_view token) {
  return token.starts_with(kHeader) && token.substr(kHeader.size()).starts_with('.');
}

std::string BearerTokens::Sign(std::string_view client_id, std::string_view token_key) const {
  const int64_t now_seconds = clock_.NowMicros() / 1'000'000;
  const boost::json::object claims{
      {"sub", std::string(client_id)}, {"iat", now_seconds}, {"exp", now_seconds + lifetime_.count()}};
  std::string token(kHeader);
  token += '.';
  token += Base64UrlEncode(boost::json::serialize(claims));
  const std::string signature = HmacSha256(token_key, token);
  token += '.';
  token += Base64UrlEncode(signature);
  return token;
}

Result<access::Caller> BearerTokens::Verify(std::string_view token, const access::Policy& policy) const {
  const size_t first = token.find('.');
  const size_t second = token.rfind('.');
  if (first == std::string_view::npos || second == first || token.substr(0, first) != kHeader) {
    return NotAuthorized("the bearer token is malformed");
  }
  const Result<std::string> payload = Base64Decode(token.substr(first + 1, second - first - 1));
  const Result<std::string> signature = Base64Decode(token.substr(second + 1));
  if (!payload.ok() || !signature.ok()) return NotAuthorized("the bearer token is malformed");
  boost::system::error_code error;
  const boost::json::value claims = boost::json::parse(*payload, error);
  const boost::json::object* object = error ? nullptr : claims.if_object();
  const boost::json::value* subject = object == nullptr ? nullptr : object->if_contains("sub");
  const boost::json::value* expiry = object == nullptr ? nullptr : object->if_contains("exp");
  if (subject == nullptr || !subject->is_string() || expiry == nullptr || !expiry->is_int64()) {
    return NotAuthorized("the bearer token is malformed");
  }
  const std::string_view id = subject->get_string();
  const std::string key = TokenKeyOf(id, policy);
  if (key.empty() || !EqualInConstantTime(*signature, HmacSha256(key, token.substr(0, second)))) {
    return NotAuthorized("the bearer token is not of this catalog");
  }
  if (expiry->get_int64() <= clock_.NowMicros() / 1'000'000)
    return NotAuthorized("the bearer token has expired");
  return access::Caller{.principal = std::string(id), .administrator = IsConfiguredClient(id)};
}

}  // namespace lifeboat::catalog
