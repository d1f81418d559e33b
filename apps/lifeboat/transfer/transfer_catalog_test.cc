#include "lifeboat/transfer/transfer_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/testing.h"
#include "catalog/store/postgres_catalog_store.h"
#include "catalog/store/sqlite_catalog_store.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::app {
namespace {

using catalog::CatalogStore;
using catalog::ObjectKind;

class TransferCatalogTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static testing::PostgresServer& Postgres() {
    static testing::PostgresServer server;
    return server;
  }
  std::unique_ptr<CatalogStore> NewSqlite() {
    auto store = catalog::OpenSqliteCatalogStore(fmt::format("{}/{}.db", folder_, ++stores_), clock_);
    EXPECT_OK(store);
    return std::move(store).value_or(nullptr);
  }
  std::unique_ptr<CatalogStore> NewPostgres() {
    auto store = catalog::OpenPostgresCatalogStore({.uri = Postgres().Uri(Postgres().NewDatabase())}, clock_);
    EXPECT_OK(store);
    return std::move(store).value_or(nullptr);
  }

  // Every kind of row, odd names and contents, trimmed log, superseded and forgotten files, a later epoch.
  void Fill(CatalogStore& store) {
    using namespace catalog;  // NOLINT: the changes' names
    const TableIdentifier t = {{"a", "b\"\\\xC3\xA4"}, "t 1"};
    const std::string json = "{\"x\":\"\\u0000 \xF0\x9F\x9B\x9F\\n\"}";
    const auto must = [&](const std::string& id, std::vector<Change> changes,
                          std::optional<IdempotencyRecord> key = {}) {
      const Result<StoreState> state = store.State();
      EXPECT_OK(state);
      clock_.Advance(std::chrono::milliseconds(7));
      const Result<Applied> applied = store.Apply({state->epoch, id, std::move(changes), std::move(key)});
      EXPECT_OK(applied);
      return applied.ok() ? applied->position : 0;
    };
    must("1", {CreateNamespaceChange{{"a"}, {{"k", std::string("nul \0 and \"", 11)}}},
               CreateNamespaceChange{t.name_space, {}}, CreateNamespaceChange{{"empty"}, {}}});
    const uint64_t created =
        must("2", {CreateTableChange{ObjectKind::kTable, t, "u1", "file:///l/0", json},
                   CreateTableChange{ObjectKind::kView, {{"a"}, "v"}, "u2", "file:///l/v", "{}", true}});
    must("3", {CommitTableChange{ObjectKind::kTable, t, created, "u1", "file:///l/1", json + " "}},
         IdempotencyRecord{"key", "print", 200, "{\"body\":1}", clock_.NowMicros() + 1'000'000});
    must("4", {PutRecordChange{.key = "access/role/r", .value = "{\"a\":1}"},
               PutRecordChange{.key = "secret", .value = "s3cret", .secret = true}});
    must("5", {RenameTableChange{ObjectKind::kTable, t, {{"a"}, "moved"}}});
    std::vector<Change> many;
    for (int i = 0; i < 2500; ++i) {
      many.push_back(CreateTableChange{ObjectKind::kTable,
                                       {{"empty"}, fmt::format("t{}", i)},
                                       fmt::format("m{}", i),
                                       fmt::format("file:///m/{}", i),
                                       fmt::format("{{\"n\":{}}}", i),
                                       i % 2 == 0});
    }
    must("6", std::move(many));
    for (int i = 7; i < 1500; ++i) must(fmt::format("{}", i), {PutRecordChange{.key = "job", .value = "x"}});
    EXPECT_OK(store.RecordIdempotency({"refused", "print", 409, "{}", clock_.NowMicros()}));
    EXPECT_OK(store.TrimChangeLog(3));
    EXPECT_OK(store.RaiseEpoch(4));
  }

  Result<ImageCounts> Export(CatalogStore& store, const std::string& name) {
    return ExportCatalog(store, folder_ + "/" + name, [](const ImageCounts&) { return Status::Ok(); });
  }
  Result<ImageCounts> Import(CatalogStore& store, const std::string& name) {
    return ImportCatalog(store, folder_ + "/" + name, [](const ImageCounts&) { return Status::Ok(); });
  }
  std::string Read(const std::string& name) {
    std::ifstream file(folder_ + "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  ManualClock clock_;
  std::string folder_ = ::testing::TempDir() + "transfer_XXXXXX";
  int stores_ = 0;
};

TEST_F(TransferCatalogTest, ACatalogGoesFromSqliteToPostgresAndBackUnchanged) {
  const auto origin = NewSqlite();
  Fill(*origin);
  ASSERT_OK_AND_ASSIGN(const ImageCounts counts, Export(*origin, "1"));
  EXPECT_EQ(counts.tables, 2501u);
  EXPECT_EQ(counts.views, 1u);
  EXPECT_EQ(counts.records, 3u);
  EXPECT_EQ(counts.idempotency_keys, 2u);
  EXPECT_EQ(counts.changes, 1497u);

  const auto postgres = NewPostgres();
  ASSERT_OK_AND_ASSIGN(const ImageCounts imported, Import(*postgres, "1"));
  EXPECT_EQ(imported.rows, counts.rows);
  ASSERT_OK(Export(*postgres, "2"));
  EXPECT_EQ(Read("1"), Read("2"));

  const auto back = NewSqlite();
  ASSERT_OK(Import(*back, "2"));
  ASSERT_OK(Export(*back, "3"));
  EXPECT_EQ(Read("1"), Read("3"));
  struct stat info {};
  ASSERT_EQ(::stat((folder_ + "/3").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u) << "records may hold secrets";

  // And goes on from there, on each.
  for (CatalogStore* store : {postgres.get(), back.get()}) {
    ASSERT_OK_AND_ASSIGN(const auto before, store->ReadChangeLog(1499, 10));
    EXPECT_TRUE(before.empty());
    const catalog::TableIdentifier moved = {{"a"}, "moved"};
    ASSERT_OK_AND_ASSIGN(const auto table, store->LoadTable(moved, ObjectKind::kTable));
    EXPECT_EQ(table.version, 5u);
    ASSERT_OK_AND_ASSIGN(
        const catalog::Applied applied,
        store->Apply(
            {4,
             "next",
             {catalog::CommitTableChange{ObjectKind::kTable, moved, 5, "u1", "file:///l/2", "{}"},
              catalog::CreateTableChange{ObjectKind::kTable, {{"a"}, "new"}, "n", "file:///n", "{}"}},
             {}}));
    EXPECT_EQ(applied.position, 1500u);
    ASSERT_OK_AND_ASSIGN(const auto pending, store->PendingMetadataFiles(10'000));
    EXPECT_EQ(pending.size(), 2u + 1250u + 2u) << "none is forgotten, none is taken for durable";
  }
}

TEST_F(TransferCatalogTest, OnlyAnEmptyStoreIsFilled) {
  const auto origin = NewPostgres();
  Fill(*origin);
  ASSERT_OK(Export(*origin, "1"));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Import(*origin, "1"));
  const auto used = NewSqlite();
  ASSERT_OK(used->Apply({1, "1", {catalog::CreateNamespaceChange{{"mine"}, {}}}, {}}));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Import(*used, "1"));
}

TEST_F(TransferCatalogTest, AnImageTakesTheNameOfAFileAndOfNothingElse) {
  const auto origin = NewSqlite();
  Fill(*origin);
  namespace fs = std::filesystem;
  ASSERT_EQ(::mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Export(*origin, "pipe"));
  EXPECT_TRUE(fs::is_fifo(folder_ + "/pipe"));
  EXPECT_STATUS(StatusCode::kFailedPrecondition, Export(*origin, ""));

  // Where somebody laid a link for the unfinished image, the link goes and its target stays.
  std::ofstream(folder_ + "/image") << "old";
  std::ofstream(folder_ + "/precious") << "precious";
  fs::create_symlink(folder_ + "/precious", folder_ + "/image.part");
  ASSERT_OK(Export(*origin, "image"));
  EXPECT_EQ(Read("precious"), "precious");
  EXPECT_THAT(Read("image"), ::testing::StartsWith(R"({"format":)"));
  EXPECT_EQ(fs::status(folder_ + "/image").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(TransferCatalogTest, ADamagedImageChangesNothing) {
  const auto origin = NewSqlite();
  Fill(*origin);
  ASSERT_OK(Export(*origin, "whole"));
  const std::string whole = Read("whole");
  const std::string cut = whole.substr(0, whole.rfind("{\"row\":\"end\""));
  std::string changed = whole;
  changed[changed.find("file:///l/v") + 10] = 'w';
  std::string later = whole;
  later.replace(later.find("\"format-version\":1"), 18, "\"format-version\":9");
  const std::pair<std::string, StatusCode> cases[] = {
      {cut, StatusCode::kCorruption},     {whole.substr(0, whole.size() / 2), StatusCode::kCorruption},
      {changed, StatusCode::kCorruption}, {"", StatusCode::kCorruption},
      {"{}\n", StatusCode::kCorruption},  {later, StatusCode::kUnsupported}};
  const auto sqlite = NewSqlite();
  const auto postgres = NewPostgres();
  for (const auto& [text, code] : cases) {
    std::ofstream(folder_ + "/bad", std::ios::trunc) << text;
    for (CatalogStore* store : {sqlite.get(), postgres.get()}) {
      EXPECT_STATUS(code, Import(*store, "bad"));
    }
  }
  EXPECT_STATUS(StatusCode::kNotFound, Import(*sqlite, "none"));
  // Given up in the middle of the rows, also nothing is there.
  for (CatalogStore* store : {sqlite.get(), postgres.get()}) {
    EXPECT_STATUS(StatusCode::kCancelled,
                  ImportCatalog(*store, folder_ + "/whole", [](const ImageCounts& counts) {
                    return counts.rows > 1000 ? Status(StatusCode::kCancelled, "stopped") : Status::Ok();
                  }));
    ASSERT_OK_AND_ASSIGN(const auto top, store->ListNamespaces({}, {}));
    EXPECT_TRUE(top.items.empty());
    ASSERT_OK(Import(*store, "whole"));
  }
}

}  // namespace
}  // namespace lifeboat::app
