// HttpClient: HTTP/1.1 requests over a shared pool of kept-alive connections, run by one background thread
// (libcurl).
//
// An HTTP answer of any status is a success here; the Status says only whether an answer arrived:
// kUnavailable — the connection was refused or could not be made: the server has not seen the request;
// kCommitStateUnknown — it broke or timed out after bytes were sent: the server may have acted;
// kResourceExhausted — the answer is larger than the caller allows;
// kCancelled — the client was destroyed; kInvalidArgument — not a URL or header this client can send.
//
// A kept-alive connection may die just as a request is sent over it. GET, HEAD and OPTIONS are then sent
// again over a fresh one; any other method is not, because the server may have acted on it:
// kCommitStateUnknown.
#ifndef LIFEBOAT_NET_HTTP_CLIENT_H_
#define LIFEBOAT_NET_HTTP_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace lifeboat::net {

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;  // "http://127.0.0.1:8181/v1/config?warehouse=lake"
  Headers headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds timeout{60'000};  // whole exchange; 0: none
  uint64_t max_response_bytes = 1ull << 30;
};

class HttpClient {
 public:
  static std::unique_ptr<HttpClient> Make();
  virtual ~HttpClient() = default;  // requests under way end with kCancelled

  // `done` runs once, on the client's thread (an unusable request: on the caller's): hand long work
  // elsewhere.
  virtual void SendAsync(OutgoingRequest request, std::function<void(Result<HttpResponse>)> done) = 0;

  // Waits for the answer. Must not be called from `done`.
  Result<HttpResponse> Send(OutgoingRequest request);
};

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_HTTP_CLIENT_H_
