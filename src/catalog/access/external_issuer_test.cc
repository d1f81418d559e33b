#include "catalog/access/external_issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "base/testing.h"

namespace lifeboat::catalog::access {
namespace {

using ::testing::HasSubstr;

std::string BytesOf(const BIGNUM* number, int size) {
  std::string bytes(static_cast<size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
  return bytes;
}

// A private key of the issuer, and what it publishes of it.
class SigningKey {
 public:
  SigningKey(std::string algorithm, std::string id)
      : algorithm_(std::move(algorithm)),
        id_(std::move(id)),
        key_(algorithm_ == "RS256" ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), &EVP_PKEY_free) {}

  boost::json::object PublicKey() const {
    const auto number = [&](const char* parameter, int size) {
      BIGNUM* value = nullptr;
      EVP_PKEY_get_bn_param(key_.get(), parameter, &value);
      const std::string bytes = BytesOf(value, size);
      BN_free(value);
      return Base64UrlEncode(bytes);
    };
    if (algorithm_ == "RS256") {
      return {{"kty", "RSA"},
              {"kid", id_},
              {"use", "sig"},
              {"n", number(OSSL_PKEY_PARAM_RSA_N, 256)},
              {"e", number(OSSL_PKEY_PARAM_RSA_E, 3)}};
    }
    return {{"kty", "EC"},
            {"kid", id_},
            {"crv", "P-256"},
            {"x", number(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
            {"y", number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
  }

  std::string Token(const boost::json::object& claims, boost::json::object header = {}) const {
    if (!header.contains("alg")) header["alg"] = algorithm_;
    if (!header.contains("kid")) header["kid"] = id_;
    const std::string text = Base64UrlEncode(boost::json::serialize(header)) + "." +
                             Base64UrlEncode(boost::json::serialize(claims));
    return text + "." + Base64UrlEncode(Signature(text));
  }

 private:
  std::string Signature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    std::string bytes(512, '\0');
    size_t size = bytes.size();
    const auto* message = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size, message,
                   text.size());
    bytes.resize(size);
    if (algorithm_ == "RS256") return bytes;
    const auto* der = reinterpret_cast<const unsigned char*>(bytes.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)), &ECDSA_SIG_free);
    return BytesOf(ECDSA_SIG_get0_r(pair.get()), 32) + BytesOf(ECDSA_SIG_get0_s(pair.get()), 32);
  }

  std::string algorithm_;
  std::string id_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

class ExternalIssuerTest : public ::testing::Test {
 protected:
  ExternalIssuerTest()
      : issuer_(
            {.issuer = "https://issuer", .audience = "lake", .key_set = "", .subject_claim = "sub"},
            [this] {
              ++fetches_;
              return published_;
            },
            clock_) {
    Publish({&rsa_, &elliptic_});
  }
  void Publish(const std::vector<const SigningKey*>& keys) {
    boost::json::array list{boost::json::object{{"kty", "oct"}, {"k", "c2VjcmV0"}}};
    for (const SigningKey* key : keys) list.push_back(key->PublicKey());
    published_ = boost::json::serialize(boost::json::object{{"keys", list}});
  }
  boost::json::object Claims() const {
    const int64_t now = clock_.NowMicros() / 1'000'000;
    return {{"iss", "https://issuer"}, {"aud", "lake"}, {"sub", "eva@example.com"}, {"exp", now + 300}};
  }
  std::string Problem(const std::string& token) {
    const Result<std::string> subject = issuer_.Verify(token);
    EXPECT_STATUS(StatusCode::kUnauthenticated, subject);
    return subject.status().message();
  }

  static inline const SigningKey rsa_{"RS256", "rsa"};
  static inline const SigningKey elliptic_{"ES256", "ec"};
  static inline const SigningKey later_{"ES256", "later"};
  ManualClock clock_;
  Result<std::string> published_ = std::string();
  int fetches_ = 0;
  ExternalIssuer issuer_;
};

TEST_F(ExternalIssuerTest, TokensOfBothAlgorithmsNameTheirSubject) {
  for (const SigningKey* key : {&rsa_, &elliptic_}) {
    ASSERT_OK_AND_ASSIGN(const std::string subject, issuer_.Verify(key->Token(Claims())));
    EXPECT_EQ(subject, "eva@example.com");
  }
  EXPECT_EQ(fetches_, 1);
  EXPECT_TRUE(IsPublicKeyToken(rsa_.Token(Claims())));
  EXPECT_FALSE(IsPublicKeyToken(rsa_.Token(Claims(), {{"alg", "HS256"}})));
}

TEST_F(ExternalIssuerTest, ClaimsAreChecked) {
  const auto with = [&](std::string_view claim, boost::json::value value) {
    boost::json::object claims = Claims();
    claims[claim] = std::move(value);
    return rsa_.Token(claims);
  };
  const int64_t now = clock_.NowMicros() / 1'000'000;
  EXPECT_THAT(Problem(with("iss", "https://other")), HasSubstr("issuer"));
  EXPECT_THAT(Problem(with("aud", "lakes")), HasSubstr("audience"));
  EXPECT_OK(issuer_.Verify(with("aud", boost::json::array{"x", "lake"})));
  EXPECT_THAT(Problem(with("exp", now - 61)), HasSubstr("expired"));
  EXPECT_OK(issuer_.Verify(with("exp", now - 59)));
  EXPECT_THAT(Problem(with("exp", "soon")), HasSubstr("no expiry"));
  EXPECT_THAT(Problem(with("nbf", now + 61)), HasSubstr("not valid yet"));
  EXPECT_OK(issuer_.Verify(with("nbf", static_cast<double>(now) + 59.5)));
  EXPECT_THAT(Problem(with("sub", nullptr)), HasSubstr("claim 'sub'"));
}

TEST_F(ExternalIssuerTest, ForgeriesAreRefused) {
  const std::string token = rsa_.Token(Claims());
  boost::json::object other = Claims();
  other["sub"] = "root";
  const std::string swapped = token.substr(0, token.find('.') + 1) +
                              Base64UrlEncode(boost::json::serialize(other)) + token.substr(token.rfind('.'));
  EXPECT_THAT(Problem(swapped), HasSubstr("signature is wrong"));
  EXPECT_THAT(Problem(elliptic_.Token(Claims(), {{"kid", "rsa"}})), HasSubstr("algorithm does not fit"));
  EXPECT_THAT(Problem(elliptic_.Token(Claims(), {{"kid", "rsa"}, {"alg", "RS256"}})),
              HasSubstr("signature is wrong"));
  EXPECT_THAT(Problem(rsa_.Token(Claims(), {{"alg", "none"}})), HasSubstr("RS256 and ES256"));
  EXPECT_THAT(Problem(rsa_.Token(Claims(), {{"alg", "HS256"}})), HasSubstr("RS256 and ES256"));
  EXPECT_THAT(Problem(rsa_.Token(Claims(), {{"crit", boost::json::array{"b64"}}})), HasSubstr("malformed"));
  for (const std::string& bad : {std::string(), std::string("."), std::string("a.b.c"),
                                 token.substr(0, token.size() / 2), std::string(20'000, 'a')}) {
    EXPECT_THAT(Problem(bad), HasSubstr("Not authorized"));
  }
  std::string cut = elliptic_.Token(Claims());
  cut.resize(cut.size() - 4);
  EXPECT_THAT(Problem(cut), HasSubstr("signature is wrong"));
}

TEST_F(ExternalIssuerTest, ARotatedKeyIsFetchedOnceAndAForgedIdNotAtEveryRequest) {
  ASSERT_OK(issuer_.Verify(rsa_.Token(Claims())));
  Publish({&rsa_, &later_});
  // The keys were asked for just now: not again so soon.
  EXPECT_THAT(Problem(later_.Token(Claims())), HasSubstr("does not publish"));
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(ExternalIssuer::kRefreshInterval);
  EXPECT_OK(issuer_.Verify(later_.Token(Claims())));
  EXPECT_EQ(fetches_, 2);
  for (int i = 0; i < 10; ++i) Problem(rsa_.Token(Claims(), {{"kid", "none"}}));
  EXPECT_EQ(fetches_, 2);
  // A key that is withdrawn stops working.
  Publish({&later_});
  clock_.Advance(ExternalIssuer::kKeysLifetime);
  EXPECT_THAT(Problem(rsa_.Token(Claims())), HasSubstr("does not publish"));
}

TEST_F(ExternalIssuerTest, AnIssuerThatIsAwayIsNotTheCallersFault) {
  published_ = Status::Unavailable("connection refused");
  EXPECT_STATUS(StatusCode::kUnavailable, issuer_.Verify(rsa_.Token(Claims())));
  published_ = std::string("not JSON");
  EXPECT_STATUS(StatusCode::kUnavailable, issuer_.Verify(rsa_.Token(Claims())));
  Publish({&rsa_});
  EXPECT_OK(issuer_.Verify(rsa_.Token(Claims())));
  published_ = Status::Unavailable("connection refused");
  clock_.Advance(ExternalIssuer::kKeysLifetime);
  EXPECT_OK(issuer_.Verify(rsa_.Token(Claims())));
}

TEST(KeySetSourceTest, AMissingFileIsNamed) {
  EXPECT_THAT(KeySetSource("/nowhere/keys.json")().status().message(), HasSubstr("/nowhere/keys.json"));
}

}  // namespace
}  // namespace lifeboat::catalog::access
