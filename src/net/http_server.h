// HttpServer: HTTP/1.1 over TCP with keep-alive, TCP_NODELAY, size limits, timeouts and graceful shutdown.
//
// The handler runs on an I/O thread and must not block: it answers at once, or hands the work to an Executor
// and answers later through the Responder from any thread. A connection's requests are served one at a time,
// in order. Malformed requests are answered 400, oversized headers 431, oversized bodies 413, unfinished ones
// 408, without calling the handler. `Expect: 100-continue` is honoured. HEAD answers carry the headers of the
// GET and no body.
//
// The server frames messages itself: it decodes chunked request bodies, and ignores Connection,
// Content-Length and Transfer-Encoding of the handler's response (except Content-Length of a HEAD answer
// without body).
#ifndef LIFEBOAT_NET_HTTP_SERVER_H_
#define LIFEBOAT_NET_HTTP_SERVER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace lifeboat::net {

// Sends the one response to a request. Copyable; the first Send wins, later ones are ignored. If every copy
// is destroyed without Send, the client gets 500.
class Responder {
 public:
  class Impl {
   public:
    virtual ~Impl() = default;
    virtual void Send(HttpResponse response) = 0;
    virtual bool ClientGone() const = 0;
  };
  explicit Responder(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  void Send(HttpResponse response) const { impl_->Send(std::move(response)); }
  // The client has closed its connection: the answer will reach nobody. Not noticed while the client has sent
  // a further request already.
  bool ClientGone() const { return impl_->ClientGone(); }

 private:
  std::shared_ptr<Impl> impl_;
};

using HttpHandler = std::function<void(HttpRequest request, Responder responder)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: any free port, see HttpServer::port()
  int io_threads = 1;
  size_t max_header_bytes = 64 * 1024;
  uint64_t max_body_bytes = 256ull * 1024 * 1024;
  std::chrono::milliseconds idle_timeout{300'000};  // between requests
  std::chrono::milliseconds read_timeout{60'000};   // for the rest of a request once its first byte is there
  std::chrono::milliseconds write_timeout{60'000};  // without progress
  // The body of the answers this server gives itself (400, 408, 413, 431, …); none: the message as plain
  // text.
  std::function<HttpResponse(int status, std::string_view message)> own_answer = {};
  int max_connections = 10'000;  // further ones are answered 503 with Retry-After and closed
};

class HttpServer {
 public:
  // Listens and serves at once. A port in use is kFailedPrecondition, naming host and port.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options, HttpHandler handler);
  virtual ~HttpServer() = default;  // stops with no grace

  virtual uint16_t port() const = 0;
  // Stops accepting, lets requests under way finish for up to `grace`, closes the rest, joins the threads.
  // Responders that are answered later are ignored. Must not be called from the handler.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace lifeboat::net

#endif  // LIFEBOAT_NET_HTTP_SERVER_H_
