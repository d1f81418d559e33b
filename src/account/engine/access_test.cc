// Who may do what: every refusal is one of Snowflake's.
#include "account/engine/engine_testing.h"

namespace lifeboat::account {
namespace {

class AccessTest : public testing::AccountTest {
 protected:
  void SetUp() override {
    AccountTest::SetUp();
    Ok("CREATE DATABASE db");
    Ok("CREATE SCHEMA s");
    Ok("CREATE TABLE t (a NUMBER)");
    Ok("INSERT INTO t VALUES (1)");
    Ok("CREATE ROLE analyst");
    Ok("CREATE USER u PASSWORD = 'p' DEFAULT_ROLE = analyst DEFAULT_SECONDARY_ROLES = ()");
    Ok("GRANT ROLE analyst TO USER u");
    analyst_ = LoginAs("u", "p");
  }
  std::shared_ptr<Session> analyst_;
};

TEST_F(AccessTest, ReadingNeedsUsageAndSelect) {
  EXPECT_EQ(Code(*analyst_, "SELECT * FROM db.s.t"), "002003");
  Ok("GRANT USAGE ON DATABASE db TO ROLE analyst");
  Ok("GRANT USAGE ON SCHEMA db.s TO ROLE analyst");
  EXPECT_EQ(Code(*analyst_, "SELECT * FROM db.s.t"), "002003");  // nothing on the table: not even its name
  Ok("GRANT INSERT ON TABLE db.s.t TO ROLE analyst");
  const auto refused = Run(*analyst_, "SELECT * FROM db.s.t");
  EXPECT_EQ(refused.status().detail<sql::SqlError>()->code, "003001");
  EXPECT_EQ(refused.status().message(),
            "SQL access control error:\nInsufficient privileges to operate on table 'T'.");
  Ok("GRANT SELECT ON TABLE db.s.t TO ROLE analyst");
  EXPECT_EQ(Rows(*analyst_, "SELECT * FROM db.s.t"), "1");
  Ok("REVOKE SELECT ON TABLE db.s.t FROM ROLE analyst");
  EXPECT_EQ(Code(*analyst_, "SELECT * FROM db.s.t"), "003001");
}

TEST_F(AccessTest, WithoutUsageOnTheSchemaATableIsNotThere) {
  Ok("GRANT SELECT ON TABLE db.s.t TO ROLE analyst");
  Ok("GRANT USAGE ON DATABASE db TO ROLE analyst");
  const auto refused = Run(*analyst_, "SELECT * FROM db.s.t");
  EXPECT_EQ(refused.status().detail<sql::SqlError>()->code, "002003");
  EXPECT_EQ(refused.status().detail<sql::SqlError>()->sql_state, "42S02");
  EXPECT_NE(refused.status().message().find("Object 'DB.S.T' does not exist or not authorized."),
            std::string::npos);
}

TEST_F(AccessTest, AViewReadsWithItsOwnersRights) {
  Ok("CREATE VIEW v AS SELECT a + 1 AS b FROM t");
  Ok("GRANT USAGE ON DATABASE db TO ROLE analyst");
  Ok("GRANT USAGE ON SCHEMA db.s TO ROLE analyst");
  Ok("GRANT SELECT ON VIEW db.s.v TO ROLE analyst");
  EXPECT_EQ(Rows(*analyst_, "SELECT b FROM db.s.v"), "2");
  EXPECT_EQ(Code(*analyst_, "SELECT a FROM db.s.t"), "002003");
  // The owner loses what the view needs: the view fails, for everybody.
  Ok("CREATE ROLE owner");
  Ok("GRANT OWNERSHIP ON VIEW db.s.v TO ROLE owner COPY CURRENT GRANTS");
  EXPECT_EQ(Code(*analyst_, "SELECT b FROM db.s.v"), "002003");
}

TEST_F(AccessTest, CreatingNeedsThePrivilegeOnTheContainer) {
  Ok("GRANT USAGE ON DATABASE db TO ROLE analyst");
  Ok("GRANT USAGE ON SCHEMA db.s TO ROLE analyst");
  EXPECT_EQ(Code(*analyst_, "CREATE TABLE db.s.mine (a INT)"), "003001");
  EXPECT_EQ(Code(*analyst_, "CREATE DATABASE mine"), "003001");
  EXPECT_EQ(Code(*analyst_, "CREATE ROLE mine"), "003001");
  Ok("GRANT CREATE TABLE ON SCHEMA db.s TO ROLE analyst");
  Ok(*analyst_, "CREATE TABLE db.s.mine (a INT)");
  EXPECT_EQ(Rows(*analyst_, "SELECT COUNT(*) FROM db.s.mine"), "0");  // the owner may
}

TEST_F(AccessTest, ASecondaryRoleMayStandInForCreateWithAWarning) {
  Ok("CREATE ROLE maker");
  Ok("GRANT CREATE DATABASE ON ACCOUNT TO ROLE maker");
  Ok("GRANT ROLE maker TO USER u");
  EXPECT_EQ(Code(*analyst_, "CREATE DATABASE mine"), "003001");
  Ok(*analyst_, "USE SECONDARY ROLES ALL");
  const QueryResult created = Ok(*analyst_, "CREATE DATABASE mine");
  ASSERT_EQ(created.warnings.size(), 1u);
  EXPECT_NE(created.warnings[0].find("secondary role"), std::string::npos);
  EXPECT_EQ(Rows("SELECT database_owner FROM db.information_schema.databases WHERE database_name = 'MINE'"),
            "ANALYST");
}

TEST_F(AccessTest, StrictModeRefusesThat) {
  strict_ = true;
  analyst_.reset();  // an open session keeps its account open
  OpenAccount();
  Ok("CREATE ROLE maker");
  Ok("GRANT CREATE DATABASE ON ACCOUNT TO ROLE maker");
  Ok("GRANT ROLE maker TO USER u");
  analyst_ = LoginAs("u", "p");
  Ok(*analyst_, "USE SECONDARY ROLES ALL");
  EXPECT_EQ(Code(*analyst_, "CREATE DATABASE mine"), "003001");
}

TEST_F(AccessTest, GrantingNeedsOwnershipOrManageGrants) {
  Ok("GRANT USAGE ON DATABASE db TO ROLE analyst");
  Ok("GRANT USAGE ON SCHEMA db.s TO ROLE analyst");
  Ok("GRANT SELECT ON TABLE db.s.t TO ROLE analyst");
  EXPECT_EQ(Code(*analyst_, "GRANT SELECT ON TABLE db.s.t TO ROLE public"), "003001");
  Ok("GRANT SELECT ON TABLE db.s.t TO ROLE analyst WITH GRANT OPTION");
  Ok(*analyst_, "GRANT SELECT ON TABLE db.s.t TO ROLE public");
  EXPECT_EQ(Code(*analyst_, "GRANT ROLE sysadmin TO ROLE analyst"), "003001");
}

TEST_F(AccessTest, RolesAreUsedOnlyByWhoHasThem) {
  EXPECT_EQ(Code(*analyst_, "USE ROLE sysadmin"), "003013");
  EXPECT_EQ(Code(*analyst_, "USE ROLE nothing"), "002003");
  Ok("USE ROLE sysadmin");
  EXPECT_EQ(Rows("SELECT CURRENT_ROLE()"), "SYSADMIN");
}

TEST_F(AccessTest, UseAnswersTheSameForMissingAndForbidden) {
  EXPECT_EQ(Code(*analyst_, "USE DATABASE db"), "002043");
  EXPECT_EQ(Code(*analyst_, "USE DATABASE nothing"), "002043");
  Ok("CREATE WAREHOUSE wh");
  EXPECT_EQ(Code(*analyst_, "USE WAREHOUSE wh"), "002043");
  Ok("GRANT USAGE ON WAREHOUSE wh TO ROLE analyst");
  Ok(*analyst_, "USE WAREHOUSE wh");
}

TEST_F(AccessTest, RoleCyclesAreRefused) {
  Ok("CREATE ROLE a");
  Ok("CREATE ROLE b");
  Ok("GRANT ROLE a TO ROLE b");
  EXPECT_NE(Code("GRANT ROLE b TO ROLE a"), "ok");
  EXPECT_NE(Code("GRANT ROLE a TO ROLE a"), "ok");
}

TEST_F(AccessTest, OwnershipMovesWithOrWithoutGrants) {
  Ok("GRANT SELECT ON TABLE db.s.t TO ROLE analyst");
  EXPECT_EQ(Code("GRANT OWNERSHIP ON TABLE db.s.t TO ROLE sysadmin"), "003036");
  Ok("GRANT OWNERSHIP ON TABLE db.s.t TO ROLE sysadmin COPY CURRENT GRANTS");
  EXPECT_EQ(Ok("SHOW GRANTS ON TABLE db.s.t").rows.size(), 2u);
  Ok("GRANT OWNERSHIP ON TABLE db.s.t TO ROLE accountadmin REVOKE CURRENT GRANTS");
  EXPECT_EQ(Ok("SHOW GRANTS ON TABLE db.s.t").rows.size(), 1u);
}

TEST_F(AccessTest, SystemRolesCannotBeDropped) {
  EXPECT_EQ(Code("DROP ROLE sysadmin"), "003001");
  EXPECT_EQ(Code("DROP USER admin"), "003094");
}

}  // namespace
}  // namespace lifeboat::account
