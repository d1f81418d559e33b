#include "catalog/store/sqlite_catalog_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/testing.h"
#include "catalog/store/metadata_files.h"
#include "catalog/store/sqlite_database.h"
#include "storage/local_storage.h"
#include "tests/conformance/catalog_store_conformance.h"

namespace lifeboat::catalog {
namespace {

std::string MakeFolder() {
  std::string folder = ::testing::TempDir() + "catalog_store_XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  return folder;
}

INSTANTIATE_TEST_SUITE_P(
    Sqlite, CatalogStoreConformanceTest,
    ::testing::Values(CatalogStoreUnderTest{
        .make_place = MakeFolder,
        .open = [](const std::string& place, const Clock& clock) -> std::unique_ptr<CatalogStore> {
          auto store = OpenSqliteCatalogStore(place + "/catalog.db", clock);
          EXPECT_OK(store);
          return store.ok() ? std::move(store).value() : nullptr;
        },
        .remove_place = [](const std::string& place) { std::filesystem::remove_all(place); }}),
    [](const auto&) { return "Wal"; });

class SqliteCatalogStoreTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Result<std::unique_ptr<CatalogStore>> Open() { return OpenSqliteCatalogStore(path_, clock_); }
  void WriteFile(const std::string& bytes) { std::ofstream(path_) << bytes; }

  ManualClock clock_;
  const std::string folder_ = MakeFolder();
  const std::string path_ = folder_ + "/catalog.db";
};

TEST_F(SqliteCatalogStoreTest, RefusesWhatIsNotACatalogStore) {
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                OpenSqliteCatalogStore(folder_ + "/no/such/folder/c.db", clock_));
  WriteFile(std::string(5000, 'x'));
  EXPECT_STATUS(StatusCode::kCorruption, Open());
  std::filesystem::remove(path_);
  {
    ASSERT_OK_AND_ASSIGN(auto other, SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite));
    ASSERT_OK(other->Execute("CREATE TABLE somebody_elses (x)"));
  }
  EXPECT_STATUS(StatusCode::kCorruption, Open());
}

TEST_F(SqliteCatalogStoreTest, RefusesTheSchemaOfALaterProgram) {
  ASSERT_OK(Open());
  {
    ASSERT_OK_AND_ASSIGN(auto database, SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite));
    ASSERT_OK(database->Execute("PRAGMA user_version = 99"));
  }
  const Status status = Open().status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("99"), std::string::npos);
}

TEST_F(SqliteCatalogStoreTest, PlacesOfAnOlderStoreAreThoseOfItsMetadata) {
  const TableIdentifier t = {{"n"}, "t"};
  const TableIdentifier broken = {{"n"}, "broken"};
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    ASSERT_OK(store->Apply(
        {1,
         "1",
         {CreateNamespaceChange{{"n"}, {}},
          CreateTableChange{ObjectKind::kTable, t, "t", "s3://l/t/0", R"({"location": "s3a://l/t"})"},
          CreateTableChange{ObjectKind::kTable, broken, "b", "s3://l/b/0", "not JSON"}},
         {}}));
    ASSERT_OK_AND_ASSIGN(const auto none, store->FindPlaceHolder({"s3://l/"}, {{"n"}, "new"}));
    EXPECT_EQ(none, std::nullopt);
  }
  {
    ASSERT_OK_AND_ASSIGN(auto database, SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite));
    ASSERT_OK(database->Execute("DROP TABLE table_places"));
    ASSERT_OK(database->Execute("PRAGMA user_version = 2"));
  }
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK_AND_ASSIGN(const auto holder, store->FindPlaceHolder({"s3://l/t/data/"}, {{"n"}, "new"}));
  EXPECT_EQ(holder, (PlaceHolder{t, "s3://l/t/data/"}));
}

TEST_F(SqliteCatalogStoreTest, ReadsMetadataThatAnOlderStoreKeptAsText) {
  const TableIdentifier t = {{"n"}, "t"};
  const std::string json = "{\"location\": \"" + std::string(2'000, 'x') + "\"}";
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    ASSERT_OK(store->Apply({1,
                            "1",
                            {CreateNamespaceChange{{"n"}, {}},
                             CreateTableChange{ObjectKind::kTable, t, "t", "s3://l/t/0", json}},
                            {}}));
  }
  {
    ASSERT_OK_AND_ASSIGN(auto database, SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadWrite));
    ASSERT_OK_AND_ASSIGN(const int64_t bytes,
                         database->QueryInteger("SELECT length(content) FROM metadata_files"));
    EXPECT_LT(bytes, 1'000);
    SqliteStatement as_text("UPDATE metadata_files SET content = ?1");
    ASSERT_OK(SqliteRun(*database, as_text).Bind(1, json).Run());
    ASSERT_OK(database->Execute("PRAGMA user_version = 3"));
  }
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK_AND_ASSIGN(const TableRecord table, store->LoadTable(t, ObjectKind::kTable, 0));
  EXPECT_EQ(*table.metadata_json, json);
  ASSERT_OK_AND_ASSIGN(const auto pending, store->PendingMetadataFiles(10));
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].metadata_json, json);
}

TEST_F(SqliteCatalogStoreTest, WritesWithFullDurability) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK_AND_ASSIGN(auto database, SqliteDatabase::Open(path_, SqliteDatabase::Mode::kReadOnly));
  SqliteStatement statement("PRAGMA journal_mode");
  SqliteRun run(*database, statement);
  ASSERT_OK(run.Step());
  EXPECT_EQ(run.Text(0), "wal");
}

TEST_F(SqliteCatalogStoreTest, RestoresMetadataFilesThatACrashTook) {
  const auto storage = storage::MakeLocalStorage();
  const std::string lost = storage::FileLocation(folder_ + "/t/metadata/0.json");
  const std::string torn = storage::FileLocation(folder_ + "/t/metadata/1.json");
  const std::string intact = storage::FileLocation(folder_ + "/u/metadata/0.json");
  const TableIdentifier t = {{"n"}, "t"};
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    ASSERT_OK_AND_ASSIGN(
        const Applied created,
        store->Apply(
            {1,
             "1",
             {CreateNamespaceChange{{"n"}, {}}, CreateTableChange{ObjectKind::kTable, t, "t", lost, "A"},
              CreateTableChange{ObjectKind::kTable, {{"n"}, "u"}, "u", intact, "C"}},
             {}}));
    ASSERT_OK(store->Apply(
        {1, "2", {CommitTableChange{ObjectKind::kTable, t, created.position, "t", torn, "BBBB"}}, {}}));
  }
  ASSERT_OK(storage->Write(torn, std::string(4, '\0')));
  ASSERT_OK(storage->Write(intact, "C"));

  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_OK_AND_ASSIGN(const size_t restored, RestoreMetadataFiles(*store, *storage));
  EXPECT_EQ(restored, 2u);
  EXPECT_EQ(storage->Read(lost).value_or(""), "A");
  EXPECT_EQ(storage->Read(torn).value_or(""), "BBBB");
  ASSERT_OK_AND_ASSIGN(const size_t again, RestoreMetadataFiles(*store, *storage));
  EXPECT_EQ(again, 0u);
  ASSERT_OK_AND_ASSIGN(const auto pending, store->PendingMetadataFiles(10));
  EXPECT_TRUE(pending.empty());
}

TEST_F(SqliteCatalogStoreTest, SweepForgetsFilesOnlyOnceTheyAreDurable) {
  const auto storage = storage::MakeLocalStorage();
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  std::vector<Change> changes = {CreateNamespaceChange{{"n"}, {}}};
  for (int i = 0; i < 700; ++i) {
    const std::string location = storage::FileLocation(fmt::format("{}/t{}/0.json", folder_, i));
    ASSERT_OK(storage->Write(location, "{}", {.durable = false}));
    changes.push_back(CreateTableChange{
        ObjectKind::kTable, {{"n"}, fmt::format("t{}", i)}, fmt::format("{}", i), location, "{}"});
  }
  ASSERT_OK(store->Apply({1, "1", changes, {}}));
  ASSERT_OK_AND_ASSIGN(const size_t swept, SweepMetadataFiles(*store, *storage));
  EXPECT_EQ(swept, 700u);

  ASSERT_OK(store->Apply(
      {1, "2", {CreateTableChange{ObjectKind::kTable, {{"n"}, "remote"}, "r", "gopher://x", "{}"}}, {}}));
  EXPECT_FALSE(SweepMetadataFiles(*store, *storage).ok());
  ASSERT_OK_AND_ASSIGN(const auto pending, store->PendingMetadataFiles(10));
  EXPECT_EQ(pending.size(), 1u);
}

}  // namespace
}  // namespace lifeboat::catalog
