#include "lifeboat/driver/driver_client.h"

#include <gtest/gtest.h>

#include <thread>

#include "account/wire/wire_server.h"
#include "base/testing.h"
#include "tests/support/fake_account.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::driver {
namespace {

using account::FakeAccount;
using account::wire::WireServer;
using account::wire::WireServerOptions;

WireServerOptions ServerOptions(uint16_t port = 0) {
  WireServerOptions options;
  options.port = port;
  options.token_key = std::string(32, 'k');
  options.connection_names = {"LIFEBOAT_DEMO"};
  return options;
}

ConnectOptions ClientOptions(const WireServer& server) {
  ConnectOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.account = "LIFEBOAT-LIFEBOAT_DEMO";
  options.user = "u1";
  options.password = "p1";
  options.retry_time_limit = std::chrono::seconds(120);
  return options;
}

class DriverClientTest : public ::testing::Test {
 protected:
  void Start(WireServerOptions options = ServerOptions()) {
    auto started = WireServer::Start(options, account_);
    ASSERT_OK(started);
    server_ = *std::move(started);
  }
  FakeAccount account_;
  std::unique_ptr<WireServer> server_;
};

TEST_F(DriverClientTest, ShowsEveryTypeAsText) {
  Start();
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(ClientOptions(*server_)));
  ASSERT_OK_AND_ASSIGN(const ResultSet result, client->Execute("select 1 as c_fixed"));
  ASSERT_EQ(result.columns.size(), 14u);
  EXPECT_EQ(result.columns[1].type, "FIXED");
  EXPECT_EQ(result.columns[1].scale, 2);
  const std::vector<std::optional<std::string>> expected = {"42",
                                                            "3.14",
                                                            "1.5",
                                                            "Grüße \"quoted\"\n\\",
                                                            "true",
                                                            "2026-01-31",
                                                            "12:34:56.789",
                                                            "2026-01-31 12:34:56.123456",
                                                            "2026-01-31 12:34:56.123456Z",
                                                            "2026-01-31 13:34:56.123456 +0100",
                                                            R"({"k": "v"})",
                                                            R"({"k": "v"})",
                                                            "[1, 2]",
                                                            "DEADBEEF"};
  EXPECT_EQ(result.rows[0], expected);
  EXPECT_EQ(result.rows[1], std::vector<std::optional<std::string>>(14));
  EXPECT_EQ(client->statistics().retries, 0);
}

TEST_F(DriverClientTest, BindsValuesAndFollowsCurrentObjects) {
  Start();
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(ClientOptions(*server_)));
  EXPECT_EQ(client->current().role, "R1");
  ASSERT_OK(client->Execute("use role r2"));
  EXPECT_EQ(client->current().role, "R2");
  ASSERT_OK_AND_ASSIGN(const ResultSet result,
                       client->Execute("select ?, ?", {{"TEXT", "it's"}, {"ANY", std::nullopt}}));
  EXPECT_EQ(result.rows[0], (std::vector<std::optional<std::string>>{"it's", std::nullopt}));
  EXPECT_OK(client->Heartbeat());
  EXPECT_OK(client->Close());
  EXPECT_STATUS(StatusCode::kUnauthenticated, client->Execute("select 1"));
}

TEST_F(DriverClientTest, ReportsErrorsWithTheirDetails) {
  Start();
  ConnectOptions options = ClientOptions(*server_);
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(options));
  const Status status = client->Execute("select * from nosuch").status();
  const auto* detail = status.detail<StatementError>();
  ASSERT_NE(detail, nullptr);
  EXPECT_EQ(detail->code, "002003");
  EXPECT_EQ(detail->sql_state, "42S02");
  EXPECT_EQ(detail->line, 1);
  options.password = "wrong";
  EXPECT_STATUS(StatusCode::kUnauthenticated, DriverClient::Connect(options));
}

TEST_F(DriverClientTest, PollsAndFetchesChunks) {
  WireServerOptions server = ServerOptions();
  server.hold = std::chrono::milliseconds(1);
  server.inline_rowset_bytes = 1'000;
  server.chunk_bytes = 10'000;
  Start(server);
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(ClientOptions(*server_)));
  ASSERT_OK_AND_ASSIGN(const ResultSet result,
                       client->Execute("select * from table(generator(rowcount => 3000))"));
  ASSERT_EQ(result.rows.size(), 3'000u);
  for (size_t i = 0; i < result.rows.size(); ++i) ASSERT_EQ(result.rows[i][0], std::to_string(i));
}

TEST_F(DriverClientTest, CancelsFromAnotherThread) {
  Start();
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(ClientOptions(*server_)));
  std::thread canceller([&] {
    while (account_.shared->executed == 0) std::this_thread::yield();
    client->Cancel();
  });
  EXPECT_STATUS(StatusCode::kCancelled, client->Execute("select gate"));
  canceller.join();
}

TEST_F(DriverClientTest, SessionSurvivesANewServerAtTheSameAddress) {
  const testing::ReservedPort port;
  Start(ServerOptions(port.number()));
  ASSERT_OK_AND_ASSIGN(const auto client, DriverClient::Connect(ClientOptions(*server_)));
  server_.reset();
  FakeAccount secondary("SECONDARY");
  std::unique_ptr<WireServer> next;
  std::thread failover([&] {
    auto started = WireServer::Start(ServerOptions(port.number()), secondary);
    EXPECT_OK(started);
    if (started.ok()) next = *std::move(started);
  });
  const Result<ResultSet> result = client->Execute("select 2");
  failover.join();
  ASSERT_OK(result);
  EXPECT_EQ(result->rows[0][0], "2");
  EXPECT_EQ(client->statistics().renewals, 1);
  EXPECT_EQ(secondary.resumed, 1);
}

TEST_F(DriverClientTest, GivesUpAtTheTimeLimit) {
  const testing::ReservedPort port;
  Start(ServerOptions(port.number()));
  ConnectOptions options = ClientOptions(*server_);
  options.retry_time_limit = std::chrono::milliseconds(200);
  server_.reset();
  EXPECT_STATUS(StatusCode::kUnavailable, DriverClient::Connect(options));
}

}  // namespace
}  // namespace lifeboat::driver
