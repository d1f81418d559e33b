// Signed text: what a server hands to a client to be handed back, so that it need not keep it.
#ifndef LIFEBOAT_CATALOG_SERVER_SIGNED_TEXT_H_
#define LIFEBOAT_CATALOG_SERVER_SIGNED_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::catalog {

// HMAC-SHA256 in base64url. `purpose` keeps text signed for one end from being used for another.
std::string SignatureOf(std::string_view purpose, std::string_view text, std::string_view key);

// "text.signature" → text, if the signature is right; compared in constant time.
std::optional<std::string_view> SignedText(std::string_view purpose, std::string_view whole,
                                           std::string_view key);

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_SERVER_SIGNED_TEXT_H_
