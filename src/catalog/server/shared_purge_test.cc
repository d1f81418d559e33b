// Two servers over one PostgreSQL store share the purges of dropped tables: each is run once, by one of them,
// and by the other when that one is gone.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/testing.h"
#include "catalog/server/purge_runner.h"
#include "catalog/server/two_servers_testing.h"
#include "iceberg/model/json.h"
#include "storage/local_storage.h"
#include "tests/support/postgres_server.h"

namespace lifeboat::catalog {
namespace {

// What one server deletes; and a disk that it loses sight of after so many deletions.
class WatchedStorage : public storage::StorageRouter {
 public:
  WatchedStorage() { Register("file", storage::MakeLocalStorage()); }
  std::vector<Status> DeleteMany(const std::vector<std::string>& locations) override {
    if (on_delete) on_delete();
    return Storage::DeleteMany(locations);  // one by one
  }
  Status Delete(const std::string& location) override EXCLUDES_LOCK(mutex_) {
    if (deletes_left-- <= 0) return Status::Unavailable("'{}' cannot be deleted now", location);
    {
      MutexLock lock(mutex_);
      ++deletions_[location];
    }
    return StorageRouter::Delete(location);
  }
  std::map<std::string, int> deletions() const EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    return deletions_;
  }

  std::atomic<int> deletes_left = 1'000'000;
  std::function<void()> on_delete;  // set before anything is dropped

 private:
  mutable Mutex mutex_;
  std::map<std::string, int> deletions_ GUARDED_BY(mutex_);
};

class SharedPurgeTest : public testing::TwoServersTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 2; ++i) {
      auto storage = std::make_unique<WatchedStorage>();
      storages_[i] = storage.get();
      nodes_[i].storage = std::move(storage);
    }
    StartServers(postgres_.Uri(database_), clock_);
  }

  boost::json::value CallJson(int node, const std::string& method, const std::string& path,
                              std::string body = "") {
    const net::HttpResponse response = Call(node, method, path, std::move(body));
    if (response.status == 204) return {};
    EXPECT_EQ(response.status, 200) << response.body;
    return iceberg::ParseJson(response.body).value_or({});
  }
  // A table of `versions` metadata files and nothing else.
  void MakeTable(const std::string& name, int versions) {
    CallJson(0, "POST", "/v1/namespaces/n/tables",
             fmt::format(R"({{"name":"{}","schema":{{"type":"struct","fields":[]}}}})", name));
    for (int i = 1; i < versions; ++i) {
      CallJson(
          0, "POST", "/v1/namespaces/n/tables/" + name,
          fmt::format(
              R"({{"requirements":[],"updates":[{{"action":"set-properties","updates":{{"p":"{}"}}}}]}})",
              i));
    }
  }
  void Purge(int node, const std::string& name) {
    CallJson(node, "DELETE", "/v1/namespaces/n/tables/" + name + "?purgeRequested=true");
  }
  boost::json::object Job(int node, std::string_view name) {
    const boost::json::value answer = CallJson(node, "GET", "/lifeboat/v1/jobs");
    for (const boost::json::value& job : answer.at("jobs").as_array()) {
      if (job.at("name").as_string() == name) return job.as_object();
    }
    return {};
  }
  std::string Owner(int node, std::string_view name) {
    return std::string(Job(node, name).at("owner").as_string());
  }
  void WaitUntilDone(int node, std::string_view name) {
    while (Job(node, name)["state"] != "done") std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  size_t FilesOf(const std::string& name) {
    const std::string folder = folder_ + "/lake/n/" + name;
    if (!std::filesystem::exists(folder)) return 0;
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      files += entry.is_regular_file() ? 1 : 0;
    }
    return files;
  }

  lifeboat::testing::PostgresServer postgres_;
  const std::string database_ = postgres_.NewDatabase();
  ManualClock clock_;
  WatchedStorage* storages_[2] = {};  // the nodes'
};

TEST_F(SharedPurgeTest, EveryFileIsDeletedOnceByOneOfThem) {
  constexpr int kTables = 30;
  for (int i = 0; i < kTables; ++i) MakeTable(fmt::format("t{}", i), 3);
  // Each drop wakes its server, which claims whatever waits, also what the other one is about to claim.
  std::vector<std::thread> clients;
  for (int node = 0; node < 2; ++node) {
    clients.emplace_back([&, node] {
      for (int i = node; i < kTables; i += 2) Purge(node, fmt::format("t{}", i));
    });
  }
  for (std::thread& client : clients) client.join();
  std::set<std::string> owners;
  for (int i = 0; i < kTables; ++i) {
    WaitUntilDone(0, fmt::format("t{}", i));
    owners.insert(Owner(0, fmt::format("t{}", i)));
    EXPECT_EQ(FilesOf(fmt::format("t{}", i)), 0u);
  }
  EXPECT_LE(owners.size(), 2u);
  std::map<std::string, int> deletions = storages_[0]->deletions();
  for (const auto& [location, count] : storages_[1]->deletions()) deletions[location] += count;
  EXPECT_EQ(deletions.size(), kTables * 3u);
  for (const auto& [location, count] : deletions) EXPECT_EQ(count, 1) << location;
}

TEST_F(SharedPurgeTest, TheSurvivorGoesOnWhenTheOwnersClaimHasRunOut) {
  for (const char* name : {"t", "soon", "later"}) MakeTable(name, 8);
  storages_[0]->deletes_left = 3;
  Purge(0, "t");
  while (!Job(0, "t").contains("error")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  nodes_[0].server.reset();  // its claim stays behind
  EXPECT_EQ(FilesOf("t"), 5u);
  const std::string owner = Owner(1, "t");

  clock_.Advance(kPurgeTakeover / 2);
  Purge(1, "soon");
  WaitUntilDone(1, "soon");
  EXPECT_EQ(Job(1, "t")["state"], "running");
  EXPECT_EQ(Owner(1, "t"), owner);
  EXPECT_EQ(FilesOf("t"), 5u);

  clock_.Advance(kPurgeTakeover);
  Purge(1, "later");
  WaitUntilDone(1, "t");
  EXPECT_NE(Owner(1, "t"), owner);
  EXPECT_EQ(FilesOf("t"), 0u);
}

TEST_F(SharedPurgeTest, AnOwnerThatTakesLongKeepsItsClaim) {
  MakeTable("slow", 4);
  MakeTable("other", 4);
  std::atomic<int> groups = 0;
  storages_[0]->on_delete = [&] {
    // Two groups of files, each longer than the time between renewals, together longer than a claim lasts.
    clock_.Advance(kPurgeTakeover * 2 / 3);
    if (++groups != 2) return;
    Purge(1, "other");
    WaitUntilDone(1, "other");
  };
  Purge(0, "slow");
  WaitUntilDone(0, "slow");
  EXPECT_EQ(groups, 2);
  EXPECT_FALSE(Job(0, "slow").contains("error"));
  for (const auto& [location, count] : storages_[1]->deletions()) {
    EXPECT_NE(location.find("/other/"), std::string::npos) << location;
  }
}

}  // namespace
}  // namespace lifeboat::catalog
