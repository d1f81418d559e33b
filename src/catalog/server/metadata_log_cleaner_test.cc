#include "catalog/server/metadata_log_cleaner.h"

#include <gtest/gtest.h>

#include <set>

#include "catalog/server/change_log_retention.h"
#include "catalog/server/test_catalog.h"
#include "iceberg/model/table_metadata.h"
#include "storage/faulty/faulty_storage.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

constexpr std::string_view kOn = R"("write.metadata.delete-after-commit.enabled":"true")";
constexpr std::string_view kTwoVersions = R"("write.metadata.previous-versions-max":"2")";

enum class StoreKind { kSqlite, kPostgres };

class MetadataLogCleanerTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  static void TearDownTestSuite() { postgres_.reset(); }
  static std::string StoreUri() {
    if (GetParam() == StoreKind::kSqlite) return "";
    if (postgres_ == nullptr) postgres_ = std::make_unique<testing::PostgresServer>();
    return postgres_->Uri(postgres_->NewDatabase());
  }
  void SetUp() override {
    catalog_.options.allow_overlapping_locations = true;  // twins lie in one folder
    catalog_.Start();
    catalog_.CreateNamespace("n");
  }

  void MakeTable(const std::string& name, const std::string& properties) {
    const boost::json::value made = catalog_.CallJson(
        "POST", "/v1/namespaces/n/tables",
        fmt::format(R"({{"name":"{}","schema":{{"type":"struct","fields":[]}},"properties":{{{}}}}})", name,
                    properties));
    versions_[name].emplace_back(made.at("metadata-location").as_string());
  }
  void SetProperty(const std::string& name, const std::string& property) {
    const boost::json::value committed = catalog_.CallJson(
        "POST", "/v1/namespaces/n/tables/" + name,
        fmt::format(R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":{{{}}}}}]}})",
                    property));
    versions_[name].emplace_back(committed.at("metadata-location").as_string());
  }
  void Commit(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) SetProperty(name, fmt::format(R"("p":"{}")", ++commits_));
  }
  void Register(const std::string& name, const std::string& location) {
    catalog_.CallJson("POST", "/v1/namespaces/n/register",
                      fmt::format(R"({{"name":"{}","metadata-location":"{}"}})", name, location));
  }
  uint64_t LastPosition() { return catalog_.store->State().value_or({}).last_position; }

  // All but the last entry leave the log.
  Status Trim(storage::Storage& storage) {
    MetadataLogCleaner cleaner(*catalog_.store, storage, catalog_.guard);
    ChangeLogRetention retention(*catalog_.store, {.age_max = std::chrono::seconds(0), .entries_max = 1},
                                 catalog_.clock);
    const std::atomic<bool> stop = false;
    return retention
        .Trim(stop, [&](uint64_t first_position,
                        uint64_t last_position) { return cleaner.Clean(first_position, last_position); })
        .status();
  }
  Status Trim() { return Trim(*catalog_.storage); }

  // Indexes of the table's versions whose files are there.
  std::vector<size_t> VersionsLeft(const std::string& name) {
    std::vector<size_t> left;
    for (size_t i = 0; i < versions_[name].size(); ++i) {
      if (catalog_.storage->Stat(versions_[name][i]).ok()) left.push_back(i);
    }
    return left;
  }
  static std::vector<size_t> Range(size_t first, size_t last) {
    std::vector<size_t> range;
    for (size_t i = first; i <= last; ++i) range.push_back(i);
    return range;
  }

  static inline std::unique_ptr<testing::PostgresServer> postgres_;
  TestCatalog catalog_{StoreUri()};
  std::map<std::string, std::vector<std::string>> versions_;
  int commits_ = 0;
};

TEST_P(MetadataLogCleanerTest, WhatACommitDroppedGoesWithItsEntryAndNotBefore) {
  MakeTable("t", fmt::format("{},{}", kOn, kTwoVersions));
  const uint64_t created = LastPosition();
  Commit("t", 10);
  MetadataLogCleaner cleaner(*catalog_.store, *catalog_.storage, catalog_.guard);
  cleaner.BeginPass();
  ASSERT_OK(cleaner.Clean(1, created + 2));
  EXPECT_EQ(VersionsLeft("t"), Range(0, 10)) << "version 2 still has 0 and 1 in its log";
  ASSERT_OK(cleaner.Clean(created + 3, created + 3));
  EXPECT_EQ(VersionsLeft("t"), Range(1, 10));
  // Once more from the start, as after a crash before the entries were removed.
  cleaner.BeginPass();
  ASSERT_OK(cleaner.Clean(1, created + 6));
  EXPECT_EQ(VersionsLeft("t"), Range(4, 10));
  ASSERT_OK(Trim());
  EXPECT_EQ(VersionsLeft("t"), Range(7, 10)) << "the last entry stays, and with it what it dropped";
  Commit("t", 1);
  ASSERT_OK(Trim());
  EXPECT_EQ(VersionsLeft("t"), Range(8, 11));
}

TEST_P(MetadataLogCleanerTest, OnlyTablesThatAskForItAreCleaned) {
  MakeTable("silent", std::string(kTwoVersions));
  MakeTable("off", fmt::format(R"({},"write.metadata.delete-after-commit.enabled":"false")", kTwoVersions));
  MakeTable("changed", fmt::format("{},{}", kOn, kTwoVersions));
  for (const char* name : {"silent", "off", "changed"}) Commit(name, 6);
  SetProperty("changed", R"("write.metadata.delete-after-commit.enabled":"FALSE")");
  ASSERT_OK(Trim());
  EXPECT_EQ(VersionsLeft("silent"), Range(0, 6));
  EXPECT_EQ(VersionsLeft("off"), Range(0, 6));
  EXPECT_EQ(VersionsLeft("changed"), Range(0, 7));
}

TEST_P(MetadataLogCleanerTest, ARenamedTableIsCleanedAndADroppedOneIsNot) {
  for (const char* name : {"t", "dropped"}) {
    MakeTable(name, fmt::format("{},{}", kOn, kTwoVersions));
    Commit(name, 6);
  }
  catalog_.CallJson(
      "POST", "/v1/tables/rename",
      R"({"source":{"namespace":["n"],"name":"t"},"destination":{"namespace":["n"],"name":"u"}})");
  catalog_.CallJson("DELETE", "/v1/namespaces/n/tables/dropped");
  ASSERT_OK(Trim());
  EXPECT_EQ(VersionsLeft("t"), Range(4, 6));
  EXPECT_EQ(VersionsLeft("dropped"), Range(0, 6));
}

TEST_P(MetadataLogCleanerTest, WhatATwinRefersToStays) {
  MakeTable("t", fmt::format("{},{}", kOn, kTwoVersions));
  Commit("t", 8);
  Register("twin", versions_["t"][4]);
  Commit("t", 4);
  // While the log holds the twin's registration, a follower may read the whole of what it names.
  const uint64_t registered = LastPosition() - 4;
  MetadataLogCleaner cleaner(*catalog_.store, *catalog_.storage, catalog_.guard);
  cleaner.BeginPass();
  ASSERT_OK(cleaner.Clean(1, registered - 1));
  EXPECT_EQ(VersionsLeft("t"), Range(0, 12));
  // Afterwards it has its current version and those in its log.
  ASSERT_OK(cleaner.Clean(1, LastPosition()));
  EXPECT_EQ(VersionsLeft("t"), (std::vector<size_t>{2, 3, 4, 10, 11, 12}));
}

TEST_P(MetadataLogCleanerTest, ALogThatNamesFilesOfOthersDeletesNone) {
  MakeTable("victim", "");
  Commit("victim", 1);
  MakeTable("t", fmt::format("{},{}", kOn, kTwoVersions));
  Commit("t", 2);
  ASSERT_OK_AND_ASSIGN(const std::string text, catalog_.storage->Read(versions_["t"].back()));
  ASSERT_OK_AND_ASSIGN(iceberg::TableMetadata forged,
                       iceberg::ParseTableMetadata(text, versions_["t"].back()));
  const std::string data = storage::JoinLocation(forged.location, "data/f.parquet");
  ASSERT_OK(catalog_.storage->Write(data, "data", {}));
  forged.metadata_log[0].metadata_file = versions_["victim"][0];
  forged.metadata_log[1].metadata_file = data;
  const std::string location = storage::JoinLocation(forged.location, "metadata/forged.metadata.json");
  ASSERT_OK(catalog_.storage->Write(location, iceberg::ToJsonText(forged), {}));
  catalog_.CallJson("DELETE", "/v1/namespaces/n/tables/t");
  Register("t", location);
  Commit("t", 6);
  ASSERT_OK(Trim());
  EXPECT_EQ(VersionsLeft("victim"), Range(0, 1));
  EXPECT_OK(catalog_.storage->Stat(data));
  EXPECT_STATUS(StatusCode::kNotFound, catalog_.storage->Stat(location));
}

TEST_P(MetadataLogCleanerTest, EntriesStayWhileTheStoreOfFilesIsAway) {
  MakeTable("t", fmt::format("{},{}", kOn, kTwoVersions));
  Commit("t", 8);
  storage::FaultyStorage faulty(catalog_.storage.get(), {}, 1, catalog_.clock);
  storage::FaultPlan plan;
  plan.Add({.operations = {storage::Operation::kDelete}, .nth = 3, .effect = storage::Effect::kDrop});
  faulty.SetPlan(plan);
  EXPECT_STATUS(StatusCode::kUnavailable, Trim(faulty));
  EXPECT_EQ(catalog_.store->State()->first_position, 1u);
  EXPECT_OK(Trim(faulty));
  EXPECT_EQ(VersionsLeft("t"), Range(5, 8));
  EXPECT_EQ(catalog_.store->State()->first_position, LastPosition());
}

INSTANTIATE_TEST_SUITE_P(Store, MetadataLogCleanerTest,
                         ::testing::Values(StoreKind::kSqlite, StoreKind::kPostgres), [](const auto& store) {
                           return store.param == StoreKind::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace lifeboat::catalog
