// Logging in, resuming, sessions, cancelling, restarting.
#include "account/engine/embedded_account.h"

#include <thread>

#include "account/engine/engine_testing.h"

namespace lifeboat::account {
namespace {

class EmbeddedAccountTest : public testing::AccountTest {};

TEST_F(EmbeddedAccountTest, OnlyTheRightPasswordLogsIn) {
  for (const auto& [user, password] : {std::pair{"admin", "wrong"}, {"nobody", "secret"}, {"admin", ""}}) {
    LoginRequest request;
    request.user = user;
    request.password = password;
    const auto session = service_->Login(request);
    ASSERT_FALSE(session.ok());
    EXPECT_EQ(session.status().code(), StatusCode::kUnauthenticated);
    EXPECT_EQ(session.status().detail<sql::SqlError>()->code, "390100");
    EXPECT_EQ(session.status().message(), "Incorrect username or password was specified.");
  }
}

TEST_F(EmbeddedAccountTest, TheAdministratorStartsAsAccountadmin) {
  EXPECT_EQ(session_->State().role, "ACCOUNTADMIN");
  EXPECT_EQ(Rows("SELECT CURRENT_ROLE(), CURRENT_USER(), CURRENT_DATABASE(), CURRENT_ACCOUNT_NAME()"),
            "ACCOUNTADMIN|ADMIN|~|PRIMARY");
}

TEST_F(EmbeddedAccountTest, ARoleThatIsNotTheUsersIsRefusedAtLogin) {
  Ok("CREATE ROLE somebody_elses");
  LoginRequest request;
  request.user = "admin";
  request.password = "secret";
  request.role = "somebody_elses";
  EXPECT_EQ(service_->Login(request).status().code(), StatusCode::kPermissionDenied);
}

TEST_F(EmbeddedAccountTest, ASessionContinuesElsewhereWhereItLeftOff) {
  Ok("CREATE WAREHOUSE wh");
  Ok("CREATE DATABASE db");
  Ok("CREATE SCHEMA s");
  Ok("SET v = 'it''s'");
  const SessionState state = session_->State();
  EXPECT_EQ(state.database, "DB");
  EXPECT_EQ(state.schema, "S");
  ASSERT_OK_AND_ASSIGN(const std::shared_ptr<Session> resumed, service_->Resume(state));
  EXPECT_EQ(Rows(*resumed, "SELECT CURRENT_SCHEMA(), CURRENT_WAREHOUSE(), CURRENT_ROLE(), $v"),
            "S|WH|ACCOUNTADMIN|it's");
}

TEST_F(EmbeddedAccountTest, WhatDoesNotExistHereIsLeftUnsetWhenResuming) {
  SessionState state = session_->State();
  state.database = "ELSEWHERE";
  state.schema = "S";
  state.warehouse = "W";
  ASSERT_OK_AND_ASSIGN(const std::shared_ptr<Session> resumed, service_->Resume(state));
  EXPECT_EQ(resumed->State().database, "");
  EXPECT_EQ(resumed->State().warehouse, "");
  state.user = "NOBODY";
  EXPECT_STATUS(StatusCode::kUnauthenticated, service_->Resume(state));
}

TEST_F(EmbeddedAccountTest, SessionChangesAreReported) {
  EXPECT_FALSE(Ok("SELECT 1").session_changed);
  EXPECT_TRUE(Ok("SET a = 1").session_changed);
  EXPECT_FALSE(Ok("SET a = 1").session_changed);
}

TEST_F(EmbeddedAccountTest, EverythingSurvivesARestart) {
  Ok("CREATE DATABASE db COMMENT = 'kept'");
  Ok("CREATE TABLE t (a NUMBER, b VARCHAR(3))");
  Ok("INSERT INTO t VALUES (1, 'x'), (2, NULL)");
  Ok("CREATE VIEW v AS SELECT a FROM t");
  OpenAccount();
  EXPECT_EQ(Rows("SELECT * FROM db.public.t ORDER BY a"), "1|x;2|~");
  EXPECT_EQ(Rows("SELECT SUM(a) FROM db.public.v"), "3");
}

TEST_F(EmbeddedAccountTest, OneFolderIsOneOpenAccount) {
  EmbeddedAccountOptions options;
  options.dir = dir_.path() + "/account";
  options.account = "PRIMARY";
  options.storage = storage_;
  EXPECT_STATUS(StatusCode::kUnavailable, EmbeddedAccount::Open(std::move(options)));
}

TEST_F(EmbeddedAccountTest, ANewAccountNeedsAPassword) {
  EmbeddedAccountOptions options;
  options.dir = dir_.path() + "/other";
  options.account = "OTHER";
  options.storage = storage_;
  EXPECT_STATUS(StatusCode::kInvalidArgument, EmbeddedAccount::Open(std::move(options)));
}

TEST_F(EmbeddedAccountTest, ARunningStatementCanBeCancelled) {
  std::string code;
  std::thread runner([&] {
    StatementRequest request;
    request.query_id = "long";
    request.sql =
        "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 100000)) a, TABLE(GENERATOR(ROWCOUNT => 1000000)) "
        "b";
    const auto result = session_->Execute(request);
    const auto* detail = result.status().detail<sql::SqlError>();
    code = detail == nullptr ? result.status().ToString() : detail->code;
  });
  // Cancelling before it starts or after it ended is no error, so it is tried until the statement is over.
  std::atomic<bool> done{false};
  std::thread canceller([&] {
    while (!done) session_->Cancel("long");
  });
  runner.join();
  done = true;
  canceller.join();
  EXPECT_EQ(code, "000604");
  EXPECT_EQ(Rows("SELECT 1"), "1");
}

TEST_F(EmbeddedAccountTest, ErrorsOfTheEngineAreSnowflakes) {
  EXPECT_EQ(Code("SELECT 1/0"), "100051");
  EXPECT_EQ(Code("SELECT 'abc'::NUMBER"), "100038");
  EXPECT_EQ(Code("SELECT nope FROM (SELECT 1 AS a)"), "000904");
  EXPECT_EQ(Code("SELEC 1"), "001003");
  EXPECT_EQ(Code("SELECT * FROM t"), "090105");
  EXPECT_EQ(Code("SELECT * FROM db.s.t"), "002003");
}

TEST_F(EmbeddedAccountTest, BindsAreValues) {
  StatementRequest request;
  request.query_id = "b1";
  request.sql = "SELECT ?, ?, ?::DATE";
  request.bind_rows = {{{"1", {"FIXED", "42"}}, {"2", {"TEXT", "it's"}}, {"3", {"DATE", "86400000"}}}};
  ASSERT_OK_AND_ASSIGN(const QueryResult result, session_->Execute(request));
  EXPECT_EQ(result.bind_count, 3);
  EXPECT_EQ(result.rows.at(0), (std::vector<Cell>{"42", "it's", "1"}));
}

TEST_F(EmbeddedAccountTest, ArrayBindsRunOncePerRow) {
  Ok("CREATE DATABASE db");
  Ok("CREATE TABLE t (a NUMBER, b VARCHAR)");
  StatementRequest request;
  request.query_id = "b2";
  request.sql = "INSERT INTO t VALUES (?, ?)";
  for (int i = 0; i < 3; ++i) {
    request.bind_rows.push_back(
        {{"1", {"FIXED", std::to_string(i)}}, {"2", {"TEXT", "r" + std::to_string(i)}}});
  }
  ASSERT_OK_AND_ASSIGN(const QueryResult result, session_->Execute(request));
  EXPECT_EQ(result.rows.at(0).at(0), "3");
  EXPECT_EQ(Rows("SELECT a, b FROM t ORDER BY a"), "0|r0;1|r1;2|r2");
}

TEST_F(EmbeddedAccountTest, CellsHaveTheDriverProtocolsForms) {
  const QueryResult result = Ok(
      "SELECT 1.50::NUMBER(10,2) a, TRUE b, DATE '1970-01-02' c, '1970-01-01 00:00:01.5'::TIMESTAMP_NTZ d, "
      "1.5::FLOAT e, NULL f, 'ü' g");
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_EQ(result.rows[0], (std::vector<Cell>{"1.50", "1", "1", "1.500000000", "1.5", std::nullopt, "ü"}));
  EXPECT_EQ(result.columns[0].type, ColumnType::kFixed);
  EXPECT_EQ(result.columns[0].scale, 2);
  EXPECT_EQ(result.columns[0].name, "A");
  EXPECT_EQ(result.columns[3].type, ColumnType::kTimestampNtz);
}

TEST_F(EmbeddedAccountTest, DescribeOnlyDoesNothing) {
  Ok("CREATE DATABASE db");
  Ok("CREATE TABLE t (a NUMBER)");
  StatementRequest request;
  request.query_id = "d1";
  request.describe_only = true;
  request.sql = "INSERT INTO t VALUES (1)";
  EXPECT_OK(session_->Execute(request));
  request.sql = "SELECT a, 'x' AS b FROM t";
  ASSERT_OK_AND_ASSIGN(const QueryResult result, session_->Execute(request));
  EXPECT_TRUE(result.rows.empty());
  ASSERT_EQ(result.columns.size(), 2u);
  EXPECT_EQ(result.columns[1].name, "B");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM t"), "0");
}

TEST_F(EmbeddedAccountTest, ResultsOfEarlierStatementsCanBeScanned) {
  Ok("CREATE ROLE r1 COMMENT = 'first'");
  Ok("SHOW ROLES LIKE 'r1'");
  EXPECT_EQ(Rows("SELECT \"name\", \"comment\" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))"), "R1|first");
  EXPECT_EQ(Code("SELECT * FROM TABLE(RESULT_SCAN('nothing'))"), "000709");
}

}  // namespace
}  // namespace lifeboat::account
