// Sockets that misbehave: what a broken exchange tells about whether the server saw the request.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/testing.h"
#include "storage/s3/http_transport.h"

namespace lifeboat::storage::s3 {
namespace {

// Accepts one connection, reads a request's head, sends `answer` as it is, and closes (or stays silent until
// the client goes).
class OneShotServer {
 public:
  OneShotServer(std::string answer, bool stay_open) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    LIFEBOAT_CHECK(::bind(listener_, generic, size) == 0 && ::listen(listener_, 1) == 0 &&
                       ::getsockname(listener_, generic, &size) == 0,
                   "cannot listen");
    url = fmt::format("http://127.0.0.1:{}/bucket/key", ntohs(address.sin_port));
    thread_ = std::thread([this, answer = std::move(answer), stay_open] {
      const int peer = ::accept(listener_, nullptr, nullptr);
      char buffer[4096];
      std::string head;
      ssize_t n = 0;
      while (head.find("\r\n\r\n") == std::string::npos && (n = ::recv(peer, buffer, sizeof buffer, 0)) > 0)
        head.append(buffer, n);
      (void)!::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      while (stay_open && ::recv(peer, buffer, sizeof buffer, 0) > 0) {
      }
      ::close(peer);
    });
  }
  ~OneShotServer() {
    thread_.join();
    ::close(listener_);
  }
  std::string url;

 private:
  int listener_;
  std::thread thread_;
};

constexpr std::chrono::milliseconds kPatient{60'000};

Result<HttpReply> Get(const std::string& url, std::chrono::milliseconds stall_timeout) {
  CurlTransportOptions options;
  options.stall_timeout = stall_timeout;
  return MakeCurlTransport(options)->Send({"GET", url, {}, ""});
}

TEST(CurlTransport, ReadsStatusHeadersAndBody) {
  OneShotServer server("HTTP/1.1 206 Partial\r\nContent-Length: 3\r\nETag: \"x\"\r\n\r\nabc", false);
  ASSERT_OK_AND_ASSIGN(const HttpReply reply, Get(server.url, kPatient));
  EXPECT_EQ(reply.status, 206);
  EXPECT_EQ(HeaderValue(reply.headers, "etag"), "\"x\"");
  EXPECT_EQ(reply.body, "abc");
}

TEST(CurlTransport, CutBodiesLostAnswersAndSilenceLeaveTheOutcomeOpen) {
  for (const char* answer : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 20", ""}) {
    OneShotServer server(answer, false);
    EXPECT_STATUS(StatusCode::kCommitStateUnknown, Get(server.url, kPatient));
  }
  OneShotServer silent("", true);
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, Get(silent.url, std::chrono::milliseconds(1'000)));
}

TEST(CurlTransport, ARefusedConnectionMeansTheServerSawNothing) {
  std::string url;
  {
    OneShotServer gone("HTTP/1.1 204 OK\r\n\r\n", false);
    url = gone.url;
    EXPECT_OK(Get(url, kPatient));
  }
  EXPECT_STATUS(StatusCode::kUnavailable, Get(url, kPatient));
}

}  // namespace
}  // namespace lifeboat::storage::s3
