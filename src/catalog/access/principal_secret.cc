#include "catalog/access/principal_secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json/object.hpp>
#include <memory>

#include "base/encoding.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog::access {
namespace {

constexpr int64_t kScryptCost = 1 << 13;  // 8 MiB with the block size below
constexpr uint64_t kScryptBlockSize = 8;
constexpr uint64_t kScryptMemoryMax = 256ull << 20;
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string RandomBytes(size_t count, Random& random) {
  std::string bytes(count, '\0');
  random.Fill({Bytes(bytes), count});
  return bytes;
}

// Empty when the parameters are out of range.
std::string Scrypt(std::string_view secret, std::string_view salt, int64_t cost) {
  std::string hash(kHashBytes, '\0');
  const int done =
      EVP_PBE_scrypt(secret.data(), secret.size(), Bytes(salt), salt.size(), static_cast<uint64_t>(cost),
                     kScryptBlockSize, 1, kScryptMemoryMax, Bytes(hash), hash.size());
  return done == 1 ? hash : std::string();
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Status CheckKey(std::string_view sealing_key) {
  if (sealing_key.size() == kKeyBytes) return Status::Ok();
  return Status::InvalidArgument("the key that seals secrets must have {} bytes", kKeyBytes);
}

}  // namespace

std::string PrincipalSecret::Generate(Random& random) {
  return Base64UrlEncode(RandomBytes(32, random));
}

Result<PrincipalSecret> PrincipalSecret::Hash(std::string_view secret, Random& random) {
  PrincipalSecret kept;
  kept.cost_ = kScryptCost;
  kept.salt_ = RandomBytes(kSaltBytes, random);
  kept.bytes_ = Scrypt(secret, kept.salt_, kept.cost_);
  if (kept.bytes_.empty()) return Status::ResourceExhausted("not enough memory to hash a secret");
  return kept;
}

PrincipalSecret PrincipalSecret::Unmatchable() {
  PrincipalSecret kept;
  kept.cost_ = kScryptCost;
  kept.salt_ = std::string(kSaltBytes, '\0');
  return kept;  // no hash is empty
}

Result<PrincipalSecret> PrincipalSecret::Seal(std::string_view secret, std::string_view sealing_key,
                                              Random& random) {
  PrincipalSecret kept;
  if (sealing_key.empty()) {
    kept.scheme_ = Scheme::kReadable;
    kept.bytes_ = secret;
    return kept;
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckKey(sealing_key));
  kept.scheme_ = Scheme::kSealed;
  kept.salt_ = RandomBytes(kNonceBytes, random);
  kept.bytes_.assign(secret.size() + kTagBytes, '\0');
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  int last = 0;
  const bool sealed = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(sealing_key),
                                         Bytes(std::string_view(kept.salt_))) == 1 &&
                      EVP_EncryptUpdate(context.get(), Bytes(kept.bytes_), &length, Bytes(secret),
                                        static_cast<int>(secret.size())) == 1 &&
                      EVP_EncryptFinal_ex(context.get(), Bytes(kept.bytes_) + length, &last) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                          Bytes(kept.bytes_) + secret.size()) == 1;
  if (!sealed) return Status::Internal("a secret could not be sealed");
  return kept;
}

bool PrincipalSecret::Matches(std::string_view secret) const {
  if (scheme_ != Scheme::kScrypt) return false;
  const std::string hash = Scrypt(secret, salt_, cost_);
  return !hash.empty() && hash.size() == bytes_.size() &&
         CRYPTO_memcmp(hash.data(), bytes_.data(), hash.size()) == 0;
}

Result<std::string> PrincipalSecret::Open(std::string_view sealing_key) const {
  if (scheme_ == Scheme::kReadable) return bytes_;
  if (scheme_ != Scheme::kSealed || bytes_.size() < kTagBytes || salt_.size() != kNonceBytes) {
    return Status::FailedPrecondition("the secret is kept as a hash and cannot be read");
  }
  LIFEBOAT_RETURN_IF_ERROR(CheckKey(sealing_key));
  const size_t size = bytes_.size() - kTagBytes;
  std::string secret(size, '\0');
  std::string tag = bytes_.substr(size);
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  int last = 0;
  const bool opened = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(sealing_key),
                                         Bytes(std::string_view(salt_))) == 1 &&
                      EVP_DecryptUpdate(context.get(), Bytes(secret), &length,
                                        Bytes(std::string_view(bytes_)), static_cast<int>(size)) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Bytes(tag)) == 1 &&
                      EVP_DecryptFinal_ex(context.get(), Bytes(secret) + length, &last) == 1;
  if (!opened) {
    return Status::FailedPrecondition(
        "the secret of an access key was sealed with another key than this server's; configure the same "
        "secret_key on every server");
  }
  return secret;
}

std::string PrincipalSecret::TokenKey() const {
  static constexpr std::string_view kPurpose = "lifeboat catalog principal token key";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()), Bytes(kPurpose), kPurpose.size(), digest,
       &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

boost::json::value PrincipalSecret::ToJson() const {
  switch (scheme_) {
    case Scheme::kScrypt:
      return boost::json::object{{"scheme", "scrypt"},
                                 {"cost", cost_},
                                 {"salt", Base64Encode(salt_)},
                                 {"hash", Base64Encode(bytes_)}};
    case Scheme::kSealed:
      return boost::json::object{
          {"scheme", "aes-256-gcm"}, {"nonce", Base64Encode(salt_)}, {"sealed", Base64Encode(bytes_)}};
    case Scheme::kReadable:
      return boost::json::object{{"scheme", "readable"}, {"secret", Base64Encode(bytes_)}};
  }
  return nullptr;
}

Result<PrincipalSecret> PrincipalSecret::FromJson(const boost::json::value& value) {
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string scheme, reader.Get<std::string>("scheme"));
  PrincipalSecret kept;
  const auto read = [&](std::string_view member, std::string* out) -> Status {
    LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, reader.Get<std::string>(member));
    LIFEBOAT_ASSIGN_OR_RETURN(*out, Base64Decode(text));
    return Status::Ok();
  };
  if (scheme == "scrypt") {
    LIFEBOAT_ASSIGN_OR_RETURN(kept.cost_, reader.Get<int64_t>("cost"));
    LIFEBOAT_RETURN_IF_ERROR(read("salt", &kept.salt_));
    LIFEBOAT_RETURN_IF_ERROR(read("hash", &kept.bytes_));
  } else if (scheme == "aes-256-gcm") {
    kept.scheme_ = Scheme::kSealed;
    LIFEBOAT_RETURN_IF_ERROR(read("nonce", &kept.salt_));
    LIFEBOAT_RETURN_IF_ERROR(read("sealed", &kept.bytes_));
  } else if (scheme == "readable") {
    kept.scheme_ = Scheme::kReadable;
    LIFEBOAT_RETURN_IF_ERROR(read("secret", &kept.bytes_));
  } else {
    return Status::Corruption("a secret is kept under the unknown scheme '{}'", scheme);
  }
  return kept;
}

}  // namespace lifeboat::catalog::access
