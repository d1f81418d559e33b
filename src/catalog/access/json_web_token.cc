#include "catalog/access/json_web_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/encoding.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog::access {
namespace {

constexpr size_t kTokenBytesMax = 16 * 1024;
constexpr size_t kP256Bytes = 32;
constexpr size_t kRsaModulusBytesMin = 256;  // 2048 bits

using PublicKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberOf(const std::string& bytes) {
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr), &BN_free);
}

// Null when the parameters make no key.
PublicKey MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(builder),
                                                                           &OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return PublicKey(nullptr, &EVP_PKEY_free);
  }
  return PublicKey(key, &EVP_PKEY_free);
}

using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;

PublicKey MakeRsaKey(const std::string& modulus, const std::string& exponent) {
  const ParameterBuilder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  const Number n = NumberOf(modulus);
  const Number e = NumberOf(exponent);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return MakeKey("RSA", builder.get());
}

PublicKey MakeP256Key(const std::string& x, const std::string& y) {
  const ParameterBuilder builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  const std::string point = '\x04' + x + y;
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return MakeKey("EC", builder.get());
}

// JWS writes an ECDSA signature as r and s in 32 bytes each; OpenSSL reads ASN.1. Empty when it is neither.
std::string DerSignature(const std::string& signature) {
  if (signature.size() != 2 * kP256Bytes) return "";
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), &ECDSA_SIG_free);
  ECDSA_SIG_set0(pair.get(), NumberOf(signature.substr(0, kP256Bytes)).release(),
                 NumberOf(signature.substr(kP256Bytes)).release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return "";
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

Status Malformed() {
  return Status::Unauthenticated("Not authorized: the bearer token is malformed");
}

// A member of a key, decoded from base64url; empty when it is missing.
std::string Decoded(const boost::json::object& object, std::string_view member) {
  const boost::json::value* value = object.if_contains(member);
  if (value == nullptr || !value->is_string()) return "";
  return Base64Decode(value->get_string()).value_or("");
}

std::string Text(const boost::json::object& object, std::string_view member) {
  const boost::json::value* value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

struct JsonWebKeySet::Key {
  std::string algorithm;
  PublicKey key;
};

Result<JsonWebToken> JsonWebToken::Parse(std::string_view text) {
  const size_t first = text.find('.');
  const size_t second = text.rfind('.');
  if (text.size() > kTokenBytesMax || first == std::string_view::npos || second == first) return Malformed();
  const Result<std::string> header = Base64Decode(text.substr(0, first));
  const Result<std::string> payload = Base64Decode(text.substr(first + 1, second - first - 1));
  const Result<std::string> signature = Base64Decode(text.substr(second + 1));
  if (!header.ok() || !payload.ok() || !signature.ok()) return Malformed();
  const Result<boost::json::value> header_value = iceberg::ParseJson(*header);
  const Result<boost::json::value> claims = iceberg::ParseJson(*payload);
  if (!header_value.ok() || !claims.ok() || !header_value->is_object() || !claims->is_object()) {
    return Malformed();
  }
  const boost::json::object& head = header_value->get_object();
  // An extension the token calls critical must be understood, and none is (RFC 7515 section 4.1.11).
  if (head.contains("crit")) return Malformed();
  JsonWebToken token;
  token.algorithm = Text(head, "alg");
  token.key_id = Text(head, "kid");
  token.claims = claims->get_object();
  token.signed_text = text.substr(0, second);
  token.signature = *signature;
  return token;
}

Result<JsonWebKeySet> JsonWebKeySet::Parse(std::string_view json) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, iceberg::ParseJson(json, "key set"));
  const boost::json::object* object = value.if_object();
  const boost::json::value* keys = object == nullptr ? nullptr : object->if_contains("keys");
  if (keys == nullptr || !keys->is_array()) {
    return Status::InvalidArgument("it is not a JSON Web Key Set: it has no array 'keys'");
  }
  JsonWebKeySet set;
  for (const boost::json::value& entry : keys->get_array()) {
    if (!entry.is_object()) continue;
    const boost::json::object& key = entry.get_object();
    if (const std::string use = Text(key, "use"); !use.empty() && use != "sig") continue;
    const std::string type = Text(key, "kty");
    const std::string algorithm = Text(key, "alg");
    PublicKey made(nullptr, &EVP_PKEY_free);
    std::string works_for;
    if (type == "RSA" && (algorithm.empty() || algorithm == "RS256")) {
      const std::string modulus = Decoded(key, "n");
      if (modulus.size() < kRsaModulusBytesMin) continue;
      works_for = "RS256";
      made = MakeRsaKey(modulus, Decoded(key, "e"));
    } else if (type == "EC" && Text(key, "crv") == "P-256" && (algorithm.empty() || algorithm == "ES256")) {
      const std::string x = Decoded(key, "x");
      const std::string y = Decoded(key, "y");
      if (x.size() != kP256Bytes || y.size() != kP256Bytes) continue;
      works_for = "ES256";
      made = MakeP256Key(x, y);
    }
    if (made == nullptr) continue;
    set.keys_[Text(key, "kid")] = std::make_shared<const Key>(Key{works_for, std::move(made)});
  }
  return set;
}

const JsonWebKeySet::Key* JsonWebKeySet::Find(const JsonWebToken& token) const {
  const auto found = token.key_id.empty() && keys_.size() == 1 ? keys_.begin() : keys_.find(token.key_id);
  return found == keys_.end() ? nullptr : found->second.get();
}

Status JsonWebKeySet::VerifySignature(const JsonWebToken& token) const {
  const Key* key = Find(token);
  if (key == nullptr) {
    return Status::Unauthenticated(
        "Not authorized: the token was signed with a key its issuer does not publish");
  }
  if (key->algorithm != token.algorithm) {
    return Status::Unauthenticated("Not authorized: the token's algorithm does not fit the issuer's key");
  }
  const std::string signature = token.algorithm == "ES256" ? DerSignature(token.signature) : token.signature;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool valid =
      !signature.empty() &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key->key.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(token.signed_text),
                       token.signed_text.size()) == 1;
  if (!valid) return Status::Unauthenticated("Not authorized: the token's signature is wrong");
  return Status::Ok();
}

}  // namespace lifeboat::catalog::access
