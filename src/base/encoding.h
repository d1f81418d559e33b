// Text encodings of bytes: hexadecimal and base64 (RFC 4648).
#ifndef LIFEBOAT_BASE_ENCODING_H_
#define LIFEBOAT_BASE_ENCODING_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat {

std::string HexEncode(std::string_view bytes);  // lower case
Result<std::string> HexDecode(std::string_view text);

std::string Base64Encode(std::string_view bytes);     // with padding
std::string Base64UrlEncode(std::string_view bytes);  // '-' and '_', no padding
// Accepts both alphabets, padded or not.
Result<std::string> Base64Decode(std::string_view text);

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_ENCODING_H_
