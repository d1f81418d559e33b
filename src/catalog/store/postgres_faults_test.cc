// A PostgreSQL that crashes, restarts and loses its connections under concurrent commits. The workload notes
// what it was told; the checker knows nothing of it but those notes.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "base/mutex.h"
#include "base/random.h"
#include "base/testing.h"
#include "catalog/store/postgres_catalog_store.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

using ::lifeboat::testing::PostgresServer;

constexpr int kWriters = 6;
const TableIdentifier kShared = {{"n"}, "shared"};

TableIdentifier OwnTable(int writer) {
  return {{"n"}, fmt::format("own{}", writer)};
}

CommitTableChange Commit(const TableIdentifier& table, uint64_t version, const std::string& id) {
  return {ObjectKind::kTable, table, version, table.name, table.name + "/" + id, id};
}

// What the writers were told about each transaction.
struct Notes {
  Mutex mutex;
  std::map<std::string, StatusCode> outcomes GUARDED_BY(mutex);
  void Add(const std::string& id, StatusCode outcome) {
    MutexLock lock(mutex);
    EXPECT_TRUE(outcomes.emplace(id, outcome).second);
    done += outcome == StatusCode::kOk ? 1 : 0;
  }
  // Blocks until so many more transactions were done.
  void WaitFor(int more) const {
    for (const int wanted = done + more; done < wanted;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  std::atomic<int> done = 0;
};

// Commits to its own table, and every third time to the shared one as well, until told to stop.
void Write(CatalogStore& store, int writer, uint64_t version, const std::atomic<bool>& stop, Notes& notes) {
  for (int number = 0; !stop; ++number) {
    const std::string id = fmt::format("{}-{}", writer, number);
    std::vector<Change> changes = {Commit(OwnTable(writer), version, id)};
    if (number % 3 == 0) {
      const Result<TableRecord> shared = store.LoadTable(kShared, ObjectKind::kTable);
      if (!shared.ok()) {
        EXPECT_EQ(shared.status().code(), StatusCode::kUnavailable) << shared.status().ToString();
        continue;
      }
      changes.push_back(Commit(kShared, shared->version, id));
    }
    const bool contended = changes.size() > 1;
    const Result<Applied> applied = store.Apply({1, id, std::move(changes), {}});
    notes.Add(id, applied.status().code());
    if (applied.ok()) {
      version = applied->position;
      continue;
    }
    // Nobody else commits to the table of its own: a conflict there would be a commit that was said not to
    // be.
    const StatusCode code = applied.status().code();
    EXPECT_TRUE(code == StatusCode::kUnavailable || (contended && code == StatusCode::kConflict))
        << applied.status().ToString();
  }
}

void Check(CatalogStore& store, Notes& notes) {
  ASSERT_OK_AND_ASSIGN(const auto log, store.ReadChangeLog(1, 10'000'000));
  std::map<std::string, std::string> pointers;  // table → the end of its chain
  std::set<std::string> present;
  for (size_t i = 0; i < log.size(); ++i) {
    ASSERT_EQ(log[i].position, i + 2) << "the log has a gap";
    EXPECT_TRUE(present.insert(log[i].transaction_id).second) << log[i].transaction_id << " happened twice";
    for (const LoggedChange& change : log[i].changes) {
      std::string& pointer = pointers[change.identifier.name];
      if (!pointer.empty()) {
        EXPECT_EQ(change.previous_metadata_location, pointer);
      }
      pointer = change.metadata_location;
    }
  }
  MutexLock lock(notes.mutex);
  for (const auto& [id, outcome] : notes.outcomes) {
    EXPECT_EQ(present.erase(id), outcome == StatusCode::kOk ? 1u : 0u)
        << id << " was answered " << StatusCodeName(outcome);
  }
  EXPECT_TRUE(present.empty()) << "a commit that nobody made: " << *present.begin();
  for (const auto& [name, pointer] : pointers) {
    ASSERT_OK_AND_ASSIGN(const TableRecord table, store.LoadTable({{"n"}, name}, ObjectKind::kTable));
    EXPECT_EQ(table.metadata_location, pointer);
  }
}

TEST(PostgresFaultsTest, AcknowledgedCommitsSurviveCrashesAndCutConnections) {
  PostgresServer server(PostgresServer::Durability::kFull);
  const PostgresOptions options{.uri = server.Uri(server.NewDatabase())};
  std::unique_ptr<CatalogStore> stores[2];
  for (auto& store : stores) {
    ASSERT_OK_AND_ASSIGN(store, OpenPostgresCatalogStore(options, SystemClock()));
  }
  std::vector<Change> setup = {CreateNamespaceChange{{"n"}, {}}};
  const auto create = [&](const TableIdentifier& table) {
    setup.push_back(CreateTableChange{ObjectKind::kTable, table, table.name, table.name + "/0", "{}"});
  };
  for (int w = 0; w < kWriters; ++w) create(OwnTable(w));
  create(kShared);
  ASSERT_OK_AND_ASSIGN(const Applied start, stores[0]->Apply({1, "setup", setup, {}}));

  Notes notes;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] { Write(*stores[w % 2], w, start.position, stop, notes); });
  }
  SeededRandom random(7);
  const auto pause = [&random] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + random.Below(100)));
  };
  for (int round = 0; round < 12; ++round) {
    notes.WaitFor(kWriters);  // so that every blow falls into work
    pause();
    if (round % 3 == 2) {
      server.Crash();
      pause();
      server.Start();
    } else {
      server.CutConnections();
    }
  }
  notes.WaitFor(kWriters);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  for (auto& store : stores) Check(*store, notes);
  // They came back by themselves.
  for (auto& store : stores) {
    ASSERT_OK_AND_ASSIGN(const TableRecord shared, store->LoadTable(kShared, ObjectKind::kTable));
    Result<Applied> applied = store->Apply({1, "end", {Commit(kShared, shared.version, "end")}, {}});
    // What the other server reserved when its writers were told to stop stays so until it expires.
    for (int refused = 0; applied.status().code() == StatusCode::kConflict && refused < 100; ++refused)
      applied = store->Apply({1, "end", {Commit(kShared, shared.version, "end")}, {}});
    ASSERT_OK(applied);
  }
  MutexLock lock(notes.mutex);
  std::map<StatusCode, int> counts;
  for (const auto& [id, outcome] : notes.outcomes) ++counts[outcome];
  for (const auto& [outcome, count] : counts) {
    fmt::print("{}: {} transactions\n", StatusCodeName(outcome), count);
  }
}

// A server whose disk is full refuses and goes on when there is space again.
TEST(PostgresFaultsTest, AFullDiskIsToldApartAndNothingIsDone) {
  PostgresServer server;
  const std::string database = server.NewDatabase();
  ManualClock clock;
  ASSERT_OK_AND_ASSIGN(const auto store, OpenPostgresCatalogStore({.uri = server.Uri(database)}, clock));
  ASSERT_OK(store->Apply({1, "1", {CreateNamespaceChange{{"n"}, {}}}, {}}));
  server.Sql(
      database,
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; "
      "END $$;"
      "CREATE TRIGGER full_disk BEFORE INSERT ON lifeboat_catalog.change_log EXECUTE FUNCTION full_disk()");
  const Status full = store->Apply({1, "2", {CreateNamespaceChange{{"m"}, {}}}, {}}).status();
  EXPECT_EQ(full.code(), StatusCode::kResourceExhausted) << full.ToString();
  EXPECT_STATUS(StatusCode::kNotFound, store->LoadNamespace({"m"}));
  server.Sql(database, "DROP FUNCTION full_disk CASCADE");
  ASSERT_OK_AND_ASSIGN(const Applied applied, store->Apply({1, "3", {CreateNamespaceChange{{"m"}, {}}}, {}}));
  EXPECT_EQ(applied.position, 2u);
}

}  // namespace
}  // namespace lifeboat::catalog
