// The status line and header fields of a response as bytes (RFC 9112), ready to be sent in front of its body.
#ifndef LIFEBOAT_NET_RESPONSE_HEAD_H_
#define LIFEBOAT_NET_RESPONSE_HEAD_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "net/http.h"

namespace lifeboat::net {

struct ResponseFraming {
  std::string_view date;  // HttpDate of now
  bool keep_alive = true;
  bool http_1_0 = false;      // the client speaks HTTP/1.0: keep-alive must be said, closing need not
  bool answers_head = false;  // to a HEAD request: headers as for GET, no body follows
};

// Frames `response` by its body's size; its own Connection, Content-Length, Transfer-Encoding and Date are
// replaced.
std::string ResponseHead(const HttpResponse& response, const ResponseFraming& framing);

// A response to `answers_head` or with this status is sent without body.
bool StatusForbidsBody(int status);

// False for names or values that would break out of their line.
bool IsSafeField(std::string_view name, std::string_view value);

// "Tue, 24 Nov 2026 20:09:30 GMT" (RFC 9110 section 5.6.7)
std::string HttpDate(int64_t unix_seconds);

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_RESPONSE_HEAD_H_
