#include "net/http_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/testing.h"
#include "net/content_encoding.h"
#include "net/http_server.h"
#include "tests/support/raw_socket.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::net {
namespace {

using lifeboat::testing::RawListener;
using lifeboat::testing::RawSocket;
using lifeboat::testing::ReservedPort;
using std::chrono::milliseconds;

OutgoingRequest Request(std::string method, uint16_t port, std::string body = "") {
  OutgoingRequest request;
  request.method = std::move(method);
  request.url = fmt::format("http://127.0.0.1:{}/path//x/../y?q=1", port);
  request.body = std::move(body);
  return request;
}

// Accepts one connection after the other and plays `script` on each.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::function<void(RawSocket&)>> scripts)
      : thread_([this, scripts = std::move(scripts)] {
          for (const auto& script : scripts) {
            {
              RawSocket socket(RawSocket::Accepted{listener_.Accept()});
              ++connections_;
              script(socket);
            }
            ++closed_;
          }
          listener_.Close();
        }) {}
  ~ScriptedServer() { thread_.join(); }
  uint16_t port() const { return listener_.port(); }
  int connections() const { return connections_; }
  int closed() const { return closed_; }

 private:
  RawListener listener_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> closed_ = 0;
  std::thread thread_;
};

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nok";

TEST(HttpClient, SendsExactlyWhatIsAskedFor) {
  std::string seen;
  {
    ScriptedServer server({[&](RawSocket& socket) {
      seen = socket.ReadUntil("body");
      socket.Send(kOk);
    }});
    OutgoingRequest request = Request("POST", server.port(), "body");
    request.headers.Add("X-Mine", "1");
    request.headers.Add("X-Empty", "");
    ASSERT_OK_AND_ASSIGN(const HttpResponse response, HttpClient::Make()->Send(std::move(request)));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "ok");
    EXPECT_EQ(response.headers.fields().size(), 3u);
    seen.replace(seen.find(fmt::format(":{}", server.port())), 6, ":PORT");
  }
  EXPECT_EQ(seen,
            "POST /path//x/../y?q=1 HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-Mine: 1\r\nX-Empty:\r\n"
            "Content-Length: 4\r\n\r\nbody");
}

TEST(HttpClient, EveryMethodAndLargeBodies) {
  const auto server =
      HttpServer::Start({}, [](HttpRequest request, const Responder& responder) {
        responder.Send(HttpResponse::Text(200, fmt::format("{} {} {}", request.method, request.body.size(),
                                                           request.headers.Has("Content-Length"))));
      }).value();
  const auto client = HttpClient::Make();
  EXPECT_EQ(client->Send(Request("GET", server->port()))->body, "GET 0 false");
  EXPECT_EQ(client->Send(Request("POST", server->port()))->body, "POST 0 true");
  EXPECT_EQ(client->Send(Request("PUT", server->port(), "x"))->body, "PUT 1 true");
  EXPECT_EQ(client->Send(Request("DELETE", server->port()))->body, "DELETE 0 false");
  EXPECT_EQ(client->Send(Request("DELETE", server->port(), "xy"))->body, "DELETE 2 true");
  const HttpResponse head = client->Send(Request("HEAD", server->port())).value();
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.headers.Get("Content-Length"), "12");
  const std::string large(5 << 20, 'x');
  EXPECT_EQ(client->Send(Request("POST", server->port(), large))->body,
            fmt::format("POST {} true", large.size()));
}

TEST(HttpClient, KeepsConnectionsAlive) {
  std::atomic<int> requests = 0;
  Mutex mutex;
  std::vector<std::string> peers;
  const auto server = HttpServer::Start({}, [&](const HttpRequest& request, const Responder& responder) {
                        ++requests;
                        MutexLock lock(mutex);
                        if (std::find(peers.begin(), peers.end(), request.peer) == peers.end())
                          peers.push_back(request.peer);
                        responder.Send(HttpResponse::Text(500, "an answer"));
                      }).value();
  const auto client = HttpClient::Make();
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK_AND_ASSIGN(const HttpResponse response, client->Send(Request("POST", server->port())));
    EXPECT_EQ(response.status, 500);
  }
  MutexLock lock(mutex);
  EXPECT_EQ(requests, 20);
  EXPECT_EQ(peers.size(), 1u);
}

TEST(HttpClient, ARefusedConnectionMeansNothingWasSent) {
  const ReservedPort nobody;
  EXPECT_STATUS(StatusCode::kUnavailable, HttpClient::Make()->Send(Request("POST", nobody.number(), "x")));
}

TEST(HttpClient, ABrokenAnswerLeavesTheStateUnknown) {
  const auto client = HttpClient::Make();
  {
    ScriptedServer server({[](RawSocket& socket) {
      socket.ReadUntil("body");
      socket.Reset();
    }});
    EXPECT_STATUS(StatusCode::kCommitStateUnknown, client->Send(Request("POST", server.port(), "body")));
  }
  {
    ScriptedServer server({[](RawSocket& socket) {
      socket.ReadUntil("body");
      socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    }});
    EXPECT_STATUS(StatusCode::kCommitStateUnknown, client->Send(Request("POST", server.port(), "body")));
  }
  {
    ScriptedServer server({[](RawSocket& socket) { socket.ReadAll(); }});
    OutgoingRequest request = Request("POST", server.port(), "body");
    request.timeout = milliseconds(1'000);  // long enough to have sent it
    EXPECT_STATUS(StatusCode::kCommitStateUnknown, client->Send(std::move(request)));
  }
}

// A kept-alive connection that dies after the request has been sent over it: the server may have acted.
TEST(HttpClient, RepeatsOnlyReadsAfterAKeptAliveConnectionDied) {
  const auto answer_then_die = [](RawSocket& socket) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send(kOk);
    socket.ReadUntil("\r\n\r\n");
  };
  const auto answer = [](RawSocket& socket) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send(kOk);
  };
  {
    ScriptedServer server({answer_then_die, answer});
    const auto client = HttpClient::Make();
    EXPECT_OK(client->Send(Request("GET", server.port())));
    EXPECT_OK(client->Send(Request("GET", server.port())));
    EXPECT_EQ(server.connections(), 2);
  }
  for (const char* method : {"POST", "DELETE", "PUT"}) {
    RawListener listener;
    std::atomic<int> heads = 0;
    std::thread server([&] {
      for (int connection = 0; connection < 2; ++connection) {
        RawSocket socket(RawSocket::Accepted{listener.Accept()});
        if (!socket.ReadUntil("\r\n\r\n").empty()) ++heads;
        if (connection == 1) break;
        socket.Send(kOk);
        if (!socket.ReadUntil("\r\n\r\n").empty()) ++heads;
      }
    });
    const auto client = HttpClient::Make();
    EXPECT_OK(client->Send(Request(method, listener.port())));
    EXPECT_STATUS(StatusCode::kCommitStateUnknown, client->Send(Request(method, listener.port())));
    { RawSocket unblock(listener.port()); }
    server.join();
    EXPECT_EQ(heads, 2) << method << " was sent again";
  }
}

// The same when nobody listens any more: "connection refused" describes the repetition, not the request.
TEST(HttpClient, ARefusedRepetitionDoesNotHideThatBytesWereSent) {
  RawListener listener;
  std::thread server([&] {
    RawSocket socket(RawSocket::Accepted{listener.Accept()});
    socket.ReadUntil("\r\n\r\n");
    socket.Send(kOk);
    socket.ReadUntil("\r\n\r\n");
    listener.Close();
  });
  const auto client = HttpClient::Make();
  EXPECT_OK(client->Send(Request("POST", listener.port())));
  EXPECT_STATUS(StatusCode::kCommitStateUnknown, client->Send(Request("POST", listener.port())));
  server.join();
}

// One that the server closed while idle is noticed before it is used.
TEST(HttpClient, AConnectionClosedWhileIdleIsReplaced) {
  const auto answer_and_close = [](RawSocket& socket) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send(kOk);
  };
  ScriptedServer server({answer_and_close, answer_and_close});
  const auto client = HttpClient::Make();
  EXPECT_OK(client->Send(Request("POST", server.port())));
  // Until the end of the first connection has arrived here, curl cannot know of it.
  while (server.closed() == 0) SystemClock().SleepFor(milliseconds(1));
  EXPECT_OK(client->Send(Request("POST", server.port())));
  EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, InterimAnswersAndChunkedAnswers) {
  ScriptedServer server({[](RawSocket& socket) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n");
    socket.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  }});
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, HttpClient::Make()->Send(Request("GET", server.port())));
  EXPECT_EQ(response.body, "abc");
  EXPECT_FALSE(response.headers.Has("X-Early"));
}

TEST(HttpClient, RefusesAnswersThatAreTooLarge) {
  ScriptedServer server({[](RawSocket& socket) {
    socket.ReadUntil("\r\n\r\n");
    socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'x'));
  }});
  OutgoingRequest request = Request("GET", server.port());
  request.max_response_bytes = 999;
  EXPECT_STATUS(StatusCode::kResourceExhausted, HttpClient::Make()->Send(std::move(request)));
}

TEST(HttpClient, RefusesUnusableRequests) {
  const auto client = HttpClient::Make();
  for (const char* url : {"", "ftp://127.0.0.1/", "/relative", "http://", "http://127.0.0.1:99999/"}) {
    OutgoingRequest request;
    request.url = url;
    EXPECT_EQ(client->Send(std::move(request)).status().code(), StatusCode::kInvalidArgument) << url;
  }
  OutgoingRequest request = Request("GET", 1);
  request.headers.Add("X-Split", "a\r\nX-Evil: b");
  EXPECT_STATUS(StatusCode::kInvalidArgument, client->Send(std::move(request)));
}

TEST(HttpClient, DestructionCancelsWhatIsUnderWay) {
  RawListener listener;  // connects, but never answers
  auto client = HttpClient::Make();
  std::vector<StatusCode> outcomes;
  for (int i = 0; i < 3; ++i) {
    client->SendAsync(Request("GET", listener.port()), [&](const Result<HttpResponse>& result) {
      outcomes.push_back(result.status().code());
    });
  }
  client.reset();
  EXPECT_EQ(outcomes, std::vector<StatusCode>(3, StatusCode::kCancelled));
}

TEST(HttpClient, ManyRequestsAtOnceAndFromWithinCallbacks) {
  const auto server = HttpServer::Start({}, [](const HttpRequest& request, const Responder& responder) {
                        HttpResponse response = HttpResponse::Text(200, GzipCompress(request.target));
                        response.headers.Add("Content-Encoding", "gzip");
                        responder.Send(std::move(response));
                      }).value();
  const auto client = HttpClient::Make();
  Mutex mutex;
  CondVar finished;
  int left = 400;
  std::function<void(int)> send = [&](int generation) {
    client->SendAsync(Request("GET", server->port()), [&, generation](Result<HttpResponse> result) {
      ASSERT_TRUE(result.ok()) << result.status().ToString();
      EXPECT_EQ(
          DecodeContent(std::move(result->body), result->headers.Get("Content-Encoding"), 1'000).value(),
          "/path//x/../y?q=1");
      if (generation == 0) send(1);
      MutexLock lock(mutex);
      if (--left == 0) finished.NotifyOne();
    });
  };
  for (int i = 0; i < 200; ++i) send(0);
  MutexLock lock(mutex);
  while (left > 0) finished.Wait(mutex);
}

}  // namespace
}  // namespace lifeboat::net
