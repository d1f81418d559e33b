// Appends to one table that race at the server, as clients send them.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "base/testing.h"
#include "catalog/server/append_rebase.h"
#include "catalog/server/test_catalog.h"
#include "iceberg/scan/plan_scan.h"
#include "iceberg/write/append_files.h"
#include "storage/faulty/faulty_storage.h"
#include "storage/local_storage.h"

namespace lifeboat::catalog {
namespace {

using iceberg::PreparedAppend;
using iceberg::TableMetadata;

class RacingAppendsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    catalog_.Start();
    catalog_.CreateNamespace("n");
  }
  void CreateTable(const std::string& name, int version, bool rebases = true) {
    catalog_.CallJson("POST", "/v1/namespaces/n/tables",
                      fmt::format(R"({{"name":"{}","schema":{{"type":"struct","fields":)"
                                  R"([{{"id":1,"name":"x","type":"long","required":false}}]}},)"
                                  R"("properties":{{"format-version":"{}","{}":"{}"}}}})",
                                  name, version, kAppendRebaseEnabled, rebases));
  }
  static std::string PathOf(const std::string& table) { return "/v1/namespaces/n/tables/" + table; }
  TableMetadata Load(const std::string& table) {
    const boost::json::value loaded = catalog_.CallJson("GET", PathOf(table));
    Result<TableMetadata> metadata = iceberg::ParseTableMetadata(loaded.at("metadata"));
    EXPECT_OK(metadata);
    return std::move(metadata).value_or({});
  }
  PreparedAppend Prepare(const TableMetadata& table, const std::string& name) {
    iceberg::DataFile file;
    file.file_path = fmt::format("{}/data/{}", table.location, name);
    file.record_count = 10;
    file.file_size_in_bytes = 1000;
    Result<PreparedAppend> prepared = iceberg::AppendFiles(*catalog_.storage, table, {file});
    EXPECT_OK(prepared);
    return std::move(prepared).value_or({});
  }
  static std::string Body(const PreparedAppend& append, const std::string& table = "") {
    std::string body;
    iceberg::JsonWriter writer(&body);
    writer.BeginObject();
    if (!table.empty()) {
      writer.Key("identifier");
      writer.BeginObject();
      writer.Member("namespace", std::vector<std::string>{"n"});
      writer.Member("name", table);
      writer.EndObject();
    }
    writer.Key("requirements");
    AppendJson(append.requirements, writer);
    writer.Key("updates");
    AppendJson(append.updates, writer);
    writer.EndObject();
    return body;
  }
  int Commit(const std::string& table, const PreparedAppend& append) {
    return catalog_.Call("POST", PathOf(table), Body(append)).status;
  }
  std::multiset<std::string> Files(const TableMetadata& table) {
    const Result<iceberg::ScanPlan> plan = iceberg::PlanScan(*catalog_.storage, table);
    EXPECT_OK(plan);
    std::multiset<std::string> names;
    if (!plan.ok()) return names;
    for (const auto& file : plan->files)
      names.insert(file.file.file_path.substr(file.file.file_path.rfind('/') + 1));
    return names;
  }
  size_t ManifestLists(const TableMetadata& table) {
    size_t count = 0;
    EXPECT_OK(catalog_.storage->List(table.location + "/metadata/snap-", [&](const storage::ObjectInfo&) {
      ++count;
      return Status::Ok();
    }));
    return count;
  }

  std::unique_ptr<storage::Storage> local_ = storage::MakeLocalStorage();
  TestCatalog catalog_;
};

TEST_F(RacingAppendsTest, ThirtyTwoWritersAllSucceed) {
  constexpr int kWriters = 32;
  CreateTable("t", 3);
  const TableMetadata seen = Load("t");
  std::multiset<std::string> names;
  std::vector<PreparedAppend> appends;
  for (int i = 0; i < kWriters; ++i) {
    const std::string name = *names.insert(fmt::format("file-{}", i));
    appends.push_back(Prepare(seen, name));
  }
  std::vector<std::thread> writers;
  for (const PreparedAppend& append : appends) {
    writers.emplace_back([&] { EXPECT_EQ(Commit("t", append), 200); });
  }
  for (std::thread& writer : writers) writer.join();
  const TableMetadata table = Load("t");
  EXPECT_EQ(Files(table), names);
  EXPECT_EQ(table.last_sequence_number, kWriters);
  EXPECT_EQ(table.next_row_id, kWriters * 10);
  ASSERT_OK_AND_ASSIGN(const iceberg::ScanPlan plan, iceberg::PlanScan(*catalog_.storage, table));
  std::set<int64_t> row_ids;
  for (const auto& file : plan.files) row_ids.insert(file.file.first_row_id.value_or(-1));
  EXPECT_EQ(row_ids.size(), size_t{kWriters}) << "ten rows each, disjoint";
  EXPECT_EQ(*row_ids.begin(), 0);
  EXPECT_EQ(*row_ids.rbegin(), (kWriters - 1) * 10);
}

TEST_F(RacingAppendsTest, ARefusalIsWhatItAlwaysWas) {
  CreateTable("t", 2, /*rebases=*/false);
  const TableMetadata seen = Load("t");
  const PreparedAppend mine = Prepare(seen, "mine"), theirs = Prepare(seen, "theirs");
  ASSERT_EQ(Commit("t", theirs), 200);
  const net::HttpResponse refused = catalog_.Call("POST", PathOf("t"), Body(mine));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body, R"({"error":{"message":"Requirement failed: branch main was created concurrently",)"
                          R"("type":"CommitFailedException","code":409}})");
  catalog_.options.rebase_asserted_appends = true;
  catalog_.Start();
  EXPECT_EQ(Commit("t", mine), 409) << "the table says no, whatever the server's default";
}

TEST_F(RacingAppendsTest, AManifestListThatNobodyNeedsIsDeleted) {
  CreateTable("a", 2);
  CreateTable("b", 2, /*rebases=*/false);
  const PreparedAppend to_a = Prepare(Load("a"), "mine"), to_b = Prepare(Load("b"), "mine");
  ASSERT_EQ(Commit("a", Prepare(Load("a"), "theirs")), 200);
  const std::string transaction =
      fmt::format(R"({{"table-changes":[{},{}]}})", Body(to_a, "a"), Body(to_b, "b"));
  ASSERT_EQ(Commit("b", Prepare(Load("b"), "theirs")), 200);
  const size_t before = ManifestLists(Load("a"));
  EXPECT_EQ(catalog_.Call("POST", "/v1/transactions/commit", transaction).status, 409) << "because of b";
  EXPECT_EQ(ManifestLists(Load("a")), before);
  EXPECT_EQ(Files(Load("a")), (std::multiset<std::string>{"theirs"}));

  catalog_.CallJson("POST", PathOf("b"),
                    fmt::format(R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":)"
                                R"({{"{}":"true"}}}}]}})",
                                kAppendRebaseEnabled));
  EXPECT_EQ(catalog_.Call("POST", "/v1/transactions/commit", transaction).status, 204);
  for (const char* table : {"a", "b"}) {
    EXPECT_EQ(Files(Load(table)), (std::multiset<std::string>{"theirs", "mine"}));
  }
}

TEST_F(RacingAppendsTest, AListThatCannotBeMadeDurableIsNotCommitted) {
  constexpr int kWriters = 12;
  auto faulty = std::make_unique<storage::FaultyStorage>(local_.get(), storage::FaultPlan(), 1);
  storage::FaultyStorage& faults = *faulty;
  catalog_.server.reset();
  catalog_.storage = std::move(faulty);
  catalog_.Start();
  CreateTable("t", 2);
  ASSERT_EQ(Commit("t", Prepare(Load("t"), "first")), 200);
  const TableMetadata seen = Load("t");
  std::vector<PreparedAppend> appends;
  for (int i = 0; i < kWriters; ++i) appends.push_back(Prepare(seen, fmt::format("file-{}", i)));
  storage::FaultPlan plan;
  plan.Add({.operations = {storage::Operation::kSync},
            .location_contains = "/snap-",
            .nth = 3,
            .effect = storage::Effect::kDrop});
  faults.SetPlan(plan);
  std::vector<int> answers(kWriters);
  std::vector<std::thread> writers;
  for (size_t i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] { answers[i] = Commit("t", appends[i]); });
  }
  for (std::thread& writer : writers) writer.join();
  std::multiset<std::string> acknowledged = {"first"};
  for (int i = 0; i < kWriters; ++i) {
    if (answers[static_cast<size_t>(i)] == 200) acknowledged.insert(fmt::format("file-{}", i));
  }
  EXPECT_EQ(std::count(answers.begin(), answers.end(), 503), 1);
  EXPECT_EQ(acknowledged.size(), size_t{kWriters}) << "those built upon the one that failed were built again";
  const TableMetadata table = Load("t");
  EXPECT_EQ(Files(table), acknowledged);
  // One of each client, and one of each snapshot but the two that were made on the head there was.
  EXPECT_EQ(ManifestLists(table), 1u + kWriters + (kWriters - 2));
}

}  // namespace
}  // namespace lifeboat::catalog
