#include "account/engine/linked_catalogs.h"

#include "account/engine/engine_testing.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/write/append_files.h"

namespace lifeboat::account {
namespace {

using iceberg::TypeId;
using testing::MakeField;

// Table ads.events: id long, day string (partition), cost double; 100 rows a day for five days.
class LinkedCatalogsTest : public testing::AccountTest {
 protected:
  void SetUp() override {
    AccountTest::SetUp();
    CreateIcebergTable("events",
                       {MakeField(1, "id", TypeId::kLong), MakeField(2, "day", TypeId::kString),
                        MakeField(3, "cost_usd", TypeId::kDouble)},
                       "day");
    AppendDays(0, 5);
    Ok("CREATE WAREHOUSE wh");
  }
  void AppendDays(int64_t first, int64_t count) {
    AppendRows("events", first * 100, count * 100, [](RowChunk& chunk, size_t row, int64_t i) {
      chunk.Longs(0)[row] = i;
      chunk.SetString(1, row, "d" + std::to_string(i / 100));
      chunk.Doubles(2)[row] = 0.5;
    });
  }
  // Lets metadata and sync intervals expire.
  void Wait() { clock_.Advance(std::chrono::seconds(1)); }
};

TEST_F(LinkedCatalogsTest, TablesAreThereWhenCreateReturns) {
  Link();
  EXPECT_EQ(Rows("SELECT COUNT(*), SUM(cost_usd), MAX(\"id\") FROM lake.ads.events"), "500|250|499");
  EXPECT_EQ(Rows("SELECT * FROM lake.\"ads\".\"events\" WHERE id = 7"), "7|d0|0.5");
  EXPECT_EQ(Ok("SELECT * FROM lake.ads.events LIMIT 1").columns.at(2).name, "COST_USD");
}

TEST_F(LinkedCatalogsTest, ACommitIsSeenByTheNextQuery) {
  Link();
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "500");
  AppendDays(5, 1);
  Wait();
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "600");
}

// The account can read more than whoever writes a table.
TEST_F(LinkedCatalogsTest, ATableLeadsToNoFilesOfAnother) {
  CreateIcebergTable("thief", {MakeField(1, "id", TypeId::kLong), MakeField(2, "day", TypeId::kString),
                               MakeField(3, "cost_usd", TypeId::kDouble)});
  Link();
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.thief"), "0");
  testing::MemoryCatalogClient client(catalog_);
  ASSERT_OK_AND_ASSIGN(const catalog::LoadedTable events, client.LoadTable({{"ads"}, "events"}));
  ASSERT_OK_AND_ASSIGN(const iceberg::ScanPlan plan, iceberg::PlanScan(*storage_, *events.metadata));
  iceberg::DataFile stolen = plan.files.front().file;
  stolen.partition.clear();
  ASSERT_OK_AND_ASSIGN(const catalog::LoadedTable thief, client.LoadTable({{"ads"}, "thief"}));
  ASSERT_OK_AND_ASSIGN(const iceberg::PreparedAppend append,
                       iceberg::AppendFiles(*storage_, *thief.metadata, {stolen}));
  ASSERT_OK(client.CommitTable({{"ads"}, "thief"}, append.requirements, append.updates));
  Wait();
  storage_->TakeDataFilesRead();
  const Result<QueryResult> refused = Run("SELECT COUNT(*) FROM lake.ads.thief WHERE id >= 0");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.status().message().find("outside of its locations"), std::string::npos)
      << refused.status().ToString();
  EXPECT_EQ(storage_->TakeDataFilesRead().size(), 0u);
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "500");
}

TEST_F(LinkedCatalogsTest, YoungMetadataIsNotAskedForAgain) {
  Link();
  Ok("SELECT COUNT(*) FROM lake.ads.events");
  const int loads = catalog_.loads;
  Ok("SELECT COUNT(*) FROM lake.ads.events");
  EXPECT_EQ(catalog_.loads, loads);
}

TEST_F(LinkedCatalogsTest, QueriesOpenOnlyTheFilesTheyNeed) {
  Link();
  storage_->TakeDataFilesRead();
  EXPECT_EQ(Rows("SELECT SUM(id) FROM lake.ads.events WHERE day = 'd3'"), "34950");
  EXPECT_EQ(storage_->TakeDataFilesRead().size(), 1u);
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "500");
  EXPECT_EQ(storage_->TakeDataFilesRead().size(), 0u);
}

TEST_F(LinkedCatalogsTest, AViewPrunesLikeItsTable) {
  Link();
  Ok("CREATE DATABASE prod");
  Ok("CREATE VIEW v AS SELECT id, day FROM lake.ads.events");
  storage_->TakeDataFilesRead();
  EXPECT_EQ(Rows("SELECT COUNT(DISTINCT id) FROM prod.public.v WHERE day = 'd1'"), "100");
  EXPECT_EQ(storage_->TakeDataFilesRead().size(), 1u);
}

TEST_F(LinkedCatalogsTest, WithoutTheCatalogTheLastKnownStateAnswers) {
  Link();
  Ok("SELECT COUNT(*) FROM lake.ads.events");
  catalog_.is_down = true;
  Wait();
  const QueryResult result = Ok("SELECT COUNT(*) FROM lake.ads.events");
  EXPECT_EQ(result.rows.at(0).at(0), "500");
  ASSERT_EQ(result.warnings.size(), 1u);
  EXPECT_NE(result.warnings[0].find("does not answer"), std::string::npos);
}

TEST_F(LinkedCatalogsTest, EvenAfterARestart) {
  Link();
  catalog_.is_down = true;
  OpenAccount();
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "500");
}

TEST_F(LinkedCatalogsTest, RefreshFindsNewTablesAndDropsThoseThatAreGone) {
  Link();
  CreateIcebergTable("fresh", {MakeField(1, "a", TypeId::kInt)});
  testing::MemoryCatalogClient client(catalog_);
  ASSERT_OK(client.DropTable({{"ads"}, "events"}, false));
  Ok("ALTER DATABASE lake REFRESH");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.fresh"), "0");
  EXPECT_EQ(Code("SELECT COUNT(*) FROM lake.ads.events"), "002003");
}

TEST_F(LinkedCatalogsTest, ATableDroppedInTheCatalogIsGoneAtOnce) {
  Link();
  testing::MemoryCatalogClient client(catalog_);
  ASSERT_OK(client.DropTable({{"ads"}, "events"}, false));
  Wait();
  EXPECT_EQ(Code("SELECT COUNT(*) FROM lake.ads.events"), "002003");
}

TEST_F(LinkedCatalogsTest, NamespacesCanBeChosen) {
  testing::MemoryCatalogClient client(catalog_);
  ASSERT_OK(client.CreateNamespace({"other"}, {}));
  Ok("CREATE CATALOG INTEGRATION cat CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG "
     "REST_CONFIG = (CATALOG_URI = 'http://catalog') ENABLED = TRUE");
  Ok("CREATE DATABASE only_ads LINKED_CATALOG = (CATALOG = 'CAT', ALLOWED_NAMESPACES = ('ads'))");
  Ok("CREATE DATABASE no_ads LINKED_CATALOG = (CATALOG = 'CAT', BLOCKED_NAMESPACES = ('ads'))");
  EXPECT_EQ(Rows("SELECT schema_name FROM only_ads.information_schema.schemata ORDER BY 1"),
            "ADS;INFORMATION_SCHEMA;PUBLIC");
  EXPECT_EQ(Rows("SELECT schema_name FROM no_ads.information_schema.schemata ORDER BY 1"),
            "INFORMATION_SCHEMA;OTHER;PUBLIC");
}

TEST_F(LinkedCatalogsTest, ACatalogThatDoesNotAnswerLeavesNoDatabaseBehind) {
  catalog_.is_down = true;
  Ok("CREATE CATALOG INTEGRATION cat CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG "
     "REST_CONFIG = (CATALOG_URI = 'http://catalog') ENABLED = TRUE");
  const auto result = Run("CREATE DATABASE lake LINKED_CATALOG = (CATALOG = 'CAT')");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.status().message().find("the catalog is down"), std::string::npos);
  EXPECT_EQ(Code("USE DATABASE lake"), "002043");
}

TEST_F(LinkedCatalogsTest, TheLinksStatusTellsWhatIsWrong) {
  Link();
  EXPECT_NE(Rows("SELECT SYSTEM$CATALOG_LINK_STATUS('LAKE')").find("\"executionState\":\"RUNNING\""),
            std::string::npos);
  catalog_.is_down = true;
  EXPECT_NE(Code("ALTER DATABASE lake REFRESH"), "ok");
  const std::string status = Rows("SELECT SYSTEM$CATALOG_LINK_STATUS('LAKE')");
  EXPECT_NE(status.find("\"executionState\":\"FAILED\""), std::string::npos) << status;
  EXPECT_NE(status.find("the catalog is down"), std::string::npos) << status;
}

TEST_F(LinkedCatalogsTest, LinkedTablesAreNotWrittenHere) {
  Link();
  EXPECT_EQ(Code("INSERT INTO lake.ads.events VALUES (1, 'x', 1)"), "000002");
  EXPECT_EQ(Code("DELETE FROM lake.ads.events"), "000002");
  EXPECT_EQ(Code("DROP TABLE lake.ads.events"), "000002");
  EXPECT_EQ(Code("CREATE TABLE lake.ads.t (a INT)"), "000002");
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM lake.ads.events"), "500");
}

TEST_F(LinkedCatalogsTest, GrantsOnLinkedTablesOutliveARefresh) {
  Link();
  Ok("CREATE ROLE analyst");
  Ok("CREATE USER u PASSWORD = 'p' DEFAULT_ROLE = analyst");
  Ok("GRANT ROLE analyst TO USER u");
  Ok("GRANT USAGE ON DATABASE lake TO ROLE analyst");
  Ok("GRANT USAGE ON ALL SCHEMAS IN DATABASE lake TO ROLE analyst");
  Ok("GRANT SELECT ON ALL TABLES IN DATABASE lake TO ROLE analyst");
  Ok("GRANT SELECT ON FUTURE TABLES IN DATABASE lake TO ROLE analyst");
  AppendDays(5, 1);
  CreateIcebergTable("fresh", {MakeField(1, "a", TypeId::kInt)});
  Ok("ALTER DATABASE lake REFRESH");
  Wait();
  const auto analyst = LoginAs("u", "p");
  EXPECT_EQ(Rows(*analyst, "SELECT COUNT(*) FROM lake.ads.events"), "600");
  EXPECT_EQ(Rows(*analyst, "SELECT COUNT(*) FROM lake.ads.fresh"), "0");
}

TEST_F(LinkedCatalogsTest, AnIntegrationInUseIsNotDropped) {
  Link();
  EXPECT_EQ(Code("DROP INTEGRATION cat"), "093521");
  Ok("DROP DATABASE lake");
  Ok("DROP INTEGRATION cat");
}

}  // namespace
}  // namespace lifeboat::account
