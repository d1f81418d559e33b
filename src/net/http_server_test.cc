#include "net/http_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "base/testing.h"
#include "net/content_encoding.h"
#include "net/http_client.h"
#include "tests/support/raw_socket.h"

namespace lifeboat::net {
namespace {

using lifeboat::testing::RawSocket;
using std::chrono::milliseconds;

// Says what arrived, so that a test sees what the server made of its bytes.
void Echo(HttpRequest request, const Responder& responder) {
  responder.Send(
      HttpResponse::Text(200, fmt::format("{} {} [{}]", request.method, request.target, request.body)));
}

std::unique_ptr<HttpServer> StartServer(HttpHandler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::Start(options, std::move(handler));
  LIFEBOAT_CHECK(server.ok(), server.status().ToString());
  return std::move(server).value();
}

std::string StatusLine(const std::string& response) {
  return response.substr(0, response.find("\r\n"));
}
std::string BodyOf(const std::string& response) {
  const size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "" : response.substr(end + 4);
}

TEST(HttpServer, ServesSeveralRequestsOverOneConnection) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(
        client.Send(fmt::format("POST /a?i={} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", i)));
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusLine(response), "HTTP/1.1 200 OK");
    EXPECT_EQ(BodyOf(response), fmt::format("POST /a?i={} [hi]", i));
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  // Later requests are answered faster than earlier ones, if the server let them.
  ThreadPool pool("handlers", 4);
  const auto server = StartServer([&](HttpRequest request, Responder responder) {
    pool.Submit([request = std::move(request), responder] {
      SystemClock().SleepFor(milliseconds(20 - 4 * (request.target[1] - '0')));
      Echo(request, responder);
    });
  });
  RawSocket client(server->port());
  std::string requests;
  for (int i = 0; i < 5; ++i) requests += fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", i);
  ASSERT_TRUE(client.Send(requests));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(BodyOf(client.ReadResponse()), fmt::format("GET /{} []", i));
}

TEST(HttpServer, AnswersManyPipelinedRequestsWithoutDeepRecursion) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  constexpr int kRequests = 20'000;
  std::thread sender([&] {
    std::string requests;
    for (int i = 0; i < kRequests; ++i) requests += "GET / HTTP/1.1\r\nHost:\r\n\r\n";
    EXPECT_TRUE(client.Send(requests));
  });
  int answered = 0;
  while (answered < kRequests && BodyOf(client.ReadResponse()) == "GET / []") ++answered;
  sender.join();
  EXPECT_EQ(answered, kRequests);
}

TEST(HttpServer, ReadsRequestsThatArriveByteByByte) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  for (const char c : std::string("PUT /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) {
    ASSERT_TRUE(client.Send({&c, 1}));
  }
  EXPECT_EQ(BodyOf(client.ReadResponse()), "PUT /slow [abc]");
}

TEST(HttpServer, DecodesChunkedBodies) {
  const auto server = StartServer([](HttpRequest request, const Responder& responder) {
    responder.Send(
        HttpResponse::Text(200, fmt::format("{} {}", request.body, request.headers.Has("X-Trailer"))));
  });
  RawSocket client(server->port());
  ASSERT_TRUE(
      client.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n"));
  ASSERT_TRUE(
      client.Send("7\r\n, world\r\n0\r\nX-Trailer: smuggled\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(BodyOf(client.ReadResponse()), "hello, world false");
  EXPECT_EQ(BodyOf(client.ReadResponse()), " false");
}

TEST(HttpServer, HeadHasTheHeadersOfGetAndNoBody) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n"));
  const std::string head = client.ReadResponse(false);
  EXPECT_NE(head.find(fmt::format("Content-Length: {}\r\n", std::string("HEAD /abc []").size())),
            std::string::npos);
  EXPECT_EQ(BodyOf(client.ReadResponse()), "GET /next []");
}

TEST(HttpServer, ContinuesWhenTheClientExpectsIt) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.Send("body"));
  EXPECT_EQ(BodyOf(client.ReadResponse()), "POST / [body]");
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nContent-Length: 4\r\n\r\n"));
  EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 417 Expectation Failed");
}

TEST(HttpServer, RefusesOversizedBodiesBeforeTheyAreSent) {
  HttpServerOptions options;
  options.max_body_bytes = 1'000;
  const auto server = StartServer(Echo, options);
  {
    RawSocket client(server->port());
    ASSERT_TRUE(
        client.Send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n"));
    const std::string response = client.ReadAll();
    EXPECT_EQ(StatusLine(response), "HTTP/1.1 413 Content Too Large");
    EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
  }
  {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"));
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 413 Content Too Large");
  }
  {
    // The answer reaches also a client that sends its whole body first.
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" +
                            std::string(3'000'000, 'x')));
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 413 Content Too Large");
  }
  {
    RawSocket client(server->port());
    ASSERT_TRUE(
        client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'x')));
    EXPECT_EQ(StatusLine(client.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

TEST(HttpServer, RefusesOversizedHeaders) {
  HttpServerOptions options;
  options.max_header_bytes = 4'000;
  const auto server = StartServer(Echo, options);
  {
    RawSocket client(server->port());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(5'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 431 Request Header Fields Too Large");
  }
  {
    RawSocket client(server->port());
    client.Send("GET /" + std::string(100'000, 'x'));
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 431 Request Header Fields Too Large");
  }
  {
    // Trailers count too.
    RawSocket client(server->port());
    client.Send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Long: " +
                std::string(5'000, 'x'));
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 431 Request Header Fields Too Large");
  }
  {
    RawSocket client(server->port());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(3'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(StatusLine(client.ReadResponse()), "HTTP/1.1 200 OK");
  }
}

TEST(HttpServer, RefusesWhatIsNotARequest) {
  std::atomic<int> calls = 0;
  const auto server = StartServer([&](HttpRequest request, const Responder& responder) {
    ++calls;
    Echo(std::move(request), responder);
  });
  const std::string bad_requests[] = {
      "complete nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\nNo colon here\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",  // no Host
      "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: minus one\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot hexadecimal\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),  // a TLS client
  };
  for (const std::string& request : bad_requests) {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send(request));
    client.ShutdownSend();
    EXPECT_EQ(StatusLine(client.ReadAll()), "HTTP/1.1 400 Bad Request") << request;
  }
  EXPECT_EQ(calls, 0);
}

TEST(HttpServer, SpeaksHttp10) {
  const auto server = StartServer(Echo);
  {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send("GET /old HTTP/1.0\r\n\r\n"));
    EXPECT_EQ(BodyOf(client.ReadAll()), "GET /old []");
  }
  {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_NE(client.ReadResponse().find("Connection: keep-alive"), std::string::npos);
    ASSERT_TRUE(client.Send("GET /again HTTP/1.0\r\n\r\n"));
    EXPECT_EQ(BodyOf(client.ReadAll()), "GET /again []");
  }
}

TEST(HttpServer, ClosesWhenAskedTo) {
  const auto server = StartServer(Echo);
  RawSocket client(server->port());
  ASSERT_TRUE(
      client.Send("GET http://example.org/whole?url HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string response = client.ReadAll();
  EXPECT_NE(response.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(BodyOf(response), "GET /whole?url []");
}

TEST(HttpServer, GivesUpOnSlowRequests) {
  HttpServerOptions options;
  options.read_timeout = milliseconds(60);
  const auto server = StartServer(Echo, options);
  RawSocket slow(server->port());
  ASSERT_TRUE(slow.Send("GET / HTTP/1.1\r\nHost: x\r\nX-Never-En"));
  EXPECT_EQ(StatusLine(slow.ReadAll()), "HTTP/1.1 408 Request Timeout");
}

TEST(HttpServer, GivesUpOnIdleConnections) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(60);
  const auto server = StartServer(Echo, options);
  RawSocket idle(server->port());
  EXPECT_EQ(idle.ReadAll(), "");
}

TEST(HttpServer, AHandlerMayTakeLongerThanEveryTimeout) {
  HttpServerOptions options;
  options.read_timeout = options.idle_timeout = options.write_timeout = milliseconds(40);
  std::atomic<bool> handled = false;
  ThreadPool pool("handlers", 1);
  const auto server = StartServer(
      [&](HttpRequest request, Responder responder) {
        handled = true;
        pool.Submit([request = std::move(request), responder] {
          SystemClock().SleepFor(milliseconds(200));
          Echo(request, responder);
        });
      },
      options);
  // On a busy machine a client itself may be too slow for such limits; then another one tries.
  std::string response;
  while (!handled) {
    RawSocket client(server->port());
    client.Send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
    response = client.ReadResponse();
  }
  EXPECT_EQ(BodyOf(response), "GET /long []");
}

TEST(HttpServer, ClosesOnClientsThatDoNotRead) {
  HttpServerOptions options;
  options.write_timeout = milliseconds(60);
  Mutex mutex;
  std::optional<Responder> answered;
  const auto server = StartServer(
      [&](const HttpRequest&, const Responder& responder) {
        responder.Send(HttpResponse::Text(200, std::string(64 << 20, 'x')));
        MutexLock lock(mutex);
        answered = responder;
      },
      options);
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto closed = [&] {
    MutexLock lock(mutex);
    return answered.has_value() && answered->ClientGone();
  };
  while (!closed()) SystemClock().SleepFor(milliseconds(5));
  EXPECT_LT(client.ReadAll().size(), size_t{64 << 20});
}

TEST(HttpServer, SendsLargeBodiesWhole) {
  std::string body(20 << 20, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 7 % 26);
  const auto server = StartServer([&](HttpRequest request, const Responder& responder) {
    EXPECT_EQ(request.body, body);
    responder.Send(HttpResponse::Text(200, std::move(request.body)));
  });
  RawSocket client(server->port());
  std::thread sender([&] {
    EXPECT_TRUE(client.Send(
        fmt::format("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.size()) + body));
  });
  const std::string response = client.ReadResponse();
  sender.join();
  EXPECT_EQ(BodyOf(response), body);
}

TEST(HttpServer, AnswersOnceAndNeverNot) {
  const auto server = StartServer([](const HttpRequest& request, const Responder& responder) {
    if (request.target == "/forget") return;
    responder.Send(HttpResponse::Text(200, "first"));
    responder.Send(HttpResponse::Text(200, "second"));
  });
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("GET /twice HTTP/1.1\r\nHost: x\r\n\r\nGET /forget HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(BodyOf(client.ReadResponse()), "first");
  EXPECT_EQ(StatusLine(client.ReadResponse()), "HTTP/1.1 500 Internal Server Error");
}

TEST(HttpServer, NoticesThatTheClientHasGone) {
  Mutex mutex;
  std::vector<Responder> held;
  const auto server = StartServer([&](const HttpRequest&, Responder responder) {
    MutexLock lock(mutex);
    held.push_back(std::move(responder));
  });
  const auto wait_for = [&](auto condition) {
    for (int i = 0; i < 12'000; ++i) {
      {
        MutexLock lock(mutex);
        if (condition()) return true;
      }
      SystemClock().SleepFor(milliseconds(5));
    }
    return false;
  };
  RawSocket stays(server->port());
  RawSocket closes(server->port());
  RawSocket resets(server->port());
  int expected = 0;
  for (RawSocket* client : {&stays, &closes, &resets}) {
    ASSERT_TRUE(client->Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    ++expected;
    ASSERT_TRUE(wait_for([&] { return held.size() == static_cast<size_t>(expected); }));
  }
  closes.Close();
  resets.Reset();
  EXPECT_TRUE(wait_for([&] { return held[1].ClientGone() && held[2].ClientGone(); }));
  MutexLock lock(mutex);
  EXPECT_FALSE(held[0].ClientGone());
  for (const Responder& responder : held) responder.Send(HttpResponse::Text(200, "late"));
  EXPECT_EQ(BodyOf(stays.ReadResponse()), "late");
}

TEST(HttpServer, AHalfClosedClientStillGetsItsAnswer) {
  ThreadPool pool("handlers", 1);
  const auto server = StartServer([&](HttpRequest request, Responder responder) {
    pool.Submit([request = std::move(request), responder] {
      while (!responder.ClientGone()) SystemClock().SleepFor(milliseconds(1));
      Echo(request, responder);
    });
  });
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n"));
  client.ShutdownSend();
  EXPECT_EQ(BodyOf(client.ReadAll()), "GET /half []");
}

TEST(HttpServer, TurnsAwayWhatExceedsTheConnectionLimit) {
  HttpServerOptions options;
  options.max_connections = 2;
  const auto server = StartServer(Echo, options);
  RawSocket first(server->port());
  RawSocket second(server->port());
  for (RawSocket* client : {&first, &second}) {
    ASSERT_TRUE(client->Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(StatusLine(client->ReadResponse()), "HTTP/1.1 200 OK");
  }
  {
    RawSocket third(server->port());
    const std::string response = third.ReadAll();
    EXPECT_EQ(StatusLine(response), "HTTP/1.1 503 Service Unavailable");
    EXPECT_NE(response.find("Retry-After: 1"), std::string::npos);
  }
  first.Close();
  // The room is given back; when the server notices is its own affair.
  std::string response;
  for (int i = 0; i < 500 && StatusLine(response) != "HTTP/1.1 200 OK"; ++i) {
    RawSocket fourth(server->port());
    fourth.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    response = fourth.ReadResponse();
  }
  EXPECT_EQ(StatusLine(response), "HTTP/1.1 200 OK");
}

TEST(HttpServer, ItsOwnAnswersLookAsTheOwnerWantsThem) {
  HttpServerOptions options;
  options.own_answer = [](int status, std::string_view message) {
    return HttpResponse::Json(status, fmt::format(R"({{"problem":"{}"}})", message));
  };
  options.max_connections = 1;
  const auto server = StartServer([](HttpRequest, const Responder&) {}, options);
  {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\n\r\n"));
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusLine(response), "HTTP/1.1 400 Bad Request");
    EXPECT_EQ(BodyOf(response), R"({"problem":"the Host header is missing"})");
  }
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_NE(client.ReadResponse().find(R"({"problem":")"), std::string::npos);
}

TEST(HttpServer, APortInUseIsAnErrorThatNamesIt) {
  const auto server = StartServer(Echo);
  HttpServerOptions options;
  options.port = server->port();
  const Status status = HttpServer::Start(options, Echo).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(fmt::format("127.0.0.1:{}", server->port())), std::string::npos);
  options.host = "no such host";
  EXPECT_STATUS(StatusCode::kInvalidArgument, HttpServer::Start(options, Echo));
}

TEST(HttpServer, StopLetsRequestsUnderWayFinish) {
  ThreadPool pool("handlers", 1);
  std::atomic<bool> started = false;
  const auto server = StartServer([&](HttpRequest request, Responder responder) {
    started = true;
    pool.Submit([request = std::move(request), responder] {
      SystemClock().SleepFor(milliseconds(100));
      Echo(request, responder);
    });
  });
  RawSocket busy(server->port());
  RawSocket idle(server->port());
  ASSERT_TRUE(busy.Send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n"));
  while (!started) SystemClock().SleepFor(milliseconds(1));
  std::string response;
  std::thread reader([&] { response = busy.ReadAll(); });
  server->Stop(milliseconds(10'000));
  reader.join();
  EXPECT_EQ(BodyOf(response), "GET /busy []");
  EXPECT_NE(response.find("Connection: close"), std::string::npos);
  EXPECT_EQ(idle.ReadAll(), "");
}

TEST(HttpServer, LateAnswersAfterStopAreIgnored) {
  Mutex mutex;
  std::vector<Responder> held;
  auto server = StartServer([&](const HttpRequest&, Responder responder) {
    MutexLock lock(mutex);
    held.push_back(std::move(responder));
  });
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  for (bool arrived = false; !arrived;) {
    SystemClock().SleepFor(milliseconds(1));
    MutexLock lock(mutex);
    arrived = !held.empty();
  }
  server->Stop(milliseconds(20));
  server.reset();
  EXPECT_EQ(client.ReadAll(), "");
  MutexLock lock(mutex);
  EXPECT_TRUE(held[0].ClientGone());
  held[0].Send(HttpResponse::Text(200, "late"));
  held.clear();
}

// A request that has its I/O thread to itself is answered by the thread that made the answer.
class AnsweredElsewhere : public ::testing::Test {
 protected:
  std::unique_ptr<HttpServer> Start(HttpServerOptions options = {}) {
    return StartServer(
        [this](HttpRequest request, Responder responder) {
          ++requests_;
          pool_.Submit([this, request = std::move(request), responder] {
            while (held_) SystemClock().SleepFor(milliseconds(1));
            Echo(request, responder);
          });
        },
        options);
  }
  static std::string Post(std::string_view body) {
    return fmt::format("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  }
  static std::string Echoed(std::string_view body) { return fmt::format("POST / [{}]", body); }

  std::atomic<int> requests_ = 0;
  std::atomic<bool> held_ = false;
  ThreadPool pool_{"handlers", 1};
};

TEST_F(AnsweredElsewhere, RequestsFollowEachOther) {
  const auto server = Start();
  RawSocket client(server->port());
  for (int i = 0; i < 500; ++i) {
    const std::string body(static_cast<size_t>(i * 37 % 3000), 'b');
    ASSERT_TRUE(client.Send(Post(body)));
    ASSERT_EQ(BodyOf(client.ReadResponse()), Echoed(body));
  }
}

TEST_F(AnsweredElsewhere, RequestsThatComeBeforeTheAnswerAreServedAfterIt) {
  const auto server = Start();
  for (const bool in_one_piece : {true, false}) {
    RawSocket client(server->port());
    for (int i = 0; i < 50; ++i) {
      const int before = requests_;
      held_ = true;
      ASSERT_TRUE(client.Send(in_one_piece ? Post("1") + Post("2") + Post("3") : Post("1")));
      while (requests_ == before) SystemClock().SleepFor(milliseconds(1));
      if (!in_one_piece) {
        ASSERT_TRUE(client.Send(Post("2")));
        ASSERT_TRUE(client.Send(Post("3")));
      }
      held_ = false;
      for (const char* body : {"1", "2", "3"}) ASSERT_EQ(BodyOf(client.ReadResponse()), Echoed(body));
    }
  }
}

TEST_F(AnsweredElsewhere, LargeAnswersAreSentWhole) {
  const auto server = Start();
  RawSocket client(server->port());
  std::string body(20 << 20, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i * 7 % 26);
  for (int i = 0; i < 3; ++i) {
    std::thread sender([&] { EXPECT_TRUE(client.Send(Post(body))); });
    const std::string response = client.ReadResponse();
    sender.join();
    EXPECT_EQ(BodyOf(response), Echoed(body));
  }
}

TEST_F(AnsweredElsewhere, TheConnectionIsClosedWhenTheClientWantsThat) {
  const auto server = Start();
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send(Post("1")));
  EXPECT_EQ(BodyOf(client.ReadResponse()), Echoed("1"));
  ASSERT_TRUE(client.Send("GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(BodyOf(client.ReadAll()), "GET /last []");
}

TEST_F(AnsweredElsewhere, TheConnectionIsIdleThenAndIsGivenUpWhenItStaysSo) {
  HttpServerOptions options;
  options.idle_timeout = milliseconds(60);
  const auto server = Start(options);
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send(Post("1")));
  EXPECT_EQ(BodyOf(client.ReadAll()), Echoed("1"));
}

TEST_F(AnsweredElsewhere, AStopWaitsForNoAnsweredConnection) {
  const auto server = Start();
  RawSocket client(server->port());
  ASSERT_TRUE(client.Send(Post("1")));
  EXPECT_EQ(BodyOf(client.ReadResponse()), Echoed("1"));
  server->Stop(std::chrono::hours(1));  // longer than anybody waits for a test
  EXPECT_EQ(client.ReadAll(), "");
}

TEST_F(AnsweredElsewhere, AClientThatLeavesWithItsAnswerIsNoMatter) {
  const auto server = Start();
  for (int i = 0; i < 200; ++i) {
    RawSocket client(server->port());
    ASSERT_TRUE(client.Send(Post("1")));
    if (i % 2 == 0) {
      EXPECT_EQ(BodyOf(client.ReadResponse()), Echoed("1"));
    }
  }
  RawSocket last(server->port());
  ASSERT_TRUE(last.Send(Post("2")));
  EXPECT_EQ(BodyOf(last.ReadResponse()), Echoed("2"));
}

class HttpServerThreads : public ::testing::TestWithParam<int> {};

TEST_P(HttpServerThreads, ServesConcurrentClientsUntilStopped) {
  HttpServerOptions options;
  options.io_threads = GetParam();
  ThreadPool pool("handlers", 2);
  auto server = StartServer(
      [&](HttpRequest request, Responder responder) {
        if (request.body.size() % 2 == 0) return Echo(std::move(request), responder);
        pool.Submit([request = std::move(request), responder] { Echo(request, responder); });
      },
      options);
  const std::string base = fmt::format("http://127.0.0.1:{}", server->port());
  std::atomic<bool> stopped = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      const auto client = HttpClient::Make();
      for (int n = 0;; ++n) {
        OutgoingRequest request;
        request.method = "POST";
        request.url = fmt::format("{}/{}/{}", base, i, n);
        request.body = std::string(static_cast<size_t>(n % 50), 'x');
        const std::string expected = fmt::format("POST /{}/{} [{}]", i, n, request.body);
        const Result<HttpResponse> response = client->Send(std::move(request));
        if (!response.ok()) {
          EXPECT_TRUE(stopped) << response.status().ToString();
          return;
        }
        EXPECT_EQ(response->body, expected);
        ++answered;
      }
    });
  }
  while (answered < 500) SystemClock().SleepFor(milliseconds(1));
  stopped = true;
  server->Stop(milliseconds(500));
  for (std::thread& client : clients) client.join();
}

INSTANTIATE_TEST_SUITE_P(Threads, HttpServerThreads, ::testing::Values(1, 3));

}  // namespace
}  // namespace lifeboat::net
