#include "account/objects/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/encoding.h"

namespace lifeboat::account {
namespace {

constexpr uint64_t kCost = 16384;  // N of RFC 7914: 16 MiB, about 50 ms
constexpr uint64_t kBlockSize = 8;
constexpr uint64_t kParallel = 1;
constexpr size_t kKeyBytes = 32;
constexpr uint64_t kMemoryLimitBytes = uint64_t{64} << 20;

std::optional<std::string> Derive(std::string_view password, std::string_view salt, uint64_t n, uint64_t r,
                                  uint64_t p) {
  std::string key(kKeyBytes, '\0');
  const int done = EVP_PBE_scrypt(
      password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), n,
      r, p, kMemoryLimitBytes, reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (done != 1) return std::nullopt;
  return key;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

bool ParseNumber(std::string_view text, uint64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<std::string> HashPassword(std::string_view password, Random& random) {
  std::string salt(16, '\0');
  random.Fill({reinterpret_cast<uint8_t*>(salt.data()), salt.size()});
  const std::optional<std::string> key = Derive(password, salt, kCost, kBlockSize, kParallel);
  if (!key) return Status::ResourceExhausted("hashing a password needs 16 MiB of memory that is not there");
  return fmt::format("scrypt${}${}${}${}${}", kCost, kBlockSize, kParallel, Base64Encode(salt),
                     Base64Encode(*key));
}

bool VerifyPassword(std::string_view password, std::string_view hash) {
  const std::vector<std::string_view> parts = Split(hash, '$');
  uint64_t n = kCost, r = kBlockSize, p = kParallel;
  std::string salt(16, '\0'), expected(kKeyBytes, '\0');
  bool usable = parts.size() == 6 && parts[0] == "scrypt" && ParseNumber(parts[1], &n) &&
                ParseNumber(parts[2], &r) && ParseNumber(parts[3], &p);
  if (usable) {
    Result<std::string> decoded_salt = Base64Decode(parts[4]);
    Result<std::string> decoded_key = Base64Decode(parts[5]);
    usable = decoded_salt.ok() && decoded_key.ok() && decoded_key->size() == kKeyBytes;
    if (usable) {
      salt = *decoded_salt;
      expected = *decoded_key;
    }
  }
  const std::optional<std::string> key = Derive(password, salt, n, r, p);
  return usable && key && CRYPTO_memcmp(key->data(), expected.data(), kKeyBytes) == 0;
}

}  // namespace lifeboat::account
