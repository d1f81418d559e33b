// Native tables, DML, views, SHOW and DESCRIBE.
#include "account/engine/engine_testing.h"

namespace lifeboat::account {
namespace {

class TablesAndViewsTest : public testing::AccountTest {
 protected:
  void SetUp() override {
    AccountTest::SetUp();
    Ok("CREATE DATABASE db");
  }
  // One column of a SHOW or DESCRIBE, rows by ','.
  std::string Shown(const std::string& sql, const std::string& column) {
    const QueryResult result = Ok(sql);
    for (size_t c = 0; c < result.columns.size(); ++c) {
      if (result.columns[c].name != column) continue;
      std::string text;
      for (const auto& row : result.rows) text += (text.empty() ? "" : ",") + row[c].value_or("~");
      return text;
    }
    return "no column " + column;
  }
};

TEST_F(TablesAndViewsTest, DeclaredLengthsHold) {
  Ok("CREATE TABLE t (a VARCHAR(3))");
  const auto refused = Run("INSERT INTO t VALUES ('abcd')");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.status().detail<sql::SqlError>()->code, "100078");
  EXPECT_EQ(refused.status().message(), "String 'abcd' is too long and would be truncated");
  Ok("INSERT INTO t VALUES ('abc')");
  EXPECT_EQ(Code("UPDATE t SET a = 'wxyz'"), "100078");
}

TEST_F(TablesAndViewsTest, DefaultsAndAutoincrementFillWhatIsLeftOut) {
  Ok("CREATE TABLE t (id NUMBER AUTOINCREMENT, a VARCHAR DEFAULT 'none', at TIMESTAMP_NTZ DEFAULT "
     "CURRENT_TIMESTAMP())");
  Ok("INSERT INTO t (a) VALUES ('x')");
  Ok("INSERT INTO t (at) VALUES ('2024-01-01')");
  EXPECT_EQ(Rows("SELECT id, a, at IS NULL FROM t ORDER BY id"), "1|x|0;2|none|0");
}

TEST_F(TablesAndViewsTest, DmlCountsItsRows) {
  Ok("CREATE TABLE t (a NUMBER, b VARCHAR)");
  EXPECT_EQ(Rows("INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')"), "3");
  EXPECT_EQ(Rows("UPDATE t SET b = 'u' WHERE a > 1"), "2|0");
  EXPECT_EQ(Rows("DELETE FROM t WHERE a = 1"), "1");
  EXPECT_EQ(Rows("SELECT a, b FROM t ORDER BY a"), "2|u;3|u");
  Ok("TRUNCATE TABLE t");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM t"), "0");
}

TEST_F(TablesAndViewsTest, MergeUpdatesAndInserts) {
  Ok("CREATE TABLE t (k NUMBER, v VARCHAR)");
  Ok("INSERT INTO t VALUES (1, 'old'), (2, 'keep')");
  Ok("MERGE INTO t USING (SELECT 1 AS k, 'new' AS v UNION ALL SELECT 3, 'add') s ON t.k = s.k "
     "WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v)");
  EXPECT_EQ(Rows("SELECT k, v FROM t ORDER BY k"), "1|new;2|keep;3|add");
}

TEST_F(TablesAndViewsTest, TransactionsCommitOrRollBack) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("BEGIN");
  Ok("INSERT INTO t VALUES (1)");
  Ok("ROLLBACK");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM t"), "0");
  Ok("BEGIN");
  Ok("INSERT INTO t VALUES (1)");
  Ok("COMMIT");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM t"), "1");
}

TEST_F(TablesAndViewsTest, CreateTableAsKeepsNamesAndTypes) {
  Ok("CREATE TABLE t AS SELECT 1::NUMBER(5,2) AS a, 'x' AS b, DATE '2024-01-01' AS c");
  EXPECT_EQ(Shown("DESCRIBE TABLE t", "name"), "A,B,C");
  EXPECT_EQ(Shown("DESCRIBE TABLE t", "type").substr(0, 11), "NUMBER(5,2)");
  EXPECT_EQ(Rows("SELECT a, b, c FROM t"), "1.00|x|19723");
}

TEST_F(TablesAndViewsTest, ReplacingATableReplacesItsRows) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("INSERT INTO t VALUES (1)");
  EXPECT_EQ(Code("CREATE TABLE t (b VARCHAR)"), "002002");
  Ok("CREATE TABLE IF NOT EXISTS t (b VARCHAR)");
  EXPECT_EQ(Rows("SELECT a FROM t"), "1");
  Ok("CREATE OR REPLACE TABLE t (b VARCHAR)");
  EXPECT_EQ(Rows("SELECT COUNT(b) FROM t"), "0");
}

TEST_F(TablesAndViewsTest, RenamingMovesNoRows) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("INSERT INTO t VALUES (1)");
  Ok("ALTER TABLE t RENAME TO u");
  Ok("ALTER TABLE u RENAME COLUMN a TO b");
  Ok("ALTER TABLE u ADD COLUMN c VARCHAR");
  EXPECT_EQ(Rows("SELECT b, c FROM u"), "1|~");
  EXPECT_EQ(Code("SELECT * FROM t"), "002003");
}

TEST_F(TablesAndViewsTest, DroppedTablesLeaveNoStorage) {
  Ok("CREATE TABLE t (a NUMBER AUTOINCREMENT)");
  Ok("DROP TABLE t");
  EXPECT_EQ(Code("DROP TABLE t"), "002003");
  Ok("DROP TABLE IF EXISTS t");
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("DROP DATABASE db");
  OpenAccount();
  Ok("CREATE DATABASE db");
}

TEST_F(TablesAndViewsTest, AViewsNamesAreThoseOfItsOwnSchema) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("INSERT INTO t VALUES (7)");
  Ok("CREATE VIEW v AS SELECT a FROM t");
  Ok("CREATE SCHEMA other");
  Ok("CREATE TABLE t (a NUMBER)");
  EXPECT_EQ(Rows("SELECT a FROM db.public.v"), "7");
}

TEST_F(TablesAndViewsTest, AViewOverAChangedTableSaysSo) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("CREATE VIEW v AS SELECT * FROM t");
  Ok("ALTER TABLE t ADD COLUMN b NUMBER");
  EXPECT_EQ(Code("SELECT * FROM v"), "002057");
  Ok("DROP TABLE t");
  const auto broken = Run("SELECT * FROM v");
  EXPECT_NE(broken.status().message().find("view 'V'"), std::string::npos) << broken.status().ToString();
}

TEST_F(TablesAndViewsTest, AViewCannotReadItself) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("CREATE VIEW v AS SELECT a FROM t");
  Ok("CREATE VIEW w AS SELECT a FROM v");
  Ok("CREATE OR REPLACE VIEW v AS SELECT a FROM w");
  EXPECT_NE(Code("SELECT * FROM v"), "ok");
}

TEST_F(TablesAndViewsTest, ShowKeepsTheViewsText) {
  const std::string text = "CREATE VIEW v /* why */ COMMENT = 'c' AS SELECT 1 AS \"x y\"";
  Ok(text);
  EXPECT_EQ(Shown("SHOW VIEWS LIKE 'V'", "text"), text);
  EXPECT_EQ(Shown("SHOW VIEWS LIKE 'V'", "comment"), "c");
  EXPECT_EQ(Shown("DESCRIBE VIEW v", "name"), "x y");
  EXPECT_EQ(Rows("SELECT view_definition FROM information_schema.views"), text);
}

TEST_F(TablesAndViewsTest, ShowListsWhatItsClausesWant) {
  Ok("CREATE TABLE abc (a NUMBER)");
  Ok("CREATE TABLE abd (a NUMBER)");
  Ok("CREATE TABLE xyz (a NUMBER)");
  EXPECT_EQ(Shown("SHOW TABLES", "name"), "ABC,ABD,XYZ");
  EXPECT_EQ(Shown("SHOW TABLES LIKE 'ab%'", "name"), "ABC,ABD");
  EXPECT_EQ(Shown("SHOW TABLES STARTS WITH 'AB' LIMIT 1", "name"), "ABC");
  EXPECT_EQ(Shown("SHOW TABLES LIMIT 5 FROM 'ABD'", "name"), "XYZ");
  EXPECT_EQ(Shown("SHOW TABLES IN DATABASE db", "schema_name"), "PUBLIC,PUBLIC,PUBLIC");
  EXPECT_EQ(Shown("SHOW SCHEMAS IN DATABASE db", "name"), "INFORMATION_SCHEMA,PUBLIC");
  EXPECT_EQ(Code("SHOW TABLES IN DATABASE nothing"), "002043");
}

TEST_F(TablesAndViewsTest, ShowSpeaksOfTheSession) {
  EXPECT_EQ(Shown("SHOW DATABASES LIKE 'db'", "is_current"), "Y");
  EXPECT_EQ(Shown("SHOW ROLES LIKE 'accountadmin'", "is_current"), "Y");
  Ok("CREATE WAREHOUSE wh WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE");
  EXPECT_EQ(Shown("SHOW WAREHOUSES", "size"), "X-Small");
  EXPECT_EQ(Shown("SHOW WAREHOUSES", "state"), "SUSPENDED");
  EXPECT_EQ(Shown("SHOW WAREHOUSES", "is_current"), "Y");
}

TEST_F(TablesAndViewsTest, SecretsOfIntegrationsAreNeverShown) {
  Ok("CREATE CATALOG INTEGRATION cat CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG "
     "REST_CONFIG = (CATALOG_URI = 'http://h') "
     "REST_AUTHENTICATION = (TYPE = OAUTH OAUTH_CLIENT_ID = 'id' OAUTH_CLIENT_SECRET = 'hush') ENABLED = "
     "TRUE");
  EXPECT_EQ(Shown("SHOW CATALOG INTEGRATIONS", "name"), "CAT");
  const std::string values = Shown("DESCRIBE CATALOG INTEGRATION cat", "property_value");
  EXPECT_NE(values.find("http://h"), std::string::npos);
  EXPECT_EQ(values.find("hush"), std::string::npos);
}

TEST_F(TablesAndViewsTest, IntegrationsMissingAPartAreRefused) {
  EXPECT_EQ(Code("CREATE CATALOG INTEGRATION c CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG "
                 "REST_CONFIG = (CATALOG_URI = 'http://h')"),
            "002029");
  EXPECT_EQ(Code("CREATE CATALOG INTEGRATION c CATALOG_SOURCE = ICEBERG_REST ENABLED = TRUE"), "002029");
}

TEST_F(TablesAndViewsTest, DriversFindTheirMetadata) {
  Ok("CREATE TABLE t (a NUMBER PRIMARY KEY, b VARCHAR(10))");
  EXPECT_EQ(Shown("show /* JDBC:DatabaseMetaData.getTables() */ objects in account", "name"), "T");
  EXPECT_EQ(Shown("SHOW COLUMNS IN TABLE t", "column_name"), "A,B");
  EXPECT_EQ(Shown("SHOW PRIMARY KEYS IN TABLE t", "column_name"), "A");
  EXPECT_EQ(Ok("SHOW IMPORTED KEYS IN ACCOUNT").rows.size(), 0u);
}

TEST_F(TablesAndViewsTest, CommentsCanBeChanged) {
  Ok("CREATE TABLE t (a NUMBER)");
  Ok("COMMENT ON TABLE t IS 'hello'");
  Ok("COMMENT ON COLUMN t.a IS 'the a'");
  EXPECT_EQ(Shown("SHOW TABLES", "comment"), "hello");
  EXPECT_EQ(Shown("DESCRIBE TABLE t", "comment"), "the a");
}

}  // namespace
}  // namespace lifeboat::account
