// Fuzz target: whatever bytes come over a connection, the HTTP server answers them as whole responses, one to
// each request it hands to the handler and then at most one of its own, and never hands on a request that is
// larger than it should be or has a line break in a name or value. Also: texts survive percent-encoding.
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "net/http_server.h"
#include "net/response_head.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/raw_socket.h"

namespace {

using namespace lifeboat;  // NOLINT: a program of its own

constexpr size_t kHeaderBytesMax = 1024;
constexpr uint64_t kBodyBytesMax = 4096;

void CheckRequest(const net::HttpRequest& request) {
  LIFEBOAT_CHECK(request.body.size() <= kBodyBytesMax, "a body past the limit was accepted");
  LIFEBOAT_CHECK(!request.method.empty() && !request.target.empty(), "a request has a method and a target");
  size_t bytes = request.target.size();
  for (const auto& [name, value] : request.headers.fields()) {
    bytes += name.size() + value.size();
    LIFEBOAT_CHECK(!name.empty() && net::IsSafeField(name, value), name + ": " + value);
  }
  LIFEBOAT_CHECK(bytes <= kHeaderBytesMax, "a header past the limit was accepted");
}

// A server that tells the client what it understood.
class EchoServer {
 public:
  EchoServer() {
    net::HttpServerOptions options;
    options.max_header_bytes = kHeaderBytesMax;
    options.max_body_bytes = kBodyBytesMax;
    server_ = net::HttpServer::Start(options, [this](net::HttpRequest request, net::Responder responder) {
                CheckRequest(request);
                net::HttpResponse response = net::HttpResponse::Text(200, request.body);
                response.headers.Add("Target", request.target);
                MutexLock lock(mutex_);
                methods_.push_back(std::move(request.method));
                responder.Send(std::move(response));
              }).value();
  }
  // What came back on a connection over which `bytes` were sent, and the methods of the requests in them.
  std::string Exchange(std::string_view bytes, std::vector<std::string>* methods) EXCLUDES_LOCK(mutex_) {
    {
      MutexLock lock(mutex_);
      methods_.clear();
    }
    testing::RawSocket client(server_->port());
    client.Send(bytes);
    client.ShutdownSend();
    std::string answers = client.ReadAll();
    MutexLock lock(mutex_);
    *methods = methods_;
    return answers;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> methods_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> server_;
};

void CheckAnswers(std::string_view answers, const std::vector<std::string>& methods) {
  const std::string story(answers);
  size_t served = 0;
  while (!answers.empty()) {
    LIFEBOAT_CHECK(answers.starts_with("HTTP/1.1 "), story);
    const std::string status(answers.substr(9, 3));
    const size_t end = answers.find("\r\n\r\n");
    LIFEBOAT_CHECK(end != std::string_view::npos, story);
    const std::string head(answers.substr(0, end + 2));
    answers.remove_prefix(end + 4);
    if (status == "100") continue;
    const bool handled = status == "200";
    LIFEBOAT_CHECK(handled || status == "400" || status == "413" || status == "417" || status == "431",
                   story);
    LIFEBOAT_CHECK(!handled || served < methods.size(), story);
    const bool has_body = !handled || methods[served] != "HEAD";
    if (handled) ++served;
    const size_t length_at = head.find("\r\nContent-Length: ");
    LIFEBOAT_CHECK(length_at != std::string::npos, story);
    const size_t length = std::strtoull(head.c_str() + length_at + 18, nullptr, 10);
    if (!handled) {  // the last word on this connection
      LIFEBOAT_CHECK(answers.size() <= length, story);
      break;
    }
    if (!has_body) continue;
    LIFEBOAT_CHECK(answers.size() >= length, story);
    answers.remove_prefix(length);
  }
  LIFEBOAT_CHECK(served == methods.size(), story);
}

void FuzzEncoding(std::string_view text) {
  LIFEBOAT_CHECK(net::PercentDecode(net::PercentEncode(text)) == text, std::string(text));
  std::string path;
  std::vector<std::string> segments = net::PathSegments(text);
  for (const std::string& segment : segments) path += "/" + net::PercentEncode(segment);
  std::erase(segments, "");
  LIFEBOAT_CHECK(net::PathSegments(path) == segments, path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static EchoServer server;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FuzzEncoding(bytes);
  std::vector<std::string> methods;
  const std::string answers = server.Exchange(bytes, &methods);
  CheckAnswers(answers, methods);
  return 0;
}

std::vector<std::string> SeedInputs() {
  return {
      "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
      "POST /v1/a%1Fb?x=y HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: "
      "h\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n3;ext=1\r\nabc\r\n0\r\nTrailer: "
      "x\r\n\r\n",
      "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
      "DELETE http://h/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Folded: a\r\n b\r\n\r\n",
      "\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\nCookie: a=b; c=d\r\n\r\n",
  };
}

std::vector<std::string> Fragments() {
  return {"\r\n",
          "\n",
          "\r",
          std::string(1, '\0'),
          "\r\n\r\n",
          "Content-Length: 0\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Content-Length: -1\r\n",
          "Content-Length: +5\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "ffffffffffffffff\r\n",
          "0\r\n\r\n",
          "HTTP/1.0",
          "HTTP/2.0",
          "Expect: 100-continue\r\n",
          "Connection: close\r\n",
          "HEAD ",
          "http://",
          "%00",
          std::string(600, 'a')};
}
