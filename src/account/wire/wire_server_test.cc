#include "account/wire/wire_server.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/testing.h"
#include "net/content_encoding.h"
#include "net/http_client.h"
#include "tests/support/fake_account.h"

namespace lifeboat::account::wire {
namespace {

using boost::json::object;

WireServerOptions TestOptions() {
  WireServerOptions options;
  options.token_key = std::string(32, 'k');
  options.connection_names = {"LIFEBOAT_DEMO"};
  return options;
}

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;

  object Json() const { return boost::json::parse(body).as_object(); }
  std::string code() const {
    const boost::json::value code = Json().at("code");
    return code.is_string() ? std::string(code.get_string()) : "";
  }
  object data() const { return Json().at("data").as_object(); }
  bool success() const { return Json().at("success").as_bool(); }
  std::string Text(std::string_view field) const { return std::string(data().at(field).as_string()); }
};

// One account and its server, and a client of it.
class Site {
 public:
  explicit Site(const WireServerOptions& options = TestOptions(), std::string name = "PRIMARY",
                Clock& clock = SystemClock())
      : account(std::move(name)) {
    auto started = WireServer::Start(options, account, clock);
    EXPECT_OK(started);
    server = *std::move(started);
  }

  Answer Ask(const std::string& method, const std::string& target, const std::string& token = "",
             const std::string& body = "", const std::string& state_header = "") {
    net::OutgoingRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(server->port()) + target;
    if (!token.empty()) request.headers.Set("Authorization", "Snowflake Token=\"" + token + "\"");
    if (!state_header.empty()) request.headers.Set("X-Lifeboat-Session", state_header);
    request.body = body;
    auto response = http->Send(std::move(request));
    EXPECT_OK(response);
    if (!response.ok()) return {};
    return {response->status, response->headers, response->body};
  }

  Answer Login(const std::string& account_name = "PRIMARY", const std::string& password = "p1") {
    return Ask(
        "POST", "/session/v1/login-request?requestId=1&roleName=", "",
        boost::json::serialize(object{{"data",
                                       {{"ACCOUNT_NAME", account_name},
                                        {"LOGIN_NAME", "u1"},
                                        {"PASSWORD", password},
                                        {"SESSION_PARAMETERS", {{"QUERY_TAG", "t"}, {"X", object()}}}}}}));
  }
  Answer Query(const std::string& token, const std::string& sql, const std::string& request_id = "",
               object extra = {}) {
    extra.emplace("sqlText", sql);
    return Ask("POST", "/queries/v1/query-request?requestId=" + request_id, token,
               boost::json::serialize(extra));
  }
  Answer Renew(const std::string& master, const std::string& old_token,
               const std::string& state_header = "") {
    return Ask("POST", "/session/token-request", master,
               boost::json::serialize(object{{"oldSessionToken", old_token}, {"requestType", "RENEW"}}),
               state_header);
  }

  FakeAccount account;
  std::unique_ptr<WireServer> server;
  std::unique_ptr<net::HttpClient> http = net::HttpClient::Make();
};

std::string FirstCell(const Answer& answer) {
  const boost::json::value cell = answer.data().at("rowset").as_array().at(0).as_array().at(0);
  return cell.is_string() ? std::string(cell.get_string()) : "";
}

TEST(WireServer, AnswersHealthAndUnknownPaths) {
  Site site;
  const Answer health = site.Ask("GET", "/healthz");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.Json().at("status").as_string(), "ok");
  EXPECT_EQ(health.Json().at("account").as_string(), "PRIMARY");
  const Answer unknown = site.Ask("GET", "/session/v2/login-request");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_FALSE(unknown.success());
}

TEST(WireServer, LogsInUnderEveryNameItServes) {
  Site site;
  for (const char* name : {"PRIMARY", "lifeboat-primary", "LIFEBOAT_DEMO", "LIFEBOAT-LIFEBOAT-DEMO"}) {
    SCOPED_TRACE(name);
    const Answer login = site.Login(name);
    ASSERT_TRUE(login.success());
    EXPECT_EQ(login.headers.Get("Content-Type"), "application/json");
    for (const char* field : {"token", "masterToken", "sessionId", "parameters", "sessionInfo"}) {
      EXPECT_TRUE(login.data().contains(field)) << field;
    }
    const std::string token = login.Text("token");
    EXPECT_EQ(login.headers.Get("X-Lifeboat-Session-Id"), token.substr(0, token.find('.')));
    EXPECT_TRUE(login.headers.Has("X-Lifeboat-Session"));
  }
  EXPECT_EQ(site.Login("ELSEWHERE").code(), "390100");
  EXPECT_EQ(site.Login("PRIMARY", "wrong").code(), "390100");
  EXPECT_EQ(site.Login("PRIMARY", "wrong").body, site.Login("ELSEWHERE").body);
}

TEST(WireServer, RefusesShortKeysAndTooManySessions) {
  WireServerOptions options = TestOptions();
  options.max_sessions = 1;
  Site site(options);
  const Answer first = site.Login();
  EXPECT_TRUE(first.success());
  EXPECT_EQ(site.Login().status, 503);
  EXPECT_TRUE(site.Ask("POST", "/session?delete=true", first.Text("token")).success());
  EXPECT_TRUE(site.Login().success());
  options.token_key = "short";
  EXPECT_STATUS(StatusCode::kInvalidArgument, WireServer::Start(options, site.account));
}

TEST(WireServer, AnswersQueriesWithEverythingDriversRead) {
  Site site;
  const std::string token = site.Login().Text("token");
  const Answer answer = site.Query(token, "select 1");
  ASSERT_TRUE(answer.success());
  EXPECT_EQ(FirstCell(answer), "1");
  const object column = answer.data().at("rowtype").as_array().at(0).as_object();
  for (const char* key : {"name", "database", "schema", "table", "nullable", "type", "byteLength", "length",
                          "scale", "precision", "collation"}) {
    EXPECT_TRUE(column.contains(key)) << key;
  }
  EXPECT_EQ(column.at("type").as_string(), "fixed");
  EXPECT_EQ(answer.data().at("statementTypeId").to_number<int64_t>(), 0x1000);
  EXPECT_EQ(answer.Text("finalRoleName"), "R1");
  EXPECT_TRUE(answer.data().at("finalDatabaseName").is_null());
  EXPECT_FALSE(answer.data().at("parameters").as_array().empty());
  EXPECT_FALSE(answer.headers.Has("X-Lifeboat-Session"));
  EXPECT_TRUE(site.Query(token, "use role r2").headers.Has("X-Lifeboat-Session"));
}

TEST(WireServer, AnswersStatementErrorsInside200) {
  Site site;
  const Answer answer = site.Query(site.Login().Text("token"), "select * from nosuch");
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.success());
  EXPECT_EQ(answer.code(), "002003");
  EXPECT_EQ(answer.Text("sqlState"), "42S02");
  EXPECT_EQ(answer.data().at("line").to_number<int>(), 1);
  EXPECT_EQ(answer.data().at("pos").to_number<int>(), 14);
  EXPECT_FALSE(answer.Text("queryId").empty());
}

TEST(WireServer, AcceptsCompressedBodies) {
  Site site;
  net::OutgoingRequest request;
  request.method = "POST";
  request.url =
      "http://127.0.0.1:" + std::to_string(site.server->port()) + "/queries/v1/query-request?requestId=r";
  request.headers.Set("Authorization", "Snowflake Token=\"" + site.Login().Text("token") + "\"");
  request.headers.Set("Content-Encoding", "gzip");
  request.body = net::GzipCompress(R"({"sqlText":"select 1"})");
  ASSERT_OK_AND_ASSIGN(const net::HttpResponse response, site.http->Send(std::move(request)));
  EXPECT_TRUE(boost::json::parse(response.body).at("success").as_bool());
}

TEST(WireServer, TellsUnknownTokensToRenew) {
  Site site, other;
  const Answer login = other.Login();  // same key, other process
  for (const std::string& token :
       {login.Text("token"), login.Text("masterToken"), std::string("None"), std::string()}) {
    EXPECT_EQ(site.Query(token, "select 1").code(), "390112");
    EXPECT_EQ(site.Ask("POST", "/session/heartbeat", token).code(), "390112");
  }
  EXPECT_EQ(site.account.shared->executed, 0);
  EXPECT_EQ(site.Renew("None", "").code(), "390115");
  EXPECT_EQ(site.Renew(login.Text("token"), "").code(), "390115");
}

TEST(WireServer, TokensExpire) {
  ManualClock clock;
  Site site(TestOptions(), "PRIMARY", clock);
  const Answer login = site.Login();
  EXPECT_TRUE(site.Query(login.Text("token"), "set v = 1").success());
  clock.Advance(std::chrono::seconds(3'601));
  EXPECT_EQ(site.Query(login.Text("token"), "select $v").code(), "390112");
  const Answer renewed = site.Renew(login.Text("masterToken"), login.Text("token"));
  ASSERT_TRUE(renewed.success());
  EXPECT_EQ(FirstCell(site.Query(renewed.Text("sessionToken"), "select $v")), "1");
  EXPECT_EQ(site.account.resumed, 0);
  clock.Advance(std::chrono::seconds(14'401));
  EXPECT_EQ(site.Renew(renewed.Text("masterToken"), "").code(), "390114");
}

TEST(WireServer, ResumesASessionOfAnotherAccountWithItsLatestState) {
  Site primary(TestOptions(), "PRIMARY"), secondary(TestOptions(), "SECONDARY");
  const Answer login = primary.Login();
  primary.Query(login.Text("token"), "use role r2");
  const std::string state(primary.Query(login.Text("token"), "set v = 42").headers.Get("X-Lifeboat-Session"));

  const Answer renewed = secondary.Renew(login.Text("masterToken"), login.Text("token"), state);
  ASSERT_TRUE(renewed.success());
  const std::string token = renewed.Text("sessionToken");
  EXPECT_EQ(token.substr(0, token.find('.')), login.Text("token").substr(0, token.find('.')));
  EXPECT_EQ(FirstCell(secondary.Query(token, "select $v")), "42");
  EXPECT_EQ(FirstCell(secondary.Query(token, "select current_role()")), "R2");
  // A second thread of the same client renews with the same old tokens: same session, not another.
  EXPECT_TRUE(secondary.Renew(login.Text("masterToken"), login.Text("token"), state).success());
  EXPECT_EQ(secondary.account.resumed, 1);

  // Back at the first account, whose copy of the session was left behind.
  const std::string newer(secondary.Query(token, "set v = 43").headers.Get("X-Lifeboat-Session"));
  EXPECT_EQ(primary.Query(token, "select $v").code(), "390112");
  const Answer back = primary.Renew(renewed.Text("masterToken"), token, newer);
  EXPECT_EQ(FirstCell(primary.Query(back.Text("sessionToken"), "select $v")), "43");
  EXPECT_EQ(primary.account.resumed, 1);
  EXPECT_EQ(primary.Query(login.Text("token"), "select $v").code(), "390112");
}

TEST(WireServer, IgnoresStateOfAnotherSession) {
  Site primary, secondary;
  const Answer mine = primary.Login(), theirs = primary.Login();
  const std::string state(
      primary.Query(theirs.Text("token"), "use role r2").headers.Get("X-Lifeboat-Session"));
  const Answer renewed = secondary.Renew(mine.Text("masterToken"), mine.Text("token"), state);
  EXPECT_EQ(FirstCell(secondary.Query(renewed.Text("sessionToken"), "select current_role()")), "R1");
}

TEST(WireServer, RunsARepeatedRequestOnce) {
  Site site;
  const std::string token = site.Login().Text("token");
  const Answer first = site.Query(token, "select 1", "r1"), again = site.Query(token, "select 1", "r1");
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(site.account.shared->executed, 1);
  EXPECT_NE(site.Query(token, "select 1", "r2").Text("queryId"), first.Text("queryId"));

  // One that is still running is joined.
  std::string bodies[2];
  std::thread one([&] { bodies[0] = site.Query(token, "select gate", "r3").body; });
  std::thread two([&] { bodies[1] = site.Query(token, "select gate", "r3").body; });
  while (site.account.shared->executed < 3) std::this_thread::yield();
  site.account.OpenGate();
  one.join();
  two.join();
  EXPECT_EQ(bodies[0], bodies[1]);
  EXPECT_EQ(site.account.shared->executed, 3);
}

TEST(WireServer, HoldsThenReportsProgress) {
  WireServerOptions options = TestOptions();
  options.hold = std::chrono::milliseconds(1);
  Site site(options);
  const std::string token = site.Login().Text("token");
  const Answer running = site.Query(token, "select gate");
  EXPECT_EQ(running.code(), "333333");
  EXPECT_EQ(site.Ask("GET", running.Text("getResultUrl"), token).code(), "333333");
  const std::string monitoring = "/monitoring/queries//" + running.Text("queryId");
  EXPECT_EQ(site.Ask("GET", monitoring, token).data().at("queries").at(0).at("status").as_string(),
            "RUNNING");
  site.account.OpenGate();
  Answer done = site.Ask("GET", running.Text("getResultUrl"), token);
  while (done.code() == "333333") done = site.Ask("GET", running.Text("getResultUrl"), token);
  EXPECT_EQ(FirstCell(done), "open");
  EXPECT_EQ(site.Ask("GET", monitoring, token).data().at("queries").at(0).at("status").as_string(),
            "SUCCESS");
  EXPECT_EQ(site.Ask("GET", "/monitoring/queries?max=10", token).data().at("queries").as_array().size(), 1u);
  EXPECT_EQ(site.Ask("GET", "/queries/nosuch/result", token).code(), "000709");
}

TEST(WireServer, AbortsByRequestAndByStatement) {
  Site site;
  const std::string token = site.Login().Text("token");
  const Answer first = site.Query(token, "select gate", "r1", {{"asyncExec", true}});
  EXPECT_EQ(first.code(), "333334");
  const Answer queued = site.Query(token, "select gate", "r2", {{"asyncExec", true}});
  EXPECT_TRUE(site.Ask("POST", "/queries/" + queued.Text("queryId") + "/abort-request", token).success());
  EXPECT_TRUE(site.Ask("POST", "/queries/v1/abort-request", token, R"({"requestId":"r1"})").success());
  for (const Answer& answer : {first, queued}) {
    const Answer ended = site.Ask("GET", answer.Text("getResultUrl"), token);
    EXPECT_EQ(ended.code(), "000604");
    EXPECT_EQ(ended.Text("sqlState"), "57014");
  }
  EXPECT_EQ(site.Ask("POST", "/queries/v1/abort-request", token, R"({"requestId":"r1"})").code(), "000605");
  EXPECT_LE(site.account.shared->executed, 1);  // the queued one never ran
}

TEST(WireServer, RunsSeveralStatements) {
  Site site;
  const std::string token = site.Login().Text("token");
  const object two{{"parameters", {{"MULTI_STATEMENT_COUNT", 2}}}},
      any{{"parameters", {{"MULTI_STATEMENT_COUNT", 0}}}};
  const Answer answer = site.Query(token, "use role r2; select 2;", "r1", two);
  ASSERT_TRUE(answer.success());
  EXPECT_EQ(answer.Text("resultTypes"), "16384,4096");
  const std::string ids = answer.Text("resultIds");
  EXPECT_EQ(FirstCell(site.Ask("GET", "/queries/" + ids.substr(ids.find(',') + 1) + "/result", token)), "2");
  EXPECT_TRUE(answer.headers.Has("X-Lifeboat-Session"));
  EXPECT_EQ(site.Query(token, "select 1", "r2", two).code(), "000008");
  const int before = site.account.shared->executed;
  EXPECT_EQ(site.Query(token, "select 1; select * from nosuch; select 2", "r3", any).code(), "002003");
  EXPECT_EQ(site.account.shared->executed, before + 2);
}

TEST(WireServer, BindsValues) {
  Site site;
  const std::string token = site.Login().Text("token");
  const object scalar{{"bindings", {{"1", {{"type", "TEXT"}, {"value", "x"}}}}}};
  EXPECT_EQ(FirstCell(site.Query(token, "select ?", "r1", scalar)), "x");
  const object array{{"bindings", {{"1", {{"type", "FIXED"}, {"value", {"1", nullptr, "3"}}}}}}};
  const Answer insert = site.Query(token, "insert into t values (?)", "r2", array);
  EXPECT_EQ(FirstCell(insert), "3");
  EXPECT_TRUE(insert.data().at("arrayBindSupported").as_bool());
  EXPECT_FALSE(site.Query(token, "select ?", "r3", {{"bindings", {{"1", 5}}}}).success());
  EXPECT_FALSE(site.Query(token, "select ?", "r4", {{"bindStage", "@s"}}).success());
}

TEST(WireServer, OffersChunksBelowTheAddressTheClientUsed) {
  WireServerOptions options = TestOptions();
  options.inline_rowset_bytes = 1'000;
  options.chunk_bytes = 5'000;
  Site site(options);
  const Answer answer =
      site.Query(site.Login().Text("token"), "select * from table(generator(rowcount => 2000))");
  size_t rows = answer.data().at("rowset").as_array().size();
  EXPECT_GT(answer.data().at("chunks").as_array().size(), 2u);
  const boost::json::array chunks = answer.data().at("chunks").as_array();
  for (const boost::json::value& chunk : chunks) {
    const std::string url(chunk.at("url").as_string());
    const std::string base = "http://127.0.0.1:" + std::to_string(site.server->port());
    ASSERT_TRUE(url.starts_with(base + "/lifeboat/chunks/")) << url;
    const Answer download = site.Ask("GET", url.substr(base.size()));
    EXPECT_EQ(download.headers.Get("Content-Type"), "binary/octet-stream");
    ASSERT_OK_AND_ASSIGN(const std::string text, net::DecodeContent(download.body, "gzip", 1 << 20));
    EXPECT_EQ(static_cast<int64_t>(text.size()), chunk.at("uncompressedSize").to_number<int64_t>());
    const boost::json::value parsed = boost::json::parse("[" + text + "]");
    EXPECT_EQ(parsed.as_array()[0].as_array()[0].as_string(), std::to_string(rows));
    rows += parsed.as_array().size();
  }
  EXPECT_EQ(rows, 2'000u);
  EXPECT_EQ(site.Ask("GET", "/lifeboat/chunks/nosuch").status, 404);
}

TEST(WireServer, ClosingASessionEndsItsStatements) {
  Site site;
  const Answer mine = site.Login(), other = site.Login();
  const Answer running = site.Query(mine.Text("token"), "select gate", "r1", {{"asyncExec", true}});
  EXPECT_TRUE(site.Ask("POST", "/session?delete=true", mine.Text("token"), "{}").success());
  EXPECT_EQ(site.Ask("GET", running.Text("getResultUrl"), other.Text("token")).code(), "000604");
  EXPECT_EQ(site.Query(mine.Text("token"), "select 1").code(), "390112");
}

TEST(WireServer, StopsUnderRunningStatements) {
  Site site;
  const std::string token = site.Login().Text("token");
  for (int i = 0; i < 3; ++i) site.Query(token, "select gate", std::to_string(i), {{"asyncExec", true}});
  site.server->Stop(std::chrono::milliseconds(0));
  EXPECT_LE(site.account.shared->executed, 1);
}

}  // namespace
}  // namespace lifeboat::account::wire
