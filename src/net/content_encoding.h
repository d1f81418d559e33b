// Compressed bodies: Content-Encoding gzip and deflate (zlib), RFC 9110 section 8.4.
#ifndef LIFEBOAT_NET_CONTENT_ENCODING_H_
#define LIFEBOAT_NET_CONTENT_ENCODING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::net {

std::string GzipCompress(std::string_view bytes, int level = 1);

// Decodes per `content_encoding` ("", "identity", "gzip", "deflate"); bytes that start with gzip's magic
// number are inflated also where the header is missing, as some clients do. kResourceExhausted past
// `max_bytes`, kInvalidArgument for damaged bytes or another encoding.
Result<std::string> DecodeContent(std::string body, std::string_view content_encoding, uint64_t max_bytes);

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_CONTENT_ENCODING_H_
