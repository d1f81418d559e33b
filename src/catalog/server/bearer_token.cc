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
    : lifetime_(lifetime), clock_(clock) {
  for (const ClientCredentials& client : clients) {
    clients_[client.id] = {SecretDigest(client.secret),
                           HmacSha256(client.secret, "lifeboat catalog token key")};
  }
}

Result<std::string> BearerTokens::Issue(const std::string& client_id, std::string_view client_secret) const {
  const auto found = clients_.find(client_id);
  // An unknown client costs as much as a wrong secret.
  const std::string digest = SecretDigest(client_secret);
  const std::string_view expected =
      found == clients_.end() ? std::string_view() : found->second.secret_digest;
  if (!EqualInConstantTime(digest, expected))
    return Status::Unauthenticated("Invalid client id or client secret");
  return Sign(client_id, found->second);
}

Result<std::string> BearerTokens::Renew(std::string_view token) const {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string client_id, Verify(token));
  return Sign(client_id, clients_.find(client_id)->second);
}

std::string BearerTokens::Sign(const std::string& client_id, const Client& client) const {
  const int64_t now_seconds = clock_.NowMicros() / 1'000'000;
  const boost::json::object claims{
      {"sub", client_id}, {"iat", now_seconds}, {"exp", now_seconds + lifetime_.count()}};
  std::string token(kHeader);
  token += '.';
  token += Base64UrlEncode(boost::json::serialize(claims));
  const std::string signature = HmacSha256(client.token_key, token);
  token += '.';
  token += Base64UrlEncode(signature);
  return token;
}

Result<std::string> BearerTokens::Verify(std::string_view token) const {
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
  const auto found = clients_.find(std::string_view(subject->get_string()));
  if (found == clients_.end() ||
      !EqualInConstantTime(*signature, HmacSha256(found->second.token_key, token.substr(0, second)))) {
    return NotAuthorized("the bearer token is not of this catalog");
  }
  if (expiry->get_int64() <= clock_.NowMicros() / 1'000'000)
    return NotAuthorized("the bearer token has expired");
  return found->first;
}

}  // namespace lifeboat::catalog
