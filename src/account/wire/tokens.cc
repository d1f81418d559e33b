#include "account/wire/tokens.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>

#include "account/wire/json_fields.h"
#include "base/check.h"
#include "base/encoding.h"

namespace lifeboat::account::wire {
namespace {

std::string_view KindName(TokenKind kind) {
  switch (kind) {
    case TokenKind::kSession:
      return "session";
    case TokenKind::kMaster:
      return "master";
    case TokenKind::kState:
      return "state";
  }
  return "";
}

std::string ClaimsJson(const TokenClaims& claims) {
  boost::json::object object{{"kind", KindName(claims.kind)},     {"generation", claims.generation},
                             {"server", claims.server},           {"organization", claims.organization},
                             {"account", claims.account},         {"issued", claims.issued_seconds},
                             {"expires", claims.expires_seconds}, {"user", claims.state.user}};
  if (claims.kind != TokenKind::kSession) {
    object.emplace("role", claims.state.role);
    object.emplace("warehouse", claims.state.warehouse);
    object.emplace("database", claims.state.database);
    object.emplace("schema", claims.state.schema);
    object.emplace("variables", FromTextMap(claims.state.variables));
    object.emplace("parameters", FromTextMap(claims.state.parameters));
  }
  return boost::json::serialize(object);
}

std::map<std::string, std::string> TextMapField(const boost::json::object& object, std::string_view name) {
  const boost::json::object* field = ObjectField(object, name);
  return field == nullptr ? std::map<std::string, std::string>() : TextMap(*field);
}

Status NotOurs() {
  return Status::Unauthenticated("The token was not issued by this connection. Log in again.");
}

size_t Bytes(const std::map<std::string, std::string>& map) {
  size_t bytes = 0;
  for (const auto& [name, value] : map) bytes += name.size() + value.size();
  return bytes;
}

void RemoveLargest(std::map<std::string, std::string>& map) {
  map.erase(std::max_element(map.begin(), map.end(),
                             [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); }));
}

}  // namespace

std::string TokenCodec::Signature(std::string_view signed_text) const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* made =
      HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest, &size);
  LIFEBOAT_CHECK(made != nullptr, "OpenSSL cannot compute HMAC-SHA256");
  return Base64UrlEncode(std::string_view(reinterpret_cast<const char*>(digest), size));
}

std::string TokenCodec::Sign(const TokenClaims& claims) const {
  std::string token = claims.session_id + "." + Base64UrlEncode(ClaimsJson(claims));
  const std::string signature = Signature(token);
  return token + "." + signature;
}

Result<TokenClaims> TokenCodec::Verify(std::string_view token, TokenKind kind) const {
  const size_t first = token.find('.');
  const size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return NotOurs();
  const std::string expected = Signature(token.substr(0, last));
  const std::string_view given = token.substr(last + 1);
  if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), expected.size()) != 0) {
    return NotOurs();
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string json, Base64Decode(token.substr(first + 1, last - first - 1)));
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::object object, ParseObject(json));
  if (StringField(object, "kind") != KindName(kind)) return NotOurs();
  TokenClaims claims;
  claims.kind = kind;
  claims.session_id = std::string(token.substr(0, first));
  claims.generation = IntField(object, "generation", 0);
  claims.server = StringField(object, "server");
  claims.organization = StringField(object, "organization");
  claims.account = StringField(object, "account");
  claims.issued_seconds = IntField(object, "issued", 0);
  claims.expires_seconds = IntField(object, "expires", 0);
  claims.state.user = StringField(object, "user");
  claims.state.role = StringField(object, "role");
  claims.state.warehouse = StringField(object, "warehouse");
  claims.state.database = StringField(object, "database");
  claims.state.schema = StringField(object, "schema");
  claims.state.variables = TextMapField(object, "variables");
  claims.state.parameters = TextMapField(object, "parameters");
  return claims;
}

void TrimState(SessionState& state, size_t max_bytes) {
  while (Bytes(state.variables) + Bytes(state.parameters) > max_bytes) {
    RemoveLargest(state.variables.empty() ? state.parameters : state.variables);
  }
}

std::string_view TokenFromAuthorization(std::string_view header) {
  static constexpr std::string_view kPrefix = "Snowflake Token=\"";
  if (!header.starts_with(kPrefix) || !header.ends_with('"') || header.size() <= kPrefix.size()) return "";
  return header.substr(kPrefix.size(), header.size() - kPrefix.size() - 1);
}

}  // namespace lifeboat::account::wire
