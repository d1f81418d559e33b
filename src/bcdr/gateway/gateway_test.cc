#include "bcdr/gateway/gateway.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <thread>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/testing.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "storage/local_storage.h"
#include "tests/support/raw_socket.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::bcdr {
namespace {

using lifeboat::testing::RawListener;
using lifeboat::testing::RawSocket;
using lifeboat::testing::ReservedPort;
using std::chrono::milliseconds;

// An account as far as a gateway can tell: says its name and what reached it.
class FakeAccount {
 public:
  explicit FakeAccount(std::string name) : name_(std::move(name)) { Start(); }

  void Kill() {
    server_->Stop(milliseconds(0));
    server_.reset();
  }
  void Restart() { Start(); }
  std::string uri() const { return fmt::format("http://127.0.0.1:{}", port_.number()); }
  // From now on requests are taken and not answered.
  void Hang() { hanging_ = true; }
  void SetHealthy(bool healthy) { healthy_ = healthy; }
  int requests() const { return requests_; }

 private:
  void Start() {
    net::HttpServerOptions options;
    options.port = port_.number();
    auto server = net::HttpServer::Start(options, [this](net::HttpRequest request, net::Responder responder) {
      if (request.target == "/healthz") {
        return responder.Send(net::HttpResponse::Json(healthy_ ? 200 : 503, "{}"));
      }
      ++requests_;
      if (hanging_) {
        MutexLock lock(mutex_);
        hung_.push_back(std::move(responder));
        return;
      }
      net::HttpResponse response = net::HttpResponse::Text(
          200, fmt::format("{}:{} {} [{}] state={} private={}", name_, request.method, request.target,
                           request.body, request.headers.Get("X-Lifeboat-Session"),
                           request.headers.Get("X-Private")));
      response.headers.Add("X-Seen", "yes");
      for (const auto& [name, value] : request.headers.fields()) {
        if (name == "X-Forwarded-For") response.headers.Add("X-Seen-For", value);
      }
      if (request.HasQueryParameter("use")) {
        response.headers.Add("X-Lifeboat-Session", request.QueryParameter("use"));
        response.headers.Add("X-Lifeboat-Session-Id", "session-1");
      }
      responder.Send(std::move(response));
    });
    LIFEBOAT_CHECK(server.ok(), server.status().ToString());
    server_ = std::move(server).value();
  }

  const std::string name_;
  const ReservedPort port_;
  std::atomic<bool> healthy_ = true;
  std::atomic<bool> hanging_ = false;
  std::atomic<int> requests_ = 0;
  Mutex mutex_;
  std::vector<net::Responder> hung_ GUARDED_BY(mutex_);
  std::unique_ptr<net::HttpServer> server_;
};

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() {
    LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "mkdtemp failed");
    options_.connection_name = "DEMO";
    options_.members = {{"ORG", "PRIMARY", primary_.uri()}, {"ORG", "SECONDARY", secondary_.uri()}};
    options_.state_location = storage::FileLocation(folder_) + "/connection.json";
    options_.health.interval = milliseconds(20);
    options_.health.timeout = milliseconds(30'000);  // no account here is slow, only perhaps the machine
  }
  ~GatewayTest() override {
    gateway_.reset();
    std::filesystem::remove_all(folder_);
  }

  void StartGateway() {
    auto gateway = Gateway::Start(options_, *storage_);
    ASSERT_OK(gateway);
    gateway_ = std::move(gateway).value();
  }
  net::OutgoingRequest Request(std::string method, const std::string& target, std::string body = "") const {
    net::OutgoingRequest request;
    request.method = std::move(method);
    request.url = fmt::format("http://127.0.0.1:{}{}", gateway_->port(), target);
    request.body = std::move(body);
    return request;
  }
  net::HttpResponse Send(std::string method, const std::string& target, std::string body = "") {
    auto response = client_->Send(Request(std::move(method), target, std::move(body)));
    LIFEBOAT_CHECK(response.ok(), response.status().ToString());
    return std::move(response).value();
  }
  boost::json::value Describe() { return boost::json::parse(Send("GET", "/lifeboat/connection").body); }
  template <typename Condition>
  bool WaitFor(Condition condition) {
    for (int i = 0; i < 24'000; ++i) {
      if (condition()) return true;
      SystemClock().SleepFor(milliseconds(5));
    }
    return false;
  }
  bool WaitUntilHealthy(size_t member, bool healthy = true) {
    return WaitFor(
        [&] { return gateway_->control().DescribeConnection("DEMO")->members[member].healthy == healthy; });
  }

  std::string folder_ = ::testing::TempDir() + "lifeboat-gateway-XXXXXX";
  const std::unique_ptr<storage::Storage> storage_ = storage::MakeLocalStorage();
  FakeAccount primary_{"PRIMARY"};
  FakeAccount secondary_{"SECONDARY"};
  GatewayOptions options_;
  std::unique_ptr<Gateway> gateway_;
  const std::unique_ptr<net::HttpClient> client_ = net::HttpClient::Make();
};

TEST_F(GatewayTest, ForwardsWhatBelongsToBothEnds) {
  StartGateway();
  net::OutgoingRequest request = Request("POST", "/queries/v1/query-request?requestId=1%202", "body");
  request.headers.Add("X-Private", "hop");
  request.headers.Add("Connection", "keep-alive, X-Private");
  request.headers.Add("X-Lifeboat-Session", "forged");
  ASSERT_OK_AND_ASSIGN(const net::HttpResponse response, client_->Send(std::move(request)));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "PRIMARY:POST /queries/v1/query-request?requestId=1%202 [body] state= private=");
  EXPECT_EQ(response.headers.Get("X-Seen"), "yes");
  const size_t head_length = std::string("PRIMARY:HEAD /x [] state= private=").size();
  EXPECT_EQ(Send("HEAD", "/x").headers.Get("Content-Length"), std::to_string(head_length));
}

TEST_F(GatewayTest, SaysForWhomItForwards) {
  StartGateway();
  EXPECT_TRUE(Send("GET", "/x").headers.HasToken("X-Seen-For", "127.0.0.1"));
  net::OutgoingRequest request = Request("GET", "/x");
  request.headers.Add("X-Forwarded-For", "192.0.2.1");
  ASSERT_OK_AND_ASSIGN(const net::HttpResponse response, client_->Send(std::move(request)));
  EXPECT_TRUE(response.headers.HasToken("X-Seen-For", "192.0.2.1"));
  EXPECT_TRUE(response.headers.HasToken("X-Seen-For", "127.0.0.1"));
}

TEST_F(GatewayTest, APathCannotLeadElsewhere) {
  StartGateway();
  RawSocket client(gateway_->port());
  ASSERT_TRUE(client.Send("GET @127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(client.ReadResponse().starts_with("HTTP/1.1 400 "));
  EXPECT_EQ(primary_.requests(), 0);
}

TEST_F(GatewayTest, AKilledPrimaryCostsNoRequestAndOneMove) {
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0) && WaitUntilHealthy(1));
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0, by_secondary = 0, failed = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&, i] {
      const auto client = net::HttpClient::Make();
      for (int n = 0; !stop; ++n) {
        const auto response = client->Send(
            Request("POST", fmt::format("/queries/v1/query-request?requestId={}-{}", i, n), "select 1"));
        const bool good = response.ok() && response->status == 200;
        if (!good) ++failed;
        ++answered;
        if (good && response->body.starts_with("SECONDARY:")) ++by_secondary;
      }
    });
  }
  ASSERT_TRUE(WaitFor([&] { return answered > 200; }));
  primary_.Kill();
  ASSERT_TRUE(WaitFor([&] { return by_secondary > 200; }));
  primary_.Restart();  // coming back changes nothing
  ASSERT_TRUE(WaitUntilHealthy(0));
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);

  const boost::json::value state = Describe();
  EXPECT_EQ(state.at("epoch"), 2);
  EXPECT_EQ(state.at("primary"), "SECONDARY");
  EXPECT_EQ(state.at("held_requests"), 0);
  ASSERT_EQ(state.at("moves").as_array().size(), 1u);
  EXPECT_EQ(state.at("moves").at(0).at("reason"), "primary down");
  EXPECT_EQ(state.at("members").at(0).at("healthy"), true);
}

TEST_F(GatewayTest, AHungPrimarysRequestsAreTakenToTheNextOne) {
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0) && WaitUntilHealthy(1));
  primary_.Hang();
  std::string body;
  std::thread client([&] { body = Send("POST", "/session/v1/login-request", "x").body; });
  ASSERT_TRUE(WaitFor([&] { return primary_.requests() == 1; }));
  primary_.SetHealthy(false);
  client.join();
  EXPECT_TRUE(body.starts_with("SECONDARY:POST /session/v1/login-request")) << body;
}

TEST_F(GatewayTest, APromotionLetsRunningRequestsFinishWhereTheyAre) {
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0) && WaitUntilHealthy(1));
  primary_.Hang();
  std::atomic<bool> finished = false;
  std::thread client([&] {
    Send("POST", "/queries/v1/query-request", "x");
    finished = true;
  });
  ASSERT_TRUE(WaitFor([&] { return primary_.requests() == 1; }));
  EXPECT_EQ(Send("POST", "/lifeboat/connection/promote", R"({"account": "secondary"})").status, 200);
  EXPECT_TRUE(Send("GET", "/q").body.starts_with("SECONDARY:"));
  EXPECT_FALSE(finished);
  EXPECT_EQ(secondary_.requests(), 1);
  primary_.Kill();  // breaks it off: now it is repeated
  client.join();
  EXPECT_EQ(secondary_.requests(), 2);
  EXPECT_EQ(Describe().at("epoch"), 2);
}

TEST_F(GatewayTest, PromotesOnlyMembersThatAnswer) {
  secondary_.Kill();
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0));
  const char* promote = "/lifeboat/connection/promote";
  EXPECT_EQ(Send("POST", promote, R"({"account": "SECONDARY"})").status, 409);
  EXPECT_EQ(Send("POST", promote, R"({"account": "NOBODY"})").status, 404);
  EXPECT_EQ(Send("POST", promote, R"({"account": 7})").status, 400);
  EXPECT_EQ(Send("POST", promote, "nonsense").status, 400);
  EXPECT_EQ(Send("GET", promote).status, 405);
  EXPECT_EQ(Send("GET", "/lifeboat/other").status, 404);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, gateway_->control().PromoteConnection("DEMO", "SECONDARY"));
  EXPECT_STATUS(StatusCode::kNotFound, gateway_->control().DescribeConnection("OTHER"));
  EXPECT_EQ(Describe().at("epoch"), 1);
}

TEST_F(GatewayTest, ARestartedGatewayKeepsItsPrimary) {
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0) && WaitUntilHealthy(1));
  ASSERT_OK(gateway_->control().PromoteConnection("demo", "SECONDARY"));
  gateway_.reset();
  StartGateway();
  EXPECT_TRUE(Send("GET", "/q").body.starts_with("SECONDARY:"));
  const boost::json::value state = Describe();
  EXPECT_EQ(state.at("epoch"), 2);
  EXPECT_EQ(state.at("moves").as_array().size(), 1u);
}

TEST_F(GatewayTest, RefusesStateOfAnotherConnectionAndUnknownPrimaries) {
  StartGateway();
  gateway_.reset();
  GatewayOptions other = options_;
  other.connection_name = "OTHER";
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Gateway::Start(other, *storage_));
  other = options_;
  other.members.erase(other.members.begin());
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Gateway::Start(other, *storage_));
  ASSERT_OK(storage_->Write(options_.state_location, "not JSON"));
  EXPECT_STATUS(StatusCode::kCorruption, Gateway::Start(options_, *storage_));
}

TEST_F(GatewayTest, RefusesOptionsThatMakeNoSense) {
  GatewayOptions options = options_;
  options.members.clear();
  EXPECT_STATUS(StatusCode::kInvalidArgument, Gateway::Start(options, *storage_));
  options = options_;
  options.members[0].uri += "/";
  EXPECT_STATUS(StatusCode::kInvalidArgument, Gateway::Start(options, *storage_));
  options = options_;
  options.members[1].account = "primary";
  EXPECT_STATUS(StatusCode::kInvalidArgument, Gateway::Start(options, *storage_));
}

TEST_F(GatewayTest, HoldsUntilAnAccountComesBack) {
  primary_.Kill();
  secondary_.Kill();
  StartGateway();
  std::string body;
  std::thread client([&] { body = Send("POST", "/session/v1/login-request", "hello").body; });
  ASSERT_TRUE(WaitFor([&] { return Describe().at("held_requests") == 1; }));
  ASSERT_TRUE(WaitUntilHealthy(0, false));
  secondary_.Restart();
  client.join();
  EXPECT_TRUE(body.starts_with("SECONDARY:POST /session/v1/login-request [hello]")) << body;
}

TEST_F(GatewayTest, AHoldEndsWithTryAgain) {
  primary_.Kill();
  secondary_.Kill();
  options_.hold.time_limit = milliseconds(100);
  StartGateway();
  const net::HttpResponse response = Send("POST", "/queries/v1/query-request", "x");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.Get("Retry-After"), "1");
  EXPECT_EQ(boost::json::parse(response.body).at("success"), false);
}

TEST_F(GatewayTest, HoldsNoMoreThanItMay) {
  primary_.Kill();
  secondary_.Kill();
  options_.hold.max_requests = 2;
  options_.hold.max_bytes = 1'000;
  StartGateway();
  EXPECT_EQ(Send("POST", "/q", std::string(1'001, 'x')).status, 503);
  RawSocket first(gateway_->port());
  RawSocket second(gateway_->port());
  for (RawSocket* client : {&first, &second}) ASSERT_TRUE(client->Send("GET /q HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(WaitFor([&] { return Describe().at("held_requests") == 2; }));
  EXPECT_EQ(Send("GET", "/q").status, 503);
  // The room of a client that has gone is given to another.
  first.Close();
  ASSERT_TRUE(WaitFor([&] { return Describe().at("held_requests") == 1; }));
}

TEST_F(GatewayTest, NeverRepeatsWhatMayHaveTakenEffect) {
  // Takes one request and dies with it; the next one would be the repetition.
  RawListener upstream;
  options_.members[0].uri = fmt::format("http://127.0.0.1:{}", upstream.port());
  std::atomic<int> effects = 0;
  std::thread server([&] {
    while (effects == 0) {
      RawSocket socket(RawSocket::Accepted{upstream.Accept()});
      if (socket.ReadUntil("\r\n\r\n").starts_with("POST")) {
        ++effects;
      } else {
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      }
    }
    upstream.Close();
  });
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0));
  const net::HttpResponse response = Send("POST", "/api/v2/statements", "insert");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(effects, 1);
  EXPECT_EQ(secondary_.requests(), 0);
  gateway_.reset();
  server.join();
}

TEST_F(GatewayTest, ASessionsStateTravelsToTheNewPrimary) {
  StartGateway();
  ASSERT_TRUE(WaitUntilHealthy(0) && WaitUntilHealthy(1));
  EXPECT_FALSE(Send("POST", "/session/v1/login-request?use=role-a").headers.Has("X-Lifeboat-Session"));
  const net::HttpResponse changed = Send("POST", "/queries/v1/query-request?use=role-b");
  EXPECT_FALSE(changed.headers.Has("X-Lifeboat-Session"));
  EXPECT_FALSE(changed.headers.Has("X-Lifeboat-Session-Id"));
  ASSERT_OK(gateway_->control().PromoteConnection("DEMO", "SECONDARY"));
  net::OutgoingRequest renewal = Request("POST", "/session/token-request", "{}");
  renewal.headers.Add("Authorization", "Snowflake Token=\"session-1.claims.signature\"");
  ASSERT_OK_AND_ASSIGN(const net::HttpResponse renewed, client_->Send(std::move(renewal)));
  EXPECT_TRUE(renewed.body.starts_with("SECONDARY:")) << renewed.body;
  EXPECT_NE(renewed.body.find("state=role-b "), std::string::npos) << renewed.body;
}

TEST_F(GatewayTest, CarriesCatalogRequestsOnASecondListener) {
  FakeAccount first("CATALOG-1"), second("CATALOG-2");
  options_.catalog.uris = {first.uri(), second.uri()};
  StartGateway();
  const auto send = [&](std::string method) {
    net::OutgoingRequest request;
    request.method = std::move(method);
    request.url = fmt::format("http://127.0.0.1:{}/v1/config", gateway_->catalog_port());
    return client_->Send(std::move(request)).value();
  };
  EXPECT_TRUE(send("GET").body.starts_with("CATALOG-1:GET /v1/config"));
  first.Kill();
  EXPECT_TRUE(send("GET").body.starts_with("CATALOG-2:"));
  first.Restart();
  ASSERT_TRUE(WaitFor([&] { return send("GET").body.starts_with("CATALOG-1:"); }));
  first.Kill();
  second.Kill();
  gateway_.reset();
  options_.hold.time_limit = milliseconds(100);
  StartGateway();
  // To an Iceberg client a 503 means "may have been committed"; 429 means that it was not.
  const net::HttpResponse response = send("POST");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(boost::json::parse(response.body).at("error").at("code"), 429);
}

TEST_F(GatewayTest, StopAnswersWhatItHolds) {
  primary_.Kill();
  secondary_.Kill();
  StartGateway();
  int status = 0;
  std::thread client([&] { status = Send("GET", "/q").status; });
  ASSERT_TRUE(WaitFor([&] { return Describe().at("held_requests") == 1; }));
  gateway_->Stop(milliseconds(5'000));
  client.join();
  EXPECT_EQ(status, 503);
}

}  // namespace
}  // namespace lifeboat::bcdr
