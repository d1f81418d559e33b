#include "catalog/server/signed_text.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/encoding.h"

namespace lifeboat::catalog {

std::string SignatureOf(std::string_view purpose, std::string_view text, std::string_view key) {
  const std::string message = fmt::format("{}\n{}", purpose, text);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &length);
  return Base64UrlEncode(std::string_view(reinterpret_cast<const char*>(digest), length));
}

std::optional<std::string_view> SignedText(std::string_view purpose, std::string_view whole,
                                           std::string_view key) {
  const size_t dot = whole.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view text = whole.substr(0, dot), given = whole.substr(dot + 1);
  const std::string expected = SignatureOf(purpose, text, key);
  if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), given.size()) != 0)
    return std::nullopt;
  return text;
}

}  // namespace lifeboat::catalog
