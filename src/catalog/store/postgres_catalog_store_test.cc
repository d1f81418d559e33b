#include "catalog/store/postgres_catalog_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/mutex.h"
#include "base/testing.h"
#include "catalog/store/postgres_connection.h"
#include "tests/conformance/catalog_store_conformance.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

using ::lifeboat::testing::PostgresServer;

// One server for all tests; each has a database of its own.
PostgresServer& Server() {
  static PostgresServer server;
  return server;
}

CatalogStoreUnderTest Postgres() {
  return {[] { return Server().NewDatabase(); },
          [](const std::string& database, const Clock& clock) -> std::unique_ptr<CatalogStore> {
            auto store = OpenPostgresCatalogStore({.uri = Server().Uri(database)}, clock);
            EXPECT_OK(store);
            return store.ok() ? std::move(*store) : nullptr;
          },
          [](const std::string& database) { Server().DropDatabase(database); }};
}

INSTANTIATE_TEST_SUITE_P(Postgres, CatalogStoreConformanceTest, ::testing::Values(Postgres()));

const TableIdentifier kOrders = {{"sales"}, "orders"};

CreateTableChange CreateTable(const TableIdentifier& identifier, const std::string& uuid) {
  return {ObjectKind::kTable, identifier, uuid, "loc/" + uuid + "/0", "{}"};
}
CommitTableChange CommitTable(const TableIdentifier& identifier, uint64_t expected,
                              const std::string& content) {
  return {ObjectKind::kTable, identifier, expected, "uuid", "loc/" + content, content};
}

class PostgresCatalogStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { database_ = Server().NewDatabase(); }
  void TearDown() override { Server().DropDatabase(database_); }

  PostgresOptions Options() const { return {.uri = Server().Uri(database_)}; }
  Result<std::unique_ptr<CatalogStore>> Open() { return OpenPostgresCatalogStore(Options(), clock_); }

  ManualClock clock_;
  std::string database_;
};

TEST_F(PostgresCatalogStoreTest, TwoStoresOverOneDatabaseAreOneCatalog) {
  ASSERT_OK_AND_ASSIGN(const auto one, Open());
  ASSERT_OK_AND_ASSIGN(const auto two, Open());
  EXPECT_FALSE(one->ReadsAreLocal());
  ASSERT_OK_AND_ASSIGN(
      const Applied created,
      one->Apply({1, "1", {CreateNamespaceChange{{"sales"}, {}}, CreateTable(kOrders, "uuid")}, {}}));
  ASSERT_OK_AND_ASSIGN(const TableRecord seen, two->LoadTable(kOrders, ObjectKind::kTable));
  EXPECT_EQ(seen.version, created.position);

  ASSERT_OK_AND_ASSIGN(const Applied committed,
                       two->Apply({1, "2", {CommitTable(kOrders, seen.version, "two")}, {}}));
  EXPECT_EQ(committed.position, 2u);
  EXPECT_STATUS(StatusCode::kConflict,
                one->Apply({1, "3", {CommitTable(kOrders, seen.version, "late")}, {}}));
  ASSERT_OK_AND_ASSIGN(const TableRecord current, one->LoadTable(kOrders, ObjectKind::kTable, seen.version));
  ASSERT_NE(current.metadata_json, nullptr);
  EXPECT_EQ(*current.metadata_json, "two");

  const IdempotencyRecord key{"key", "print", 200, "body", 1};
  ASSERT_OK(one->Apply({1, "4", {CreateNamespaceChange{{"other"}, {}}}, key}));
  ASSERT_OK_AND_ASSIGN(const Applied again,
                       two->Apply({1, "5", {CreateNamespaceChange{{"other"}, {}}}, key}));
  EXPECT_EQ(again.replay, key);

  ASSERT_OK(two->RaiseEpoch(2));
  EXPECT_STATUS(StatusCode::kFenced, one->Apply({1, "6", {DropNamespaceChange{{"other"}}}, {}}));
}

TEST_F(PostgresCatalogStoreTest, PlacesOfAnOlderStoreAreThoseOfItsMetadata) {
  const TableIdentifier last = {{"sales"}, "t119"};
  {
    ASSERT_OK_AND_ASSIGN(const auto store, Open());
    std::vector<Change> changes = {CreateNamespaceChange{{"sales"}, {}}, CreateTable(kOrders, "uuid")};
    for (int i = 0; i < 120; ++i) {
      CreateTableChange change = CreateTable({{"sales"}, fmt::format("t{}", i)}, std::to_string(i));
      change.metadata_json = fmt::format(R"({{"location": "s3://l/t{}"}})", i);
      changes.push_back(change);
    }
    ASSERT_OK(store->Apply({1, "1", changes, {}}));
  }
  {
    ASSERT_OK_AND_ASSIGN(const auto connection, PostgresConnection::Open(Options()));
    ASSERT_OK(connection->Execute("DROP TABLE table_places; UPDATE schema_version SET version = 1"));
  }
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK_AND_ASSIGN(const auto holder, store->FindPlaceHolder({"s3://l/t119/data/"}, kOrders));
  EXPECT_EQ(holder, (PlaceHolder{last, "s3://l/t119/data/"}));
}

TEST_F(PostgresCatalogStoreTest, TwoStoresGiveAPlaceToOneTable) {
  ASSERT_OK_AND_ASSIGN(const auto one, Open());
  ASSERT_OK_AND_ASSIGN(const auto two, Open());
  ASSERT_OK(one->Apply({1, "setup", {CreateNamespaceChange{{"sales"}, {}}}, {}}));
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won = 0;
    std::vector<std::thread> threads;
    for (CatalogStore* store : {one.get(), two.get()}) {
      threads.emplace_back([&, store] {
        const bool is_first = store == one.get();
        const std::string name = fmt::format("t{}-{}", round, is_first ? 1 : 2);
        CreateTableChange change = CreateTable({{"sales"}, name}, name);
        change.places = {fmt::format("s3://l/{}/{}", round, is_first ? "" : "data/")};
        const Status status = store->Apply({1, name, {change}, {}}).status();
        if (status.ok()) {
          ++won;
        } else {
          EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
  }
}

// Both stores commit to one table and to tables of their own. Of what they acknowledge the log holds all,
// once, without a gap, and the commits of the one table form a chain.
TEST_F(PostgresCatalogStoreTest, ConcurrentCommitsThroughTwoStoresAreSerialised) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  std::unique_ptr<CatalogStore> stores[2];
  for (auto& store : stores) {
    ASSERT_OK_AND_ASSIGN(store, Open());
  }
  std::vector<Change> setup = {CreateNamespaceChange{{"sales"}, {}}, CreateTable(kOrders, "uuid")};
  for (int i = 0; i < kThreads; ++i)
    setup.push_back(CreateTable({{"sales"}, fmt::format("own{}", i)}, "own"));
  ASSERT_OK_AND_ASSIGN(const Applied start, stores[0]->Apply({1, "setup", setup, {}}));

  Mutex mutex;
  std::set<std::string> acknowledged{"setup"};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      CatalogStore& store = *stores[t % 2];
      uint64_t own_version = start.position;
      const auto note = [&](const std::string& id) {
        MutexLock lock(mutex);
        EXPECT_TRUE(acknowledged.insert(id).second);
      };
      for (int round = 0; round < kRounds; ++round) {
        const std::string name = fmt::format("{}-{}", t, round);
        const Result<Applied> own = store.Apply(
            {1, "own" + name, {CommitTable({{"sales"}, fmt::format("own{}", t)}, own_version, name)}, {}});
        EXPECT_OK(own);
        if (!own.ok()) return;
        own_version = own->position;
        note("own" + name);
        for (;;) {  // as a server does: load, rebuild, try again
          const Result<TableRecord> shared = store.LoadTable(kOrders, ObjectKind::kTable);
          EXPECT_OK(shared);
          if (!shared.ok()) return;
          const Result<Applied> applied =
              store.Apply({1, "shared" + name, {CommitTable(kOrders, shared->version, name)}, {}});
          if (applied.ok()) break;
          EXPECT_EQ(applied.status().code(), StatusCode::kConflict);
        }
        note("shared" + name);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  ASSERT_OK_AND_ASSIGN(const auto log, stores[1]->ReadChangeLog(0, 100'000));
  EXPECT_EQ(log.size(), 1u + 2 * kThreads * kRounds);
  std::string location = "loc/uuid/0";
  for (size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(log[i].position, i + 1);
    EXPECT_EQ(acknowledged.erase(log[i].transaction_id), 1u) << log[i].transaction_id;
    const LoggedChange& change = log[i].changes[0];
    if (change.identifier != kOrders) continue;
    EXPECT_EQ(change.previous_metadata_location, location);
    location = change.metadata_location;
  }
  EXPECT_TRUE(acknowledged.empty());
}

// A server that is always a little slower would never get its commit in; after some lost races the other one
// waits.
TEST_F(PostgresCatalogStoreTest, AServerThatKeepsLosingRacesForATableGetsItsTurn) {
  ASSERT_OK_AND_ASSIGN(const auto slow, Open());
  ASSERT_OK_AND_ASSIGN(const auto fast, Open());
  ASSERT_OK_AND_ASSIGN(
      Applied last,
      fast->Apply({1, "0", {CreateNamespaceChange{{"sales"}, {}}, CreateTable(kOrders, "uuid")}, {}}));
  int lost = 0;
  for (;; ++lost) {
    ASSERT_LT(lost, 10) << "the slow server never gets its turn";
    const uint64_t seen_by_slow = last.position;
    const Result<Applied> won =
        fast->Apply({1, fmt::format("f{}", lost), {CommitTable(kOrders, seen_by_slow, "f")}, {}});
    if (!won.ok()) {
      EXPECT_EQ(won.status().code(), StatusCode::kConflict);
      break;
    }
    last = *won;
    EXPECT_STATUS(StatusCode::kConflict,
                  slow->Apply({1, fmt::format("s{}", lost), {CommitTable(kOrders, seen_by_slow, "s")}, {}}));
  }
  EXPECT_GT(lost, 1) << "one lost race is nothing";
  // Other tables are not affected, and its turn taken the table is free again.
  ASSERT_OK(fast->Apply({1, "other", {CreateTable({{"sales"}, "other"}, "o")}, {}}));
  ASSERT_OK_AND_ASSIGN(last, slow->Apply({1, "turn", {CommitTable(kOrders, last.position, "turn")}, {}}));
  ASSERT_OK(fast->Apply({1, "again", {CommitTable(kOrders, last.position, "again")}, {}}));
  EXPECT_EQ(Server().Sql(database_, "SELECT count(*) FROM lifeboat_catalog.reservations"), "0");
}

TEST_F(PostgresCatalogStoreTest, ServersThatStartTogetherMakeTheSchemaOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto store = Open();
      EXPECT_OK(store);
      if (store.ok() && (*store)->State().ok()) ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 6);
}

TEST_F(PostgresCatalogStoreTest, RefusesTheSchemaOfALaterProgram) {
  ASSERT_OK(Open());
  Server().Sql(database_, "UPDATE lifeboat_catalog.schema_version SET version = 99");
  const Status status = Open().status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("99"), std::string::npos);
}

TEST_F(PostgresCatalogStoreTest, ListsInByteOrderWhateverTheDatabasesCollation) {
  const std::string database = database_ + "-icu";
  Server().CreateDatabase(database, "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'");
  {
    ASSERT_OK_AND_ASSIGN(const auto store, OpenPostgresCatalogStore({.uri = Server().Uri(database)}, clock_));
    std::vector<Change> changes = {CreateNamespaceChange{{"n"}, {}}};
    const std::vector<std::string> names = {"A b", "Z", "_", "a", "b'\"%", "\xC3\xA4", "\xF0\x9F\x9B\x9F"};
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      changes.push_back(CreateTable({{"n"}, *name}, *name));
      changes.push_back(CreateNamespaceChange{{*name}, {}});
    }
    ASSERT_OK(store->Apply({1, "1", changes, {}}));
    std::vector<std::string> listed;
    PageRequest request{.limit = 2};
    do {
      ASSERT_OK_AND_ASSIGN(const auto page, store->ListTables({"n"}, ObjectKind::kTable, request));
      for (const TableIdentifier& table : page.items) listed.push_back(table.name);
      request.after = page.next;
    } while (!request.after.empty());
    EXPECT_EQ(listed, names);
    ASSERT_OK_AND_ASSIGN(const auto top, store->ListNamespaces({}, {}));
    ASSERT_EQ(top.items.size(), names.size() + 1);
    EXPECT_EQ(top.items[2], Namespace{"_"});
  }
  Server().DropDatabase(database);
}

// A transaction that the server cannot store must not take others of its group with it.
TEST_F(PostgresCatalogStoreTest, WhatCannotBeStoredFailsAlone) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK(store->Apply({1, "1", {CreateNamespaceChange{{"n"}, {}}}, {}}));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        const std::string name = fmt::format("t{}-{}", i, round);
        CreateTableChange change = CreateTable({{"n"}, name}, name);
        if (i % 4 == 0) change.metadata_location = "bad \xFF";
        const Result<Applied> applied = store->Apply({1, name, {change}, {}});
        EXPECT_EQ(applied.status().code(), i % 4 == 0 ? StatusCode::kInvalidArgument : StatusCode::kOk)
            << applied.status().ToString();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const auto tables, store->ListTables({"n"}, ObjectKind::kTable, {}));
  EXPECT_EQ(tables.items.size(), 60u);
  ASSERT_OK_AND_ASSIGN(const StoreState state, store->State());
  EXPECT_EQ(state.last_position, 61u);
}

// Refused and superseded metadata does not stay behind.
TEST_F(PostgresCatalogStoreTest, KeepsMetadataOnlyOfWhatIsThere) {
  ASSERT_OK_AND_ASSIGN(const auto store, Open());
  ASSERT_OK_AND_ASSIGN(const Applied created,
                       store->Apply({1,
                                     "1",
                                     {CreateNamespaceChange{{"sales"}, {}}, CreateTable(kOrders, "uuid"),
                                      CreateTable({{"sales"}, "gone"}, "gone"),
                                      DropTableChange{.identifier = {{"sales"}, "gone"}}},
                                     {}}));
  const auto count = [&] {
    return Server().Sql(database_, "SELECT count(*) FROM lifeboat_catalog.metadata_files");
  };
  EXPECT_EQ(count(), "2");
  std::vector<std::thread> threads;
  std::atomic<int> won = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      won += store->Apply({1, fmt::format("c{}", i), {CommitTable(kOrders, created.position, "c")}, {}}).ok();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(count(), "3");
  ASSERT_OK_AND_ASSIGN(const auto pending, store->PendingMetadataFiles(10));
  ASSERT_EQ(pending.size(), 3u);
  ASSERT_OK(store->ForgetPendingMetadataFiles({pending[0].id, pending[1].id, pending[2].id}));
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresCatalogStoreTest, ErrorsNameTheServerAndNeverThePassword) {
  for (const char* uri : {"postgresql://me:s3cret@127.0.0.1:1/db", "postgresql://me:s3cr%zzet@127.0.0.1:1/db",
                          "postgresql://me:s3cret@127.0.0.1:1/db?s3cret=1"}) {
    const Status status = OpenPostgresCatalogStore({.uri = uri}, clock_).status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.message().find("s3cr"), std::string::npos) << status.message();
  }
  const Status refused = OpenPostgresCatalogStore({.uri = "postgresql://me@127.0.0.1:1/db"}, clock_).status();
  EXPECT_EQ(refused.code(), StatusCode::kUnavailable);
  EXPECT_NE(refused.message().find("postgresql://127.0.0.1:1/db"), std::string::npos) << refused.message();
  ASSERT_OK_AND_ASSIGN(const bool has, PostgresUriHasPassword("postgresql://me:x@h/d"));
  EXPECT_TRUE(has);
  ASSERT_OK_AND_ASSIGN(const bool has_not, PostgresUriHasPassword("postgresql://me@h/d"));
  EXPECT_FALSE(has_not);
}

TEST_F(PostgresCatalogStoreTest, RefusesADatabaseThatIsNotInUtf8) {
  const std::string database = database_ + "-latin";
  Server().CreateDatabase(database, "TEMPLATE template0 ENCODING 'LATIN1'");
  EXPECT_STATUS(StatusCode::kFailedPrecondition,
                OpenPostgresCatalogStore({.uri = Server().Uri(database)}, clock_));
  Server().DropDatabase(database);
}

}  // namespace
}  // namespace lifeboat::catalog
